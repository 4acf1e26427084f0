//! What happened to one record, for the record's own page.
use super::{Entry, Names, accesses, calls, support, words};
use crate::{
    infra::{
        db::{self, Audience, Tx, events::Event},
        web::{errors::Result, permissions::Permission, sessions},
    },
    urls::Log,
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Entries that a page shows.
const ENTRIES: usize = 20;

/// The latest of it, as far as the person at work may see it: the policies of the log decide.
pub struct History {
    pub entries: Vec<Entry>,
    /// Where the log tells all of it; empty for those who don't read the log.
    pub all: String,
    pub now: DateTime<Utc>,
}

impl History {
    /// For templates, which would move the field.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Of the record with this id, told by what the log calls such records. Six queries, however many entries there are.
    pub fn of(tx: &mut Tx, entities: &[&str], id: Uuid) -> Result<Self> {
        let events = Event::of_record(tx, entities, id, ENTRIES as i64)?;
        let names = Names::of(tx, &events)?;
        let now = db::now(tx)?;
        let reads_log = tx.scope.roles.iter().any(|role| role.permissions().contains(&Permission::EventRead));
        let log = if tx.scope.audience == Audience::Platform { Log::Platform } else { Log::Console };
        let all = if reads_log { log.with(&format!("record={id}")) } else { String::new() };
        Ok(Self { entries: events.iter().map(|event| entry(event, &names)).collect(), all, now })
    }
}

fn entry(event: &Event, names: &Names) -> Entry {
    let of_ticket = support::describe(event, names);
    let is_update = event.operation == "update" && of_ticket.is_none();
    let (icon, sentence) = match (event.entity.as_str(), event.operation.as_str()) {
        (_, "access") => accesses::describe(event),
        ("call", "update") => ("phone", calls::moved(event, names, "this call")),
        _ => of_ticket.unwrap_or_else(|| describe(event)),
    };
    let changes = if is_update && event.entity != "import" {
        words::changes(event, names, &["query", "password_changed_at", "disabled_at"])
    } else {
        vec![]
    };
    Entry { id: event.id, icon, actor: names.actor(event), sentence, changes, at: event.occurred_at }
}

/// What happened to "this", and the icon that stands for it.
fn describe(event: &Event) -> (&'static str, String) {
    let only = |field: &str| event.changed.iter().flatten().eq([field].iter());
    let has = |field: &str| event.changed.iter().flatten().any(|changed| changed == field);
    let kind = match event.entity.as_str() {
        "saved_view" => "view",
        "user" => "account",
        "call_note" => "note",
        other => other,
    };
    let kind = kind.replace('_', " ");
    match (event.entity.as_str(), event.operation.as_str()) {
        ("session", "insert") => ("user", format!("signed in{}", place(event))),
        ("session", "delete") if event.actor_id.is_none() => {
            ("log-out", format!("ended a session{}", place(event)))
        }
        ("session", "delete") => ("log-out", format!("signed out{}", place(event))),
        ("user", "update") if has("password_changed_at") => ("shield", "changed the password".into()),
        ("user", "update") if has("disabled_at") => {
            let verb = if event.text("disabled_at").is_empty() { "enabled" } else { "disabled" };
            ("shield", format!("{verb} this account"))
        }
        ("tenant", "update") if has("disabled_at") => {
            let verb = if event.text("disabled_at").is_empty() { "enabled" } else { "disabled" };
            ("power", format!("{verb} this tenant"))
        }
        ("contact", "update") if only("is_primary") && event.text("is_primary") == "yes" => {
            ("star", "made this the primary contact".into())
        }
        ("contact", "update") if only("is_primary") => {
            ("star", "made somebody else the primary contact".into())
        }
        ("saved_view", "update") if only("query") => ("pencil", "changed what this view selects".into()),
        ("import", "insert") => ("upload", "uploaded this file".into()),
        ("import", "update") => ("upload", import(event)),
        (_, "insert") => ("plus", format!("added this {kind}")),
        (_, "delete") => ("trash", format!("deleted this {kind}")),
        _ => ("pencil", words::changed(event)),
    }
}

/// From where: ", with Firefox on Linux from 192.0.2.7".
fn place(event: &Event) -> String {
    let (device, address) = (sessions::device(&event.text("agent")), event.text("address"));
    if address.is_empty() { format!(" with {device}") } else { format!(" with {device} from {address}") }
}

/// Which step an import took.
fn import(event: &Event) -> String {
    let customers = |field: &str| event.text(field).parse::<i64>().unwrap_or(0);
    match event.text("state").as_str() {
        "mapped" => "matched the columns".into(),
        "running" => "began to import it".into(),
        "done" => {
            format!("imported it: {} new, {} updated", customers("rows_created"), customers("rows_updated"))
        }
        "failed" => "could not import it".into(),
        "undone" => "took the import back".into(),
        _ => "changed this import".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn event(entity: &str, operation: &str, before: Value, after: Value, changed: &[&str]) -> Event {
        Event {
            id: 1,
            topic: String::new(),
            entity: entity.into(),
            entity_id: Uuid::nil(),
            customer_id: None,
            actor_id: None,
            operation: operation.into(),
            before: (!before.is_null()).then_some(before),
            after: (!after.is_null()).then_some(after),
            changed: changed.iter().map(|f| Some((*f).to_owned())).collect(),
            request_id: None,
            transaction_id: 1,
            occurred_at: DateTime::UNIX_EPOCH,
        }
    }

    fn sentence(entity: &str, operation: &str, before: Value, after: Value, changed: &[&str]) -> String {
        describe(&event(entity, operation, before, after, changed)).1
    }

    #[test]
    fn a_sign_in_says_from_where() {
        let doc = json!({ "agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0", "address": "192.0.2.7" });
        assert_eq!(
            sentence("session", "insert", Value::Null, doc.clone(), &[]),
            "signed in with Firefox on Linux from 192.0.2.7"
        );
        assert_eq!(
            sentence("session", "delete", doc, Value::Null, &[]),
            "ended a session with Firefox on Linux from 192.0.2.7"
        );
    }

    #[test]
    fn what_must_not_or_can_not_be_shown_is_said_without_its_values() {
        let names = Names::default();
        let times = (json!({ "password_changed_at": null }), json!({ "password_changed_at": "2026-01-01" }));
        let password = entry(&event("user", "update", times.0, times.1, &["password_changed_at"]), &names);
        assert_eq!((password.sentence.as_str(), password.changes.len()), ("changed the password", 0));
        let queries = (json!({ "query": "a=1", "name": "A" }), json!({ "query": "b=2", "name": "B" }));
        let view = entry(&event("saved_view", "update", queries.0, queries.1, &["name", "query"]), &names);
        assert_eq!(view.sentence, "changed the name and the selection");
        assert_eq!(view.changes, [("Name".to_owned(), "A".to_owned(), "B".to_owned())]);
    }

    #[test]
    fn an_import_tells_its_steps() {
        let after = json!({ "state": "done", "rows_created": 3, "rows_updated": 1 });
        let before = json!({ "state": "running" });
        assert_eq!(sentence("import", "update", before, after, &["state"]), "imported it: 3 new, 1 updated");
    }

    #[test]
    fn a_contact_that_stops_being_primary_says_so() {
        let (was, is) = (json!({ "is_primary": true }), json!({ "is_primary": false }));
        assert_eq!(
            sentence("contact", "update", was, is, &["is_primary"]),
            "made somebody else the primary contact"
        );
    }
}
