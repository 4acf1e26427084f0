//! An email, described once.
use crate::infra::entity::{Entity, Field, Kind, Sentence};

pub const MAIL: Entity = Entity::new("mail", "MAIL", "email", "emails", "mails")
    .titled("{subject}")
    .guarded_by(&["admins", "background", "platform", "writers"])
    .fields(&[
        Field::text("kind", "Kind", 50),
        Field::text("from_name", "From name", 200),
        Field::text("to_name", "To name", 200),
        Field::new("to_address", "To address", Kind::Email),
        Field::text("subject", "Subject", 200),
        Field::moment("sent_at", "Sent at"),
        Field::prose("body_text", "Text", 0).secret(),
        Field::prose("body_html", "HTML", 0).secret(),
        Field::text("file_name", "File name", 200),
        Field::text("file_type", "File type", 100),
        Field::prose("file_body", "File", 0).secret(),
    ])
    .sentences(&[
        Sentence::created("had an email sent: {subject}"),
        Sentence::updated("noted about the email: {subject}"),
        Sentence::deleted("deleted the email: {subject}"),
    ]);
