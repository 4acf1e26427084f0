//! Bringing a customer back from its document.
use super::{Document, FORMAT, PERSON, PLACE, PROFILE, VERSION, registering};
use crate::infra::{
    db::{
        Tx,
        ids::{CompanyId, CustomerId, UserId},
        schema::{companies, customers, users},
    },
    web::{
        errors::{AppError, Result},
        filters, forms,
    },
};
use diesel::{
    prelude::*,
    result::{DatabaseErrorKind, Error as DieselError},
    sql_types::{Array, Jsonb, Nullable, SmallInt, Text, Uuid},
};
use serde_json::Value;

/// A customer that is back.
#[derive(Debug)]
pub struct Restored {
    pub id: CustomerId,
    pub name: String,
    /// What could not be brought back, each a sentence.
    pub notes: Vec<String>,
}

/// Makes the customer of a document again, with its contacts, tags and owners: under its own id where that is free. Refuses with a
/// sentence that names the field what is no such document. Works in the tenant of the transaction, which should be of the system.
pub fn restore(tx: &mut Tx, document: &str) -> Result<Restored> {
    let document = read(document).map_err(AppError::BadRequest)?;
    let profile = &document.customer;
    let mut notes = vec![];

    let taken: Option<CustomerId> = customers::table
        .filter(customers::id.eq(profile.id))
        .select(customers::id)
        .first(tx.conn)
        .optional()?;
    let id = if taken.is_some() { CustomerId::new() } else { CustomerId(profile.id) };
    let company: Option<CompanyId> = match &profile.company {
        None => None,
        Some(name) => {
            let found = companies::table
                .filter(companies::name.eq(name))
                .select(companies::id)
                .first(tx.conn)
                .optional()?;
            if found.is_none() {
                notes.push(format!("There is no company “{name}” any more: it belongs to none."));
            }
            found
        }
    };
    let creator: Option<UserId> = match &profile.created_by {
        None => None,
        Some(email) => users::table
            .filter(users::email.eq(email))
            .filter(users::customer_id.is_null())
            .select(users::id)
            .first(tx.conn)
            .optional()?,
    };
    let columns = PROFILE.iter().filter(|name| **name != "id").copied().collect::<Vec<_>>().join(", ");
    diesel::sql_query(format!(
        "INSERT INTO customers (id, company_id, created_by, {columns})
         SELECT $2, $3, $4, {columns} FROM jsonb_populate_record(NULL::customers, $1 - 'created_by')"
    ))
    .bind::<Jsonb, _>(json(profile)?)
    .bind::<Uuid, _>(id)
    .bind::<Nullable<Uuid>, _>(company)
    .bind::<Nullable<Uuid>, _>(creator)
    .execute(tx.conn)
    .map_err(|error| refused("customer", error))?;

    let columns = PERSON.iter().filter(|name| **name != "id").copied().collect::<Vec<_>>().join(", ");
    diesel::sql_query(format!(
        "INSERT INTO contacts (id, customer_id, {columns})
         SELECT CASE WHEN EXISTS (SELECT FROM contacts known WHERE known.id = x.id) THEN gen_random_uuid() ELSE x.id END, $2, {columns}
         FROM jsonb_populate_recordset(NULL::contacts, $1) x"
    ))
    .bind::<Jsonb, _>(json(&document.contacts)?)
    .bind::<Uuid, _>(id)
    .execute(tx.conn)
    .map_err(|error| refused("contacts", error))?;

    let columns = PLACE.iter().filter(|name| **name != "id").copied().collect::<Vec<_>>().join(", ");
    diesel::sql_query(format!(
        "INSERT INTO locations (id, customer_id, {columns})
         SELECT CASE WHEN EXISTS (SELECT FROM locations known WHERE known.id = x.id) THEN gen_random_uuid() ELSE x.id END, $2, {columns}
         FROM jsonb_populate_recordset(NULL::locations, $1) x"
    ))
    .bind::<Jsonb, _>(json(&document.locations)?)
    .bind::<Uuid, _>(id)
    .execute(tx.conn)
    .map_err(|error| refused("locations", error))?;

    put_tags(tx, id, &document.tags)?;
    notes.extend(put_owners(tx, id, &document.owners)?);
    if let Some(registration) = &document.registration {
        registering::put(tx, id, registration)?;
        if !registration.domains.is_empty() {
            notes.push("The domains of its registration have to be verified again.".into());
        }
    }
    match document.portal_users.len() {
        0 => {}
        1 => notes.push("One portal user is not restored: invite them again.".into()),
        many => notes.push(format!("{many} portal users are not restored: invite them again.")),
    }
    match document.tickets.len() {
        0 => {}
        1 => notes.push("One ticket is not restored: the document keeps it for reading.".into()),
        many => notes.push(format!("{many} tickets are not restored: the document keeps them for reading.")),
    }
    Ok(Restored { id, name: profile.name.clone(), notes })
}

