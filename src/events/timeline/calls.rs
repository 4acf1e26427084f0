//! What happened to calls, in words.
use super::Names;
use crate::infra::db::events::Event;

/// The icon and the sentence of an event of a call, or of what was noted of one.
pub fn describe(event: &Event, names: &Names) -> Option<(&'static str, String)> {
    let created = event.operation == "insert";
    let deleted = event.operation == "delete";
    Some(match event.entity.as_str() {
        "call" if created => ("phone", format!("{}: {}", begun(event), event.text("topic"))),
        "call" if deleted => ("trash", format!("deleted the call: {}", event.text("topic"))),
        "call" => ("phone", format!("{}: {}", moved(event, names, "the call"), event.text("topic"))),
        "call_note" if created => ("pencil", "noted something of a call".into()),
        "call_note" if deleted => ("trash", "deleted the note of a call".into()),
        "call_note" => ("pencil", "changed the note of a call".into()),
        _ => return None,
    })
}

fn begun(event: &Event) -> &'static str {
    match event.text("status").as_str() {
        "requested" => "asked for a call",
        "scheduled" => "scheduled a call",
        "completed" => "noted a phone call",
        _ => "noted a call",
    }
}

/// What an update did with a call, which is called `it`.
pub fn moved(event: &Event, names: &Names, it: &str) -> String {
    let has = |field: &str| event.changed.iter().flatten().any(|changed| changed == field);
    match event.text("status").as_str() {
        "scheduled" if has("status") => format!("scheduled {it}"),
        "completed" if has("status") => format!("completed {it}"),
        "cancelled" if has("status") => format!("cancelled {it}"),
        _ if has("scheduled_at") => format!("moved {it} to another time"),
        _ if has("assignee_id") => match event.text("assignee_id").as_str() {
            "" => format!("took the assignee off {it}"),
            id => format!("gave {it} to {}", names.user(id)),
        },
        _ => format!("changed {it}"),
    }
}
