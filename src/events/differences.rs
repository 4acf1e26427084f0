//! What a change did, field by field.
use super::timeline::Names;
use crate::infra::{
    db::events::{Event, plain},
    entity::{self, BOOKKEEPING, Entity, Kind},
};
use serde_json::Value;

/// A field that differs, or that a record came or went with: what people call it, before, after.
pub struct Difference {
    pub label: String,
    pub before: String,
    pub after: String,
}

/// The difference field by field. Of a new record all that it has, of a deleted one all that it had; an address by its parts.
pub fn whole(event: &Event, names: &Names, zone: &str) -> Vec<Difference> {
    let entity = entity::by_code(names.entities, &event.entity);
    let nothing = Value::Null;
    let (before, after) =
        (event.before.as_ref().unwrap_or(&nothing), event.after.as_ref().unwrap_or(&nothing));
    let mut found = vec![];
    for field in fields(event) {
        let label = entity.map_or_else(|| entity::from_name(&field), |entity| entity.label(&field));
        let (from, to) = (&before[&field], &after[&field]);
        if from.is_object() || to.is_object() {
            let mut parts: Vec<&String> =
                [from, to].into_iter().filter_map(Value::as_object).flat_map(|doc| doc.keys()).collect();
            parts.sort();
            parts.dedup();
            found.extend(parts.into_iter().map(|part| Difference {
                label: format!("{label}: {part}"),
                before: plain(&from[part]),
                after: plain(&to[part]),
            }));
        } else {
            let value = |value: &Value| of_field(entity, &field, value, names, zone);
            found.push(Difference { label, before: value(from), after: value(to) });
        }
    }
    found.retain(|difference| difference.before != difference.after);
    found
}

fn fields(event: &Event) -> Vec<String> {
    if event.operation == "update" {
        return event.changed.iter().flatten().cloned().collect();
    }
    let doc = event.after.as_ref().or(event.before.as_ref()).and_then(Value::as_object);
    // Who made it is worth knowing; the rest says nothing.
    let is_kept = |key: &&String| **key == "created_by" || !BOOKKEEPING.contains(&key.as_str());
    doc.map_or(vec![], |doc| doc.keys().filter(is_kept).cloned().collect())
}

/// A value, with moments by the reader's clock.
fn of_field(entity: Option<&'static Entity>, name: &str, value: &Value, names: &Names, zone: &str) -> String {
    let kind = entity.and_then(|entity| entity.field(name)).map(|field| field.kind);
    match (value, kind) {
        (Value::String(text), Some(Kind::Moment)) => moment(text, zone),
        (Value::String(text), None) if name.ends_with("_at") => moment(text, zone),
        (Value::Array(items), Some(Kind::Moments)) => items
            .iter()
            .filter_map(Value::as_str)
            .map(|text| moment(text, zone))
            .collect::<Vec<_>>()
            .join(", "),
        _ => match entity {
            Some(entity) => names.value(entity, name, Some(value)),
            None => plain(value),
        },
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

/// The fields of an update that a timeline lists: label, before, after. Left out is what follows from the sentence already, and what
/// says nothing to people. Long texts are cut; a moment stays as the log has it, since the page tells it by its reader's clock.
pub fn listed(event: &Event, names: &Names) -> Vec<(String, String, String)> {
    let Some(entity) = entity::by_code(names.entities, &event.entity) else { return vec![] };
    let value = |doc: &Option<Value>, name: &str| {
        cut(names.value(entity, name, doc.as_ref().and_then(|doc| doc.get(name))))
    };
    let is_listed =
        |name: &str| entity.field(name).is_none_or(|field| !field.is_derived && !field.is_unquoted);
    event
        .changed
        .iter()
        .flatten()
        .filter(|name| is_listed(name))
        .map(|name| (entity.label(name), value(&event.before, name), value(&event.after, name)))
        .collect()
}

fn cut(text: String) -> String {
    match text.char_indices().nth(200) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::samples::{event, names};
    use serde_json::json;

    fn rows(event: &Event) -> Vec<(String, String, String)> {
        whole(event, &names(), "Europe/Dublin").into_iter().map(|d| (d.label, d.before, d.after)).collect()
    }

    fn row(label: &str, before: &str, after: &str) -> (String, String, String) {
        (label.into(), before.into(), after.into())
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
    }

    #[test]
    fn a_new_record_shows_all_that_it_has_and_a_deleted_one_all_that_it_had() {
        let doc = json!({ "id": "x", "tenant_id": "y", "version": 1, "name": "VIP", "colour": 3 });
        assert_eq!(
            rows(&event("tag", "insert", Value::Null, doc.clone(), &[])),
            [row("Colour", "", "3"), row("Name", "", "VIP")]
        );
        assert_eq!(
            rows(&event("tag", "delete", doc, Value::Null, &[])),
            [row("Colour", "3", ""), row("Name", "VIP", "")]
        );
    }

    #[test]
    fn a_moment_is_told_by_the_readers_clock() {
        let after = json!({ "name": "Ada", "disabled_at": "2026-07-01T12:00:00.5+00:00" });
        let user =
            event("user", "update", json!({ "name": "Ada", "disabled_at": null }), after, &["disabled_at"]);
        assert_eq!(rows(&user), [row("Disabled", "", "1 Jul 2026, 13:00:00 IST")]);
        let waits = json!({ "number": 1001, "waiting_since": "2026-07-01T12:00:00+00:00" });
        let before = json!({ "number": 1001, "waiting_since": null });
        let ticket = event("ticket", "update", before, waits, &["waiting_since"]);
        assert_eq!(rows(&ticket), [row("Customer waits since", "", "1 Jul 2026, 13:00:00 IST")]);
    }

    #[test]
    fn a_moment_is_left_to_the_clock_of_whoever_reads() {
        let (from, to) = ("2026-07-01T12:00:00+00:00", "2026-07-02T12:00:00+00:00");
        let (before, after) = (json!({ "scheduled_at": from }), json!({ "scheduled_at": to }));
        let event = event("call", "update", before, after, &["scheduled_at"]);
        assert_eq!(listed(&event, &names()), [row("Time", from, to)]);
    }

    #[test]
    fn what_follows_or_says_nothing_is_not_listed() {
        let before = json!({ "lifecycle_stage": "active" });
        let after = json!({ "lifecycle_stage": "churned", "churned_at": "2026-01-01" });
        let stage = event("customer", "update", before, after, &["churned_at", "lifecycle_stage"]);
        assert_eq!(listed(&stage, &names()), [row("Stage", "Active", "Churned")]);
        let times = (json!({ "password_changed_at": null }), json!({ "password_changed_at": "2026-01-01" }));
        let password = event("user", "update", times.0, times.1, &["password_changed_at"]);
        assert!(listed(&password, &names()).is_empty());
        let queries = (json!({ "query": "a=1", "name": "A" }), json!({ "query": "b=2", "name": "B" }));
        let view = event("saved_view", "update", queries.0, queries.1, &["name", "query"]);
        assert_eq!(listed(&view, &names()), [row("Name", "A", "B")]);
    }
}
