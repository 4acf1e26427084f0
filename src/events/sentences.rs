//! Every change in a sentence that names the thing it happened to.
use crate::{
    events::timeline::{Names, accesses, calls, support, words},
    infra::{
        db::{
            events::Event,
            ids::{CustomerId, ImportId},
        },
        web::access_log,
    },
    urls,
};
use serde_json::Value;

/// The kinds of records that the log tells of: code, stem of their topics, what people call one.
pub const KINDS: &[(&str, &str, &str)] = &[
    ("customer", "CUSTOMER", "customer"),
    ("deactivation", "CUSTOMER_DEACTIVATION", "deactivation"),
    ("api_key", "API_KEY", "API key"),
    ("contact", "CONTACT", "contact"),
    ("location", "CUSTOMER_LOCATION", "location"),
    ("assignment", "CUSTOMER_ASSIGNMENT", "ownership"),
    ("customer_tag", "CUSTOMER_TAG", "tag of a customer"),
    ("tag", "TAG", "tag"),
    ("company", "COMPANY", "company"),
    ("ticket", "TICKET", "ticket"),
    ("message", "TICKET_MESSAGE", "message"),
    ("ticket_tag", "TICKET_TAG", "tag of a ticket"),
    ("ticket_copy", "TICKET_COPY", "copy of a ticket"),
    ("saved_reply", "SAVED_REPLY", "saved reply"),
    ("call", "CALL", "call"),
    ("call_note", "CALL_NOTE", "note of a call"),
    ("import", "IMPORT", "import"),
    ("saved_view", "SAVED_VIEW", "saved view"),
    ("saved_view_pin", "SAVED_VIEW_PIN", "pinned view"),
    ("user", "USER", "account"),
    ("attachment", "ATTACHMENT", "file"),
    ("notification", "NOTIFICATION", "notification"),
    ("notification_choice", "NOTIFICATION_CHOICE", "choice of notifications"),
    ("session", "SESSION", "session"),
    ("registration", "REGISTRATION", "registration"),
    ("registration_settings", "REGISTRATION_SETTINGS", "registration setting"),
    ("registration_domain", "REGISTRATION_DOMAIN", "domain to register with"),
    ("reset_request", "RESET_REQUEST", "request for a new password"),
    ("mail", "MAIL", "email"),
    ("tenant", "TENANT", "tenant"),
    ("tenant_entry", "TENANT_ENTRY", "visit of a platform admin"),
    ("bootstrap_key", "BOOTSTRAP_KEY", "bootstrap key"),
];

/// What operations are called in topics, and by people.
pub const OPERATIONS: [(&str, &str); 3] =
    [("CREATED", "made"), ("UPDATED", "changed"), ("DELETED", "removed")];

/// What people call a kind of record: "Customer".
pub fn kind(entity: &str) -> String {
    let name = KINDS.iter().find(|(code, ..)| *code == entity).map_or(entity, |(.., name)| name);
    capitalised(name.replace('_', " "))
}