/// Reads the document, or says in a sentence what is wrong with which field.
fn read(text: &str) -> Result<Document, String> {
    let mut value: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| format!("The file is not JSON: {error}."))?;
    if value.get("format").and_then(Value::as_str) != Some(FORMAT) {
        return Err(format!("The file is not an exported customer: its field format should be “{FORMAT}”."));
    }
    if value.get("version").and_then(Value::as_u64) != Some(VERSION.into()) {
        return Err(format!("The field version should be {VERSION}: other versions can't be read here."));
    }
    if let Some(path) = unwritable(&value, String::new()) {
        return Err(format!("The field {path} holds a character that can't be saved."));
    }
    forms::clean_json("", &mut value);
    let document: Document = serde_path_to_error::deserialize(value)
        .map_err(|error| format!("The field {} is wrong: {}.", error.path(), error.inner()))?;
    let money = document.customer.revenue_total.strip_prefix('-').unwrap_or(&document.customer.revenue_total);
    let (whole, cents) = money.split_once('.').unwrap_or((money, "00"));
    let digits =
        |text: &str, most| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole, 14) || !digits(cents, 2) {
        return Err(
            "The field customer.revenue_total is wrong: it should be a number like \"120.50\".".into()
        );
    }
    Ok(document)
}

/// The path of a text with a NUL in it, which PostgreSQL does not take.
fn unwritable(value: &Value, path: String) -> Option<String> {
    match value {
        Value::String(text) if text.contains('\0') => Some(path),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(i, item)| unwritable(item, format!("{path}[{i}]")))
        }
        Value::Object(fields) => fields.iter().find_map(|(name, item)| {
            let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
            unwritable(item, path)
        }),
        _ => None,
    }
}

fn json(part: &impl serde::Serialize) -> Result<Value> {
    serde_json::to_value(part).map_err(AppError::internal)
}

/// Tags by name, in whatever case and accents; those that are gone are made again.
fn put_tags(tx: &mut Tx, id: CustomerId, names: &[String]) -> Result<()> {
    let colours: Vec<i16> = names.iter().map(|name| i16::from(filters::hue_of(name))).collect();
    diesel::sql_query(
        "INSERT INTO tags (name, colour) SELECT name, colour FROM unnest($1, $2) AS x (name, colour)
         ON CONFLICT (tenant_id, name_key) DO NOTHING",
    )
    .bind::<Array<Text>, _>(names)
    .bind::<Array<SmallInt>, _>(colours)
    .execute(tx.conn)
    .map_err(|error| refused("tags", error))?;
    diesel::sql_query(
        "INSERT INTO customer_tags (customer_id, tag_id) SELECT $1, id FROM tags
         WHERE name_key IN (SELECT fold(name) FROM unnest($2) AS name)",
    )
    .bind::<Uuid, _>(id)
    .bind::<Array<Text>, _>(names)
    .execute(tx.conn)?;
    Ok(())
}

