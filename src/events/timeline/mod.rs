//! The log of a customer in sentences: who did what, when, from what to what.
pub mod accesses;
pub mod calls;
mod names;
mod record;
pub mod support;
pub mod words;

pub use names::Names;
pub use record::History;

use crate::infra::{
    db::{
        Tx,
        events::{Event, Place},
        ids::CustomerId,
    },
    web::errors::Result,
};
use chrono::{DateTime, Utc};

/// One line of a timeline.
pub struct Entry {
    pub id: i64,
    pub icon: &'static str,
    pub actor: String,
    pub sentence: String,
    pub changes: Vec<(String, String, String)>,
    pub at: DateTime<Utc>,
}

/// The latest entries, older than `before`. Five queries, however many there are.
pub fn of(tx: &mut Tx, customer: CustomerId, before: Option<Place>, most: i64) -> Result<Vec<Entry>> {
    let events = Event::of_customer(tx, customer, before, most)?;
    let names = Names::of(tx, &events)?;
    Ok(events.iter().map(|event| entry(event, &names)).collect())
}

fn entry(event: &Event, names: &Names) -> Entry {
    let actor = names.actor(event);
    let created = event.operation == "insert";
    let deleted = event.operation == "delete";
    let verb = if created { "added" } else { "removed" };
    let (icon, sentence) = match event.entity.as_str() {
        "customer" if created => ("plus", "added this customer".to_owned()),
        "customer" if deleted => ("trash", "deleted this customer".to_owned()),
        "customer" if event.topic == "CUSTOMER_DEACTIVATED" => {
            ("power", "deactivated this customer".to_owned())
        }
        "customer" if event.topic == "CUSTOMER_REACTIVATED" => {
            ("power", "reactivated this customer".to_owned())
        }
        "customer" => ("pencil", words::changed(event)),
        "deactivation" if created => ("message", "noted why this customer leaves".to_owned()),
        "deactivation" => ("power", format!("{} this customer", words::deactivation(event))),
        "api_key" => {
            let expired = event.changed.iter().flatten().any(|field| field == "expires_at");
            let did = if expired {
                "ended"
            } else if created {
                "issued"
            } else if deleted {
                "deleted"
            } else {
                "changed"
            };
            ("key", format!("{did} the API key {}", event.text("name")))
        }
        "bootstrap_key" => ("key", words::bootstrap_key(event, &event.operation).to_owned()),
        "contact" => {
            let name = format!("{} {}", event.text("first_name"), event.text("last_name")).trim().to_owned();
            match event.operation.as_str() {
                "insert" => ("user-plus", format!("added the contact {name}")),
                "delete" => ("trash", format!("removed the contact {name}")),
                _ if event.changed.iter().flatten().eq(["is_primary"].iter())
                    && event.text("is_primary") == "yes" =>
                {
                    ("star", format!("made {name} the primary contact"))
                }
                _ => ("pencil", format!("changed the contact {name}")),
            }
        }
        "customer_tag" => {
            let name = names.tag(&event.text("tag_id")).cloned();
            let tag =
                name.map_or("a tag that has since been deleted".into(), |name| format!("the tag {name}"));
            ("tag", format!("{verb} {tag}"))
        }
        "assignment" => {
            let rep = names.user(&event.text("user_id"));
            if created {
                ("user-plus", format!("made {rep} an owner"))
            } else {
                ("user", format!("took {rep} off the owners"))
            }
        }
        "user" => (
            "user",
            match event.operation.as_str() {
                "insert" => format!("gave {} access to the portal", event.text("name")),
                "delete" if event.text("is_set_up") == "no" => {
                    format!("withdrew the invitation of {}", event.text("name"))
                }
                "delete" => format!("removed the portal user {}", event.text("name")),
                _ => format!("changed the portal user {}", event.text("name")),
            },
        ),
        "location" => (
            "map-pin",
            match event.operation.as_str() {
                "insert" if event.text("is_hq") == "yes" => {
                    format!("added the headquarters {}", event.text("name"))
                }
                "insert" => format!("added the location {}", event.text("name")),
                "delete" => format!("removed the location {}", event.text("name")),
                _ => format!("changed the location {}", event.text("name")),
            },
        ),
        other => support::describe(event, names)
            .or_else(|| calls::describe(event, names))
            .unwrap_or_else(|| ("pencil", format!("changed {}", other.replace('_', " ")))),
    };
    let changes = if created || deleted { vec![] } else { words::changes(event, names, &[]) };
    Entry { id: event.id, icon, actor, sentence, changes, at: event.occurred_at }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn event(
        entity: &str,
        operation: &str,
        before: serde_json::Value,
        after: serde_json::Value,
        changed: &[&str],
    ) -> Event {
        Event {
            id: 1,
            topic: String::new(),
            entity: entity.into(),
            entity_id: uuid::Uuid::nil(),
            customer_id: None,
            request_id: None,
            transaction_id: 1,
            actor_id: None,
            operation: operation.into(),
            before: (!before.is_null()).then_some(before),
            after: (!after.is_null()).then_some(after),
            changed: changed.iter().map(|f| Some((*f).to_owned())).collect(),
            occurred_at: DateTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_change_of_stage_is_told_in_words() {
        let before = json!({ "lifecycle_stage": "active" });
        let after = json!({ "lifecycle_stage": "churned", "churned_at": "2026-01-01" });
        let event = event("customer", "update", before, after, &["churned_at", "lifecycle_stage"]);
        let entry = entry(&event, &Names::default());
        assert_eq!(entry.sentence, "changed the stage");
        assert_eq!(entry.changes, [("Stage".into(), "Active".into(), "Churned".into())]);
    }

    #[test]
    fn a_moment_is_left_to_the_clock_of_whoever_reads() {
        let (from, to) = ("2026-07-01T12:00:00+00:00", "2026-07-02T12:00:00+00:00");
        let changed = ["scheduled_at"];
        let event =
            event("call", "update", json!({ "scheduled_at": from }), json!({ "scheduled_at": to }), &changed);
        let changes = entry(&event, &Names::default()).changes;
        assert_eq!(changes, [("Time".into(), from.into(), to.into())]);
    }

    #[test]
    fn making_a_contact_primary_says_so() {
        let event = event(
            "contact",
            "update",
            json!({ "first_name": "Carol", "last_name": "Winter", "is_primary": false }),
            json!({ "first_name": "Carol", "last_name": "Winter", "is_primary": true }),
            &["is_primary"],
        );
        assert_eq!(entry(&event, &Names::default()).sentence, "made Carol Winter the primary contact");
    }
}
