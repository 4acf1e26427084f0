//! What happened to tickets, in words. The log does not repeat what was written: whoever may read it reads it on the ticket.
use super::Names;
use crate::infra::db::events::Event;

/// The icon and the sentence of an event of a ticket, or of what hangs on one.
pub fn describe(event: &Event, names: &Names) -> Option<(&'static str, String)> {
    let created = event.operation == "insert";
    let deleted = event.operation == "delete";
    let ticket = || names.ticket(&event.text("ticket_id"));
    let tag = || {
        names.tag(&event.text("tag_id")).map_or("a tag that is gone".into(), |tag| format!("the tag {tag}"))
    };
    Some(match event.entity.as_str() {
        "ticket" if created => {
            ("plus", format!("opened the ticket {}: {}", hash(event), event.text("subject")))
        }
        "ticket" if deleted => {
            ("trash", format!("deleted the ticket {}: {}", hash(event), event.text("subject")))
        }
        "ticket" => ("pencil", moved(event, names)),
        "message" if event.text("is_internal") == "yes" => {
            ("pencil", format!("wrote a note on the ticket {}", ticket()))
        }
        "message" => ("mail", format!("wrote to the ticket {}", ticket())),
        "ticket_tag" if created => ("tag", format!("put {} on the ticket {}", tag(), ticket())),
        "ticket_tag" => ("tag", format!("took {} off the ticket {}", tag(), ticket())),
        "ticket_copy" if created => (
            "user-plus",
            format!("put {} in copy of the ticket {}", names.user(&event.text("user_id")), ticket()),
        ),
        "ticket_copy" => (
            "user",
            format!("took {} off the copies of the ticket {}", names.user(&event.text("user_id")), ticket()),
        ),
        _ => return None,
    })
}

fn hash(event: &Event) -> String {
    format!("#{}", event.text("number"))
}

/// What an update did, where it did one thing: "solved", "assigned to Grace Hill:".
fn moved(event: &Event, names: &Names) -> String {
    let fields: Vec<&str> = event
        .changed
        .iter()
        .flatten()
        .map(String::as_str)
        .filter(|field| !matches!(*field, "waiting_since" | "first_replied_at" | "resolved_at"))
        .collect();
    let ticket = format!("the ticket {}", hash(event));
    match fields.as_slice() {
        ["status"] => match event.text("status").as_str() {
            "open" => format!("opened {ticket} again"),
            "pending" => format!("left {ticket} to the customer"),
            "solved" => format!("solved {ticket}"),
            _ => format!("closed {ticket}"),
        },
        ["assignee_id"] => match event.text("assignee_id").as_str() {
            "" => format!("took the assignee off {ticket}"),
            id if event.actor_id.is_some_and(|actor| actor.to_string() == id) => format!("took {ticket}"),
            id => format!("gave {} {ticket}", names.user(id)),
        },
        ["priority"] => format!("set the priority {} for {ticket}", event.text("priority")),
        ["subject"] => format!("renamed {ticket}"),
        [] => format!("noted a time of {ticket}"),
        _ => format!("changed {ticket}"),
    }
}