/// Owners by email; answers with a sentence for each who is no CS rep any more.
fn put_owners(tx: &mut Tx, id: CustomerId, emails: &[String]) -> Result<Vec<String>> {
    let reps: Vec<(UserId, String)> = users::table
        .filter(users::email.eq_any(emails))
        .filter(users::roles.contains(vec!["customer_success"]))
        .filter(users::disabled_at.is_null())
        .select((users::id, users::email))
        .load(tx.conn)?;
    let ids: Vec<uuid::Uuid> = reps.iter().map(|(id, _)| id.0).collect();
    diesel::sql_query(
        "INSERT INTO customer_success_owned_customers (customer_id, user_id) SELECT $1, rep FROM unnest($2) AS rep",
    )
    .bind::<Uuid, _>(id)
    .bind::<Array<Uuid>, _>(ids)
    .execute(tx.conn)?;
    let gone = emails.iter().filter(|email| !reps.iter().any(|(_, known)| known == *email));
    Ok(gone.map(|email| format!("{email} is no CS rep here any more, and does not own it.")).collect())
}

/// What the database refused, as a sentence that names the field. Its constraints are the rules, so they are not written twice.
fn refused(part: &str, error: DieselError) -> AppError {
    let DieselError::DatabaseError(kind, info) = &error else { return error.into() };
    if matches!(kind, DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand) {
        return error.into();
    }
    let sentence = match info.constraint_name().unwrap_or_default() {
        "" => format!("The part {part} can't be saved: {}.", info.message()),
        "customers_external_id_taken" => {
            "Another customer has the external id of this one (customer.external_id). Change either, then try again.".into()
        }
        "contacts_email_taken" => "Two contacts have the same email (contacts.email).".into(),
        "contacts_one_primary" => "Two contacts are primary (contacts.is_primary); one at most may be.".into(),
        "locations_one_hq" => "Two locations are headquarters (locations.is_hq); one at most may be.".into(),
        "contacts_pkey" => "Two contacts have the same id (contacts.id).".into(),
        constraint => {
            let field = field_of(part, constraint);
            format!("The field {part}.{field} holds what can't be saved.")
        }
    };
    AppError::BadRequest(sentence)
}

/// The field that a constraint is about, by its name: `customers_phone_e164` is about `phone`.
fn field_of(part: &str, constraint: &str) -> String {
    let table = if part == "customer" { "customers_" } else { &format!("{part}_") };
    let rest = constraint.strip_prefix(table).unwrap_or(constraint);
    match rest {
        "type_known" => return "customer_type".into(),
        "stage_known" => return "lifecycle_stage".into(),
        "session_expiration" => return "session_expiration_seconds".into(),
        "type_length" => return "contact_type".into(),
        "industry_group_in_sector" => return "industry_group".into(),
        _ => {}
    }
    let columns = PROFILE.iter().chain(PERSON).chain(PLACE);
    let longest =
        columns.filter(|name| rest.starts_with(name.trim_end_matches("_url"))).max_by_key(|name| name.len());
    longest.map_or(rest, |name| name).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constraint_tells_its_field() {
        for (part, constraint, field) in [
            ("customer", "customers_name_length", "name"),
            ("customer", "customers_type_known", "customer_type"),
            ("customer", "customers_email_domain_form", "email_domain"),
            ("customer", "customers_email_form", "email"),
            ("customer", "customers_x_form", "x_url"),
            ("customer", "customers_linkedin_form", "linkedin_url"),
            ("customer", "customers_billing_address_form", "billing_address"),
            ("contacts", "contacts_phone_e164", "phone"),
            ("contacts", "contacts_job_role_length", "job_role"),
        ] {
            assert_eq!(field_of(part, constraint), field);
        }
    }

    #[test]
    fn what_is_no_document_is_refused_by_name_of_field() {
        for (text, reason) in [
            ("", "The file is not JSON"),
            ("{}", "its field format should be"),
            ("{\"format\": \"clientele customer\", \"version\": 2}", "The field version should be 1"),
            (
                "{\"format\": \"clientele customer\", \"version\": 1, \"customer\": {\"name\": \"a\\u0000\"}}",
                "The field customer.name holds",
            ),
        ] {
            let refusal = read(text).unwrap_err();
            assert!(refusal.starts_with(reason) || refusal.contains(reason), "{refusal}");
        }
    }
}
