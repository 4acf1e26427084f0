//! Reading a document: what of it is to be restored, or what is wrong with which field.
use super::{
    CONTENT, EVENTS, FILES_LEFT_OUT, FORMAT, VERSION, checking,
    parts::{Column, Part},
    version_one,
};
use crate::infra::web::filters;
use serde_json::{Map, Value};
use std::collections::HashSet;
use uuid::Uuid;

/// What stands beside the parts.
const BESIDE: &[&str] = &["format", "version", "exported_at", "tenant", EVENTS, FILES_LEFT_OUT];

/// A part that is to be restored.
#[derive(Debug)]
pub struct Section<'a> {
    pub part: &'a Part,
    /// The columns that any row has a value for: what the document does not know is as in a record that is new.
    pub columns: Vec<&'a Column>,
    pub rows: Vec<Row>,
}

/// A record.
#[derive(Clone, Debug)]
pub struct Row {
    /// Where it stands: `contacts[3]`.
    pub place: String,
    /// The id that it is to have.
    pub id: Uuid,
    /// By the keys of the document.
    pub values: Map<String, Value>,
    /// The bytes of its file, in base64.
    pub content: Option<String>,
}

/// A document that can be restored as far as it alone can say: the database has not seen it yet.
#[derive(Debug)]
pub struct Reading<'a> {
    /// The customer first.
    pub sections: Vec<Section<'a>>,
    /// What it has for reading, each a sentence.
    pub notes: Vec<String>,
}

/// Reads the document, or says in a sentence what is wrong with which field.
pub fn read<'a>(text: &str, parts: &'a [Part]) -> Result<Reading<'a>, String> {
    let mut value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| format!("The file is not JSON: {error}."))?;
    if value.get("format").and_then(Value::as_str) != Some(FORMAT) {
        return Err(format!("The file is not an exported customer: its field format should be “{FORMAT}”."));
    }
    let version = value.get("version").and_then(Value::as_u64);
    if !version.is_some_and(|version| (1..=VERSION).contains(&version)) {
        return Err(format!(
            "The field version should be {VERSION}, or one before: others can't be read here."
        ));
    }
    if let Some(path) = unwritable(&value, String::new()) {
        return Err(format!("The field {path} holds a character that can't be saved."));
    }
    let Value::Object(document) = &mut value else {
        return Err("The file is not an exported customer.".into());
    };
    let mut notes = vec![];
    if version == Some(1) {
        version_one::upgrade(document, &mut notes)?;
    }
    let known = |name: &str| BESIDE.contains(&name) || parts.iter().any(|part| part.name == name);
    if let Some(name) = document.keys().find(|name| !known(name)) {
        return Err(format!("The field {name} is none of a document."));
    }
    let mut sections = vec![];
    for part in parts {
        let found = document.remove(part.name);
        if part.is_customer() {
            let found = found.ok_or("The field customer is missing.")?;
            sections.push(section(part, vec![row(part, part.name.to_owned(), found)?])?);
            continue;
        }
        let items = match found {
            None => vec![],
            Some(Value::Array(items)) => items,
            Some(_) => return Err(format!("The field {} is wrong: it should be a list.", part.name)),
        };
        if let Some((one, many)) = part.entity.belonging.only_read {
            match items.len() {
                0 => {}
                1 => notes.push(one.to_owned()),
                number => notes.push(many.replace("{}", &filters::thousands(number as u64))),
            }
            continue;
        }
        if items.len() > part.entity.belonging.most {
            return Err(format!("The field {} holds more than {}.", part.name, part.entity.belonging.most));
        }
        let rows = items.into_iter().enumerate();
        let rows = rows.map(|(n, item)| row(part, format!("{}[{n}]", part.name), item));
        sections.push(section(part, rows.collect::<Result<_, _>>()?)?);
    }
    Ok(Reading { sections, notes })
}

fn row(part: &Part, place: String, item: Value) -> Result<Row, String> {
    let mut values = match item {
        Value::Object(values) => values,
        name if part.is_list() => {
            part.columns.iter().map(|column| (column.key.clone(), name.clone())).collect()
        }
        _ => return Err(format!("The field {place} is wrong: it should be an object.")),
    };
    let path = |key: &str| if part.is_list() { place.clone() } else { format!("{place}.{key}") };
    let content = if part.entity.belonging.has_file { values.remove(CONTENT) } else { None };
    let content = match content {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) => Some(text),
        Some(_) => return Err(format!("The field {place}.{CONTENT} is wrong: it should be base64.")),
    };
    for (key, value) in &mut values {
        let column = part.columns.iter().find(|column| column.key == *key);
        let column = column.ok_or_else(|| format!("The field {} is none of a document.", path(key)))?;
        let is_clean = checking::clean(column, value);
        is_clean.map_err(|misfit| format!("The field {} {misfit}.", path(key)))?;
    }
    let id = values.get("id").and_then(Value::as_str).and_then(|id| id.parse().ok());
    Ok(Row { id: id.unwrap_or_else(Uuid::now_v7), place, values, content })
}

/// With the columns that it has; a row that lacks one of them is wrong, where it can't be empty.
fn section(part: &Part, rows: Vec<Row>) -> Result<Section<'_>, String> {
    let there: HashSet<&str> = rows.iter().flat_map(|row| row.values.keys()).map(String::as_str).collect();
    let columns: Vec<&Column> = part
        .columns
        .iter()
        .filter(|column| column.name != "id" && column.is_restored && there.contains(column.key.as_str()))
        .collect();
    for column in columns.iter().filter(|column| !column.is_nullable) {
        if let Some(row) = rows.iter().find(|row| !row.values.contains_key(&column.key)) {
            return Err(format!("The field {}.{} is missing.", row.place, column.key));
        }
    }
    // Where the id is taken both would get others, and what belongs to the one would go to the other.
    let mut seen = HashSet::new();
    if rows.iter().any(|row| !seen.insert(row.id)) {
        return Err(format!("Two of the part {0} have the same id ({0}.id).", part.name));
    }
    Ok(Section { part, columns, rows })
}

/// The path of a text with a NUL in it, which PostgreSQL does not take.
fn unwritable(value: &Value, path: String) -> Option<String> {
    let inside = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
    match value {
        Value::String(text) if text.contains('\0') => Some(path),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(i, item)| unwritable(item, format!("{path}[{i}]")))
        }
        Value::Object(fields) => fields.iter().find_map(|(name, item)| {
            if name.contains('\0') {
                Some(inside(&name.replace('\0', "")))
            } else {
                unwritable(item, inside(name))
            }
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_document_is_refused_by_name_of_field() {
        for (text, reason) in [
            ("", "The file is not JSON"),
            ("{}", "its field format should be"),
            ("{\"format\": \"clientele customer\", \"version\": 3}", "The field version should be 2"),
            (
                "{\"format\": \"clientele customer\", \"version\": 1, \"customer\": {\"name\": \"a\\u0000\"}}",
                "The field customer.name holds",
            ),
            (
                "{\"format\": \"clientele customer\", \"version\": 2, \"colour\": 1}",
                "The field colour is none",
            ),
        ] {
            let refusal = read(text, &[]).unwrap_err();
            assert!(refusal.contains(reason), "{refusal}");
        }
    }
}
