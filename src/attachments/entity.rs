//! A file of a ticket, described once.
use crate::infra::entity::{Entity, Field, Sentence};

pub const ATTACHMENT: Entity = Entity::new("attachment", "ATTACHMENT", "file", "files", "attachments")
    .of_customer()
    .with_file()
    .guarded_by(&["portal_read", "portal_write", "restoring", "staff_read", "staff_write"])
    .fields(&[
        Field::reference("ticket_id", "Ticket", "tickets").required(),
        Field::reference("message_id", "Message", "ticket_messages").required(),
        Field::text("name", "Name", 200).required(),
        Field::text("content_type", "Content type", 100),
        Field::number("size", "Size"),
        Field::text("sha256", "SHA-256", 64),
    ])
    .sentences(&[
        Sentence::created("attached {it}").icon("paperclip"),
        Sentence::deleted("removed {it}"),
        Sentence::updated("changed {it}"),
    ]);
