//! The log of a customer in sentences: who did what, when, from what to what.
use super::kinds;
use crate::platform::{
    db::Tx,
    errors::Result,
    events::{Event, Place},
    ids::{CompanyId, CustomerId, TagId, UserId},
    schema::{companies, tags, users},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use std::collections::HashMap;

/// One line of a timeline.
pub struct Entry {
    pub id: i64,
    pub icon: &'static str,
    pub actor: String,
    pub sentence: String,
    pub changes: Vec<(String, String, String)>,
    pub at: DateTime<Utc>,
}

/// The names of what the log refers to by id.
#[derive(Default)]
struct Names {
    users: HashMap<String, String>,
    tags: HashMap<String, String>,
    companies: HashMap<String, String>,
}

/// The latest entries, older than `before`. Four queries, however many there are.
pub fn of(tx: &mut Tx, customer: CustomerId, before: Option<Place>, most: i64) -> Result<Vec<Entry>> {
    let events = Event::of_customer(tx, customer, before, most)?;
    let names = Names::of(tx, &events)?;
    Ok(events.iter().map(|event| entry(event, &names)).collect())
}

impl Names {
    fn of(tx: &mut Tx, events: &[Event]) -> Result<Self> {
        let mut names = Self::default();
        let (mut user_ids, mut tag_ids, mut company_ids): (Vec<UserId>, Vec<TagId>, Vec<CompanyId>) =
            Default::default();
        for event in events {
            user_ids.extend(event.actor_id);
            user_ids.extend(event.text("user_id").parse::<UserId>());
            tag_ids.extend(event.text("tag_id").parse::<TagId>());
            for (field, from, to) in event.changes() {
                if field == "company_id" {
                    company_ids.extend([from, to].iter().filter_map(|id| id.parse::<CompanyId>().ok()));
                }
            }
        }
        if !user_ids.is_empty() {
            let found: Vec<(UserId, String)> = users::table
                .filter(users::id.eq_any(user_ids))
                .select((users::id, users::name))
                .load(tx.conn)?;
            names.users = found.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
        }
        if !tag_ids.is_empty() {
            let found: Vec<(TagId, String)> =
                tags::table.filter(tags::id.eq_any(tag_ids)).select((tags::id, tags::name)).load(tx.conn)?;
            names.tags = found.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
        }
        if !company_ids.is_empty() {
            let found: Vec<(CompanyId, String)> = companies::table
                .filter(companies::id.eq_any(company_ids))
                .select((companies::id, companies::name))
                .load(tx.conn)?;
            names.companies = found.into_iter().map(|(id, name)| (id.to_string(), name)).collect();
        }
        Ok(names)
    }

    fn user(&self, id: &str) -> String {
        self.users.get(id).cloned().unwrap_or_else(|| "somebody who has left".into())
    }
}

fn entry(event: &Event, names: &Names) -> Entry {
    let actor = match event.actor_id {
        None => "Clientele".to_owned(),
        Some(id) => {
            names.users.get(&id.to_string()).cloned().unwrap_or_else(|| "Somebody who has left".into())
        }
    };
    let created = event.operation == "insert";
    let deleted = event.operation == "delete";
    let verb = if created { "added" } else { "removed" };
    let (icon, sentence) = match event.entity.as_str() {
        "customer" if created => ("plus", "added this customer".to_owned()),
        "customer" if deleted => ("trash", "deleted this customer".to_owned()),
        "customer" => ("pencil", changed_sentence(event)),
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
            let name = names.tags.get(&event.text("tag_id")).cloned();
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
                "delete" => format!("removed the portal user {}", event.text("name")),
                _ => format!("changed the portal user {}", event.text("name")),
            },
        ),
        other => ("pencil", format!("changed {}", other.replace('_', " "))),
    };
    let changes = if created || deleted { vec![] } else { changes(event, names) };
    Entry { id: event.id, icon, actor, sentence, changes, at: event.occurred_at }
}

fn changed_sentence(event: &Event) -> String {
    let fields: Vec<String> = event
        .changed
        .iter()
        .flatten()
        .filter(|f| *f != "churned_at")
        .map(|f| label(f).to_lowercase())
        .collect();
    match fields.as_slice() {
        [] => "changed this customer".into(),
        [one] => format!("changed the {one}"),
        [rest @ .., last] if rest.len() < 4 => format!("changed the {} and the {last}", rest.join(", the ")),
        many => format!("changed {} fields", many.len()),
    }
}

fn changes(event: &Event, names: &Names) -> Vec<(String, String, String)> {
    event
        .changes()
        .into_iter()
        .filter(|(field, ..)| !matches!(field.as_str(), "churned_at" | "is_primary"))
        .map(|(field, from, to)| {
            let word = |value: String| word(&field, value, names);
            (label(&field), word(from), word(to))
        })
        .collect()
}

/// A value of the log in the words of the pages, cut where it is long.
fn word(field: &str, value: String, names: &Names) -> String {
    let words = match field {
        "lifecycle_stage" => kinds::STAGES,
        "customer_type" => kinds::TYPES,
        "source" => kinds::SOURCES,
        "classification" => kinds::CLASSIFICATIONS,
        "size_range" => kinds::SIZES,
        "industry_sector" => kinds::SECTORS,
        "company_id" => return names.companies.get(&value).cloned().unwrap_or(value),
        _ => {
            let cut: String = value.chars().take(200).collect();
            return if cut.len() < value.len() { format!("{cut}…") } else { cut };
        }
    };
    kinds::name(words, &value)
}

/// What people call a column.
fn label(field: &str) -> String {
    let known = match field {
        "lifecycle_stage" => "Stage",
        "customer_type" => "Type",
        "company_id" => "Company",
        "industry_sector" => "Industry",
        "industry_group" => "Industry group",
        "size_range" => "Size",
        "external_id" => "External id",
        "x_url" => "X",
        "linkedin_url" => "LinkedIn",
        "facebook_url" => "Facebook",
        "instagram_url" => "Instagram",
        "youtube_url" => "YouTube",
        "github_url" => "GitHub",
        "session_expiration_seconds" => "Session length",
        other => {
            let mut text = other.replace('_', " ");
            if let Some(first) = text.get_mut(0..1) {
                first.make_ascii_uppercase();
            }
            return text;
        }
    };
    known.to_owned()
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
