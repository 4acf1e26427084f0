//! A notification, and what a user wants to be notified of, described once.
use crate::infra::entity::{Entity, Field, Sentence};

pub const NOTIFICATION: Entity =
    Entity::new("notification", "NOTIFICATION", "notification", "notifications", "notifications")
        .titled("{text}")
        .internal(&["read_at", "mailed_at"])
        .guarded_by(&["background", "made_in_background", "own"])
        .fields(&[
            Field::reference("user_id", "User", "users"),
            Field::text("kind", "Kind", 50),
            Field::reference("ticket_id", "Ticket", "tickets"),
            Field::reference("message_id", "Message", "ticket_messages"),
            Field::reference("call_id", "Call", "calls"),
            Field::text("text", "Text", 600),
            Field::bool("in_app", "In app"),
            Field::bool("by_email", "By email"),
        ])
        .sentences(&[
            Sentence::created("had {user_id} told: {text}"),
            Sentence::updated("took back a notification"),
            Sentence::deleted("took back a notification"),
        ]);

pub const NOTIFICATION_CHOICE: Entity = Entity::new(
    "notification_choice",
    "NOTIFICATION_CHOICE",
    "choice of notifications",
    "choices of notifications",
    "notification_choices",
)
.titled("")
.guarded_by(&["background", "own"])
.fields(&[
    Field::reference("user_id", "User", "users"),
    Field::text("kind", "Kind", 50),
    Field::bool("in_app", "In app"),
    Field::bool("by_email", "By email"),
])
.sentences(&[
    Sentence::created("chose what to be told"),
    Sentence::updated("chose what to be told"),
    Sentence::deleted("chose what to be told"),
]);
