//! Bringing a customer back from its document.
use super::{
    files, inserting,
    links::Ids,
    notes, parts,
    reading::{self, Section},
    refusing::refused,
};
use crate::infra::{
    db::{Audience, Tx, ids::CustomerId},
    services::files::Files,
    web::errors::{AppError, Result},
};
use diesel::connection::SimpleConnection;

/// A customer that is back.
#[derive(Debug)]
pub struct Restored {
    pub id: CustomerId,
    pub name: String,
    /// What could not be brought back as it was, each a sentence.
    pub notes: Vec<String>,
}

/// Makes the customer of a document again, with all that belongs to it: under the same ids where they are free. Refuses with a sentence
/// that names the field what is no such document. Works in the tenant of the transaction, which must be of the system. The log calls
/// all of it restored, and nobody is notified of it (see the migration `restored`).
pub fn restore(tx: &mut Tx, store: &Files, document: &str) -> Result<Restored> {
    let tenant = tx.scope.tenant_id.ok_or(AppError::NotFound)?;
    if tx.scope.audience != Audience::System {
        return Err(AppError::Forbidden);
    }
    let parts = parts::of(tx)?;
    let mut found = reading::read(document, &parts).map_err(AppError::BadRequest)?;
    tx.conn.batch_execute("SELECT set_config('app.restoring', 'on', true)")?;
    let ids = Ids::give(tx, &mut found.sections)?;
    let first = found.sections.first().and_then(|section| section.rows.first());
    let first = first.ok_or_else(|| AppError::BadRequest("The field customer is missing.".into()))?;
    let id = CustomerId(first.id);
    let name = first.values.get("name").and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    let mut remarks = vec![];
    for section in &mut found.sections {
        remarks.extend(put_back(tx, &ids, id, section)?);
    }
    // What holds only of all of it together.
    let whole =
        tx.conn.batch_execute("SET CONSTRAINTS ALL IMMEDIATE; SELECT set_config('app.restoring', '', true)");
    if let (Err(error), Some(part)) = (whole, parts.first()) {
        return Err(refused(part, error));
    }
    remarks.append(&mut found.notes);
    // Last, so that no file lies about that the database would not have.
    for section in found.sections.iter().filter(|section| section.part.entity.belonging.has_file) {
        files::put_back(store, tenant, section)?;
    }
    Ok(Restored { id, name, notes: remarks })
}

/// Inserts a part, with what it refers to. Answers with what could not be as it was.
fn put_back(tx: &mut Tx, ids: &Ids, customer: CustomerId, section: &mut Section) -> Result<Vec<String>> {
    let belonging = section.part.entity.belonging;
    if let Some(table) = belonging.shares_id_of {
        for row in &mut section.rows {
            row.id = ids.shared(row, table)?;
        }
    }
    let lost = ids.resolve(tx, customer, section)?;
    let mut remarks: Vec<String> = lost.iter().map(notes::Lost::sentence).collect();
    remarks.extend(inserting::insert(tx, customer, section)?);
    if let Some(note) = belonging.once_restored.filter(|_| !section.rows.is_empty()) {
        remarks.push(note.to_owned());
    }
    match files::without_content(section) {
        0 => {}
        missing => remarks.push(notes::without_content(missing)),
    }
    Ok(remarks)
}