fn capitalised(mut text: String) -> String {
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// A topic as people read it: "Customer changed".
pub fn topic(topic: &str) -> String {
    if let Some((_, name)) = access_log::TOPICS.iter().find(|(code, _)| *code == topic) {
        return (*name).to_owned();
    }
    let known = KINDS.iter().find_map(|(_, stem, name)| {
        let operation = topic.strip_prefix(stem)?.strip_prefix('_')?;
        let (_, verb) = OPERATIONS.iter().find(|(code, _)| *code == operation)?;
        Some(format!("{name} {verb}"))
    });
    capitalised(known.unwrap_or_else(|| topic.to_lowercase().replace('_', " ")))
}

/// What happened, without who: "changed the stage of the customer Northwind".
pub fn sentence(event: &Event, names: &Names) -> String {
    let name = || event.text("name");
    let customer = || {
        let id = event.customer_id.map(|id| id.to_string()).unwrap_or_default();
        names.customer(&id).cloned().unwrap_or_else(|| "a customer that is gone".into())
    };
    let person = || format!("{} {}", event.text("first_name"), event.text("last_name")).trim().to_owned();
    let tag = || names.tag(&event.text("tag_id")).cloned().unwrap_or_else(|| "that is gone".into());
    if event.operation == "access" {
        return accesses::describe(event).1;
    }
    match (event.entity.as_str(), event.operation.as_str()) {
        ("customer", "insert") => format!("made the customer {}", name()),
        ("customer", "delete") => format!("deleted the customer {}", name()),
        ("customer", _) if event.topic == "CUSTOMER_DEACTIVATED" => format!("deactivated {}", name()),
        ("customer", _) if event.topic == "CUSTOMER_REACTIVATED" => format!("reactivated {}", name()),
        ("deactivation", "insert") => format!("noted why {} leaves", customer()),
        ("deactivation", "delete") => format!("deleted why {} left", customer()),
        ("deactivation", _) => format!("{} {}", words::deactivation(event), customer()),
        ("api_key", "insert") => format!("issued the API key {} to {}", name(), customer()),
        ("api_key", "delete") => format!("deleted the API key {} of {}", name(), customer()),
        ("api_key", _) => format!("changed the API key {} of {}", name(), customer()),
        ("customer", _) => format!("{} of the customer {}", words::changed(event), name()),
        ("contact", "insert") => format!("added the contact {} to {}", person(), customer()),
        ("contact", "delete") => format!("removed the contact {} from {}", person(), customer()),
        ("contact", _) => format!("changed the contact {} of {}", person(), customer()),
        ("location", "insert") => format!("added the location {} to {}", name(), customer()),
        ("location", "delete") => format!("removed the location {} from {}", name(), customer()),
        ("location", _) => format!("changed the location {} of {}", name(), customer()),
        ("assignment", "insert") => {
            format!("made {} an owner of {}", names.user(&event.text("user_id")), customer())
        }
        ("assignment", _) => {
            format!("took {} off the owners of {}", names.user(&event.text("user_id")), customer())
        }
        ("customer_tag", "insert") => format!("tagged {} with {}", customer(), tag()),
        ("customer_tag", _) => format!("took the tag {} off {}", tag(), customer()),
        ("tag", "insert") => format!("made the tag {}", name()),
        ("tag", "delete") => format!("deleted the tag {}", name()),
        ("tag", _) => format!("changed the tag {}", name()),
        ("company", "insert") => format!("added the company {}", name()),
        ("company", "delete") => format!("deleted the company {}", name()),
        ("company", _) => format!("changed the company {}", name()),
        ("import", "insert") => format!("uploaded {} for import", event.text("file_name")),
        ("import", "delete") => format!("deleted the import of {}", event.text("file_name")),
        ("import", _) => import(event),
        ("saved_reply", "insert") => format!("made the saved reply {}", name()),
        ("saved_reply", "delete") => format!("deleted the saved reply {}", name()),
        ("saved_reply", _) => format!("changed the saved reply {}", name()),
        ("saved_view", "insert") => format!("saved the view {}", name()),
        ("saved_view", "delete") => format!("deleted the view {}", name()),
        ("saved_view", _) => format!("changed the view {}", name()),
        ("saved_view_pin", "insert") => "pinned a view".into(),
        ("saved_view_pin", _) => "unpinned a view".into(),
        ("user", "insert") => format!("made an account for {} ({})", name(), event.text("email")),
        ("user", "delete") if event.text("is_set_up") == "no" => {
            format!("withdrew the invitation of {} ({})", name(), event.text("email"))
        }
        ("user", "delete") => format!("removed the account of {} ({})", name(), event.text("email")),
        ("user", _) if event.changed.iter().flatten().any(|f| f == "disabled_at") => {
            let verb = if event.after.as_ref().is_some_and(|doc| !doc["disabled_at"].is_null()) {
                "disabled"
            } else {
                "enabled"
            };
            format!("{verb} the account of {}", name())
        }
        ("user", _) if event.changed.iter().flatten().any(|f| f == "is_set_up") => {
            format!("chose the first password of {}", name())
        }
        ("user", _) if event.changed.iter().flatten().any(|f| f == "password_changed_at") => {
            format!("changed the password of {}", name())
        }
        ("user", _) => format!("changed the account of {}", name()),
        ("attachment", "delete") => format!("removed the file {}", name()),
        ("attachment", _) => format!("attached the file {}", name()),
        ("notification", "insert") => {
            format!("had {} told: {}", names.user(&event.text("user_id")), event.text("text"))
        }
        ("notification", _) => "took back a notification".into(),
        ("notification_choice", _) => "chose what to be told".into(),
        ("session", "insert") => "signed in".into(),
        ("session", "delete") => "signed out, or was signed out".into(),
        ("session", _) => "changed a session".into(),
        ("registration", "insert") => {
            format!("registered {} ({}) with {}", name(), event.text("email"), customer())
        }
        ("registration", "delete") => format!("forgot that {} registered with {}", name(), customer()),
        ("registration", _) => format!("confirmed the address of {} at {}", name(), customer()),
        ("registration_settings", _) => format!("changed who may register with {}", customer()),
        ("registration_domain", "insert") => {
            format!("let people of {} register with {}", event.text("domain"), customer())
        }
        ("registration_domain", "update")
            if event.changed.iter().flatten().any(|f| f == "verified_until") =>
        {
            let is_lost = event.text("verified_by").is_empty();
            let verb = if is_lost { "lost the proof for" } else { "verified" };
            format!(
                "{verb} the domain {}, with which people register with {}",
                event.text("domain"),
                customer()
            )
        }
        ("registration_domain", "update") => {
            format!("had a mail sent to verify the domain {} of {}", event.text("domain"), customer())
        }
        ("registration_domain", _) => {
            format!("took {} off the domains that register with {}", event.text("domain"), customer())
        }
        ("reset_request", _) => "asked for a new password".into(),
        ("mail", "insert") => format!("had an email sent: {}", event.text("subject")),
        ("mail", _) => format!("noted about the email: {}", event.text("subject")),
        ("tenant", "insert") => format!("made the tenant {}", name()),
        ("tenant", "delete") => format!("deleted the tenant {}", name()),
        ("tenant", _) if event.changed.iter().flatten().any(|f| f == "disabled_at") => {
            let verb = if event.text("disabled_at").is_empty() { "enabled" } else { "disabled" };
            format!("{verb} the tenant {}", name())
        }
        ("tenant", _) => format!("changed the tenant {}", name()),
        ("bootstrap_key", operation) => {
            format!("{} of {}", words::bootstrap_key(event, operation), customer())
        }
        ("tenant_entry", "insert") => format!("entered the tenant: {}", event.text("reason")),
        ("tenant_entry", "delete") => format!("deleted the visit of {}", event.text("user_name")),
        ("tenant_entry", _) => "left the tenant".into(),
        (entity, operation) => {
            let described = support::describe(event, names).or_else(|| calls::describe(event, names));
            if let Some((_, sentence)) = described {
                return format!("{sentence} ({})", customer());
            }
            let verb = match operation {
                "insert" => "made",
                "delete" => "deleted",
                _ => "changed",
            };
            format!("{verb} {} {}", entity.replace('_', " "), name()).trim().to_owned()
        }
    }
}

/// What an import came to.
fn import(event: &Event) -> String {
    let file = event.text("file_name");
    let state = event.after.as_ref().and_then(|doc| doc["state"].as_str()).unwrap_or_default();
    let entered = event.changed.iter().flatten().any(|field| field == "state");
    match state {
        "running" if entered => format!("began to import {file}"),
        "done" if entered => format!("imported {file}"),
        "failed" if entered => format!("failed to import {file}"),
        "undone" if entered => format!("took back the import of {file}"),
        _ => format!("changed the import of {file}"),
    }
}

/// Where the record is looked at, if it is there still; empty where it has no page or is gone.
pub fn record_url(event: &Event, names: &Names) -> String {
    let customer = event.customer_id.filter(|id| names.customer(&id.to_string()).is_some()).map(CustomerId);
    match event.entity.as_str() {
        "import" if event.operation != "delete" => urls::import(&ImportId(event.entity_id)),
        "tag" if event.operation != "delete" => urls::tags(),
        "contact" => customer.map_or(String::new(), |id| urls::contacts(&id)),
        _ => customer.map_or(String::new(), |id| urls::customer(&id)),
    }
}

/// A field that differs, or that a record came or went with: what people call it, before, after.
pub struct Difference {
    pub label: String,
    pub before: String,
    pub after: String,
}

/// The difference field by field. Of a new record all that it has, of a deleted one all that it had; an address by its parts.
pub fn differences(event: &Event, names: &Names, zone: &str) -> Vec<Difference> {
    let nothing = Value::Null;
    let (before, after) =
        (event.before.as_ref().unwrap_or(&nothing), event.after.as_ref().unwrap_or(&nothing));
    let fields: Vec<String> = match event.operation.as_str() {
        "update" => event.changed.iter().flatten().cloned().collect(),
        _ => {
            event.after.as_ref().or(event.before.as_ref()).and_then(Value::as_object).map_or(vec![], |doc| {
                let bookkeeping = ["id", "tenant_id", "version", "created_at", "updated_at", "updated_by"];
                doc.keys().filter(|key| !bookkeeping.contains(&key.as_str())).cloned().collect()
            })
        }
    };
    let mut found = vec![];
    for field in fields {
        let (from, to) = (&before[&field], &after[&field]);
        match (from.as_object(), to.as_object()) {
            (None, None) => push(
                &mut found,
                words::label(&field),
                describe(&field, from, names, zone),
                describe(&field, to, names, zone),
            ),
            (old, new) => {
                let mut parts: Vec<&String> = old.into_iter().chain(new).flat_map(|doc| doc.keys()).collect();
                parts.sort();
                parts.dedup();
                for part in parts {
                    let label = format!("{}: {part}", words::label(&field));
                    push(
                        &mut found,
                        label,
                        describe(part, &from[part], names, zone),
                        describe(part, &to[part], names, zone),
                    );
                }
            }
        }
    }
    found
}

fn push(found: &mut Vec<Difference>, label: String, before: String, after: String) {
    if before != after {
        found.push(Difference { label, before, after });
    }
}

fn describe(field: &str, value: &Value, names: &Names, zone: &str) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".into(),
        Value::Bool(false) => "no".into(),
        Value::String(text) if text.len() > 180 => text.clone(),
        Value::String(text) if field.ends_with("_at") || field.ends_with("_since") => moment(text, zone),
        Value::String(text) => words::word(field, text.clone(), names),
        Value::Array(items) => {
            items.iter().map(|item| describe(field, item, names, zone)).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

/// A moment by the reader's clock.
fn moment(text: &str, zone: &str) -> String {
    let zone: chrono_tz::Tz = zone.parse().unwrap_or(chrono_tz::Tz::UTC);
    chrono::DateTime::parse_from_rfc3339(text).map_or_else(
        |_| text.to_owned(),
        |at| at.with_timezone(&zone).format("%-d %b %Y, %H:%M:%S %Z").to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn event(entity: &str, operation: &str, before: Value, after: Value, changed: &[&str]) -> Event {
        Event {
            id: 1,
            topic: String::new(),
            entity: entity.into(),
            entity_id: uuid::Uuid::nil(),
            customer_id: None,
            actor_id: None,
            operation: operation.into(),
            before: (!before.is_null()).then_some(before),
            after: (!after.is_null()).then_some(after),
            changed: changed.iter().map(|f| Some((*f).to_owned())).collect(),
            request_id: None,
            transaction_id: 1,
            occurred_at: chrono::DateTime::UNIX_EPOCH,
        }
    }

    fn rows(event: &Event) -> Vec<(String, String, String)> {
        differences(event, &Names::default(), "Europe/Dublin")
            .into_iter()
            .map(|d| (d.label, d.before, d.after))
            .collect()
    }

    fn row(label: &str, before: &str, after: &str) -> (String, String, String) {
        (label.into(), before.into(), after.into())
    }

    #[test]
    fn topics_are_told_in_words() {
        assert_eq!(topic("CUSTOMER_UPDATED"), "Customer changed");
        assert_eq!(topic("CUSTOMER_ASSIGNMENT_CREATED"), "Ownership made");
        assert_eq!(topic("SOMETHING_NEW"), "Something new");
    }

    #[test]
    fn an_update_shows_what_differs_and_an_address_by_its_parts() {
        let before = json!({ "name": "A", "lifecycle_stage": "active", "billing_address": { "city": "Cork", "zip": "1" }, "notes": "same" });
        let after = json!({ "name": "B", "lifecycle_stage": "churned", "billing_address": { "city": "Kerry", "zip": "1" }, "notes": "same" });
        let event =
            event("customer", "update", before, after, &["billing_address", "lifecycle_stage", "name"]);
        let wanted = [
            row("Billing address: city", "Cork", "Kerry"),
            row("Stage", "Active", "Churned"),
            row("Name", "A", "B"),
        ];
        assert_eq!(rows(&event), wanted);
        assert_eq!(
            sentence(&event, &Names::default()),
            "changed the billing address, the stage and the name of the customer B"
        );
    }

    #[test]
    fn a_new_record_shows_all_that_it_has_and_a_deleted_one_all_that_it_had() {
        let doc = json!({ "id": "x", "tenant_id": "y", "version": 1, "name": "VIP", "colour": 3 });
        assert_eq!(
            rows(&event("tag", "insert", Value::Null, doc.clone(), &[])),
            [row("Colour", "", "3"), row("Name", "", "VIP")]
        );
        let gone = event("tag", "delete", doc, Value::Null, &[]);
        assert_eq!(rows(&gone), [row("Colour", "3", ""), row("Name", "VIP", "")]);
        assert_eq!(sentence(&gone, &Names::default()), "deleted the tag VIP");
    }

    #[test]
    fn a_moment_is_told_by_the_readers_clock() {
        let after = json!({ "name": "Ada", "disabled_at": "2026-07-01T12:00:00.5+00:00" });
        let event =
            event("user", "update", json!({ "name": "Ada", "disabled_at": null }), after, &["disabled_at"]);
        assert_eq!(rows(&event), [row("Disabled", "", "1 Jul 2026, 13:00:00 IST")]);
        assert_eq!(sentence(&event, &Names::default()), "disabled the account of Ada");
        let waits = json!({ "number": 1001, "waiting_since": "2026-07-01T12:00:00+00:00" });
        let before = json!({ "number": 1001, "waiting_since": null });
        let event = self::event("ticket", "update", before, waits, &["waiting_since"]);
        assert_eq!(rows(&event), [row("Customer waits since", "", "1 Jul 2026, 13:00:00 IST")]);
    }
}
