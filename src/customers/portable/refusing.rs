//! What the database refused, as a sentence that names the field. Its constraints are the rules, so they are not written twice.
use super::parts::Part;
use crate::infra::web::errors::AppError;
use diesel::result::{DatabaseErrorKind, Error as DieselError};

/// Constraints of which their name does not tell enough.
const SENTENCES: &[(&str, &str)] = &[
    (
        "customers_external_id_taken",
        "Another customer has the external id of this one (customer.external_id). Change either, then try again.",
    ),
    ("contacts_email_taken", "Two contacts have the same email (contacts.email)."),
    ("contacts_one_primary", "Two contacts are primary (contacts.is_primary); one at most may be."),
    ("locations_one_hq", "Two locations are headquarters (locations.is_hq); one at most may be."),
    ("tickets_number_taken", "Two tickets have the same number (tickets.number)."),
    (
        "registration_settings_one",
        "There are two settings of who may register (registration); one at most may be.",
    ),
    ("tags_name_length", "A tag has 1 to 50 characters (tags)."),
    ("ticket_messages_say_something", "A message has neither words (messages.body) nor a file."),
    (
        "deactivations_one_standing",
        "Two deactivations are not taken back (deactivations.reactivated_at); one at most may be.",
    ),
];

/// The refusal of a row of this part.
pub fn refused(part: &Part, error: DieselError) -> AppError {
    let DieselError::DatabaseError(kind, info) = &error else { return error.into() };
    if matches!(kind, DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand) {
        return error.into();
    }
    let name = part.name;
    let constraint = info.constraint_name().unwrap_or_default();
    if let Some((_, sentence)) = SENTENCES.iter().find(|(known, _)| *known == constraint) {
        return AppError::BadRequest((*sentence).to_owned());
    }
    let sentence = match kind {
        DatabaseErrorKind::NotNullViolation => {
            format!("The field {name}.{} is missing.", info.column_name().unwrap_or("?"))
        }
        DatabaseErrorKind::UniqueViolation if constraint.ends_with("_pkey") => {
            format!("Two of the part {name} have the same id ({name}.id).")
        }
        DatabaseErrorKind::UniqueViolation => format!("Two of the part {name} are the same ({constraint})."),
        _ if constraint.is_empty() => format!("The part {name} can't be saved: {}.", info.message()),
        _ => match field_of(part, constraint) {
            Some(field) => format!("The field {name}.{field} holds what can't be saved."),
            None => format!("The part {name} holds what can't be: {}.", words_of(part, constraint)),
        },
    };
    AppError::BadRequest(sentence)
}

/// The field that a constraint is about, by its name: `customers_phone_e164` is about `phone`.
fn field_of<'a>(part: &'a Part, constraint: &'a str) -> Option<&'a str> {
    let rest = constraint.strip_prefix(part.entity.table)?.trim_start_matches('_');
    match rest {
        "type_known" => return Some("customer_type"),
        "stage_known" => return Some("lifecycle_stage"),
        "session_expiration" => return Some("session_expiration_seconds"),
        "type_length" => return Some("contact_type"),
        "industry_group_in_sector" => return Some("industry_group"),
        _ => {}
    }
    let names = part.columns.iter().map(|column| column.name.as_str());
    names.filter(|name| rest.starts_with(name.trim_end_matches("_url"))).max_by_key(|name| name.len())
}

/// A constraint in words: `calls_closed_when_done` is "closed when done".
fn words_of(part: &Part, constraint: &str) -> String {
    constraint.trim_start_matches(part.entity.table).replace('_', " ").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::customers::portable::parts::{Column, Link};

    #[test]
    fn a_constraint_tells_its_field() {
        for (code, constraint, field) in [
            ("customer", "customers_name_length", Some("name")),
            ("customer", "customers_type_known", Some("customer_type")),
            ("customer", "customers_email_domain_form", Some("email_domain")),
            ("customer", "customers_email_form", Some("email")),
            ("customer", "customers_x_form", Some("x_url")),
            ("customer", "customers_linkedin_form", Some("linkedin_url")),
            ("customer", "customers_billing_address_form", Some("billing_address")),
            ("contact", "contacts_phone_e164", Some("phone")),
            ("contact", "contacts_job_role_length", Some("job_role")),
            ("call", "calls_time_and_length", None),
        ] {
            let entity = crate::infra::entity::by_code(crate::ENTITIES, code).unwrap();
            let column = |name: &str| Column {
                name: name.into(),
                key: name.into(),
                field: None,
                kind: "text".into(),
                is_nullable: true,
                is_restored: true,
                link: Link::Nothing,
            };
            let columns = entity.fields.iter().map(|field| column(field.name)).collect();
            assert_eq!(field_of(&Part { name: "part", entity, columns }, constraint), field, "{constraint}");
        }
    }
}
