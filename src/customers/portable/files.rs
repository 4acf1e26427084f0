//! The bytes of files, in the document and in the store.
use super::{
    CONTENT,
    reading::{Row, Section},
};
use crate::infra::{
    db::ids::TenantId,
    services::files::Files,
    web::errors::{AppError, Result},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

/// Bytes as they stand in a document.
pub fn encoded(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// Puts the files of the rows into the store, each under the id that its row has now, all or none. Refuses what is not what its row says.
pub fn put_back(files: &Files, tenant: TenantId, section: &Section) -> Result<()> {
    let mut written = vec![];
    let outcome = section.rows.iter().try_for_each(|row| {
        let Some(bytes) = decoded(row).map_err(AppError::BadRequest)? else { return Ok(()) };
        written.push(row.id);
        files.put(tenant, row.id, bytes)
    });
    if outcome.is_err() {
        for id in written {
            // The sweep does what fails here.
            if let Err(error) = files.wait(files.remove(tenant, id)) {
                tracing::warn!(?error, "a file that nobody needs is left for the sweep");
            }
        }
    }
    outcome
}

/// How many files of the rows have no bytes in the document.
pub fn without_content(section: &Section) -> usize {
    if section.part.entity.belonging.has_file {
        section.rows.iter().filter(|row| row.content.is_none()).count()
    } else {
        0
    }
}

/// The bytes of a row, if the document has them.
fn decoded(row: &Row) -> Result<Option<Vec<u8>>, String> {
    let Some(content) = &row.content else { return Ok(None) };
    let place = format!("{}.{CONTENT}", row.place);
    let bytes = STANDARD
        .decode(content)
        .map_err(|error| format!("The field {place} is wrong: it should be base64 ({error})."))?;
    let size = row.values.get("size").and_then(serde_json::Value::as_u64);
    if size != Some(bytes.len() as u64) {
        return Err(format!(
            "The field {place} is wrong: it is not of the size that {}.size says.",
            row.place
        ));
    }
    let sum: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    if row.values.get("sha256").and_then(serde_json::Value::as_str) != Some(&sum) {
        return Err(format!(
            "The field {place} is wrong: it does not have the sum that {}.sha256 says.",
            row.place
        ));
    }
    Ok(Some(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use uuid::Uuid;

    #[test]
    fn a_file_is_what_its_row_says_or_is_refused_by_name_of_field() {
        let sum: String = Sha256::digest(b"abc").iter().map(|byte| format!("{byte:02x}")).collect();
        let row = |content: Option<&str>, size: u64, sum: &str| Row {
            place: "attachments[0]".into(),
            id: Uuid::nil(),
            values: json!({ "size": size, "sha256": sum }).as_object().unwrap().clone(),
            content: content.map(str::to_owned),
        };
        assert_eq!(decoded(&row(Some(&encoded(b"abc")), 3, &sum)), Ok(Some(b"abc".to_vec())));
        assert_eq!(decoded(&row(None, 3, &sum)), Ok(None));
        for wrong in [
            row(Some("not base64!"), 3, &sum),
            row(Some(&encoded(b"abc")), 4, &sum),
            row(Some(&encoded(b"abd")), 3, &sum),
        ] {
            let refusal = decoded(&wrong).unwrap_err();
            assert!(refusal.starts_with("The field attachments[0].content is wrong"), "{refusal}");
        }
    }
}
