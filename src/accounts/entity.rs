//! A session, described once. The log has it under the id of its user: what happened to an account and where it was signed in are
//! one history.
use crate::infra::entity::{Entity, Field, Kind, Sentence, When};

pub const SESSION: Entity = Entity::new("session", "SESSION", "session", "sessions", "sessions")
    .titled("")
    .internal(&["last_seen_at", "revision"])
    .guarded_by(&["self"])
    .fields(&[
        Field::reference("user_id", "User", "users"),
        Field::new("token_hash", "Token", Kind::Text { max: 0 }).secret(),
        Field::new("state", "State", Kind::Json).secret(),
        Field::text("address", "Address", 100),
        Field::text("agent", "Agent", 500),
        Field::moment("expires_at", "Expires at").derived(),
        Field::bool("is_browser", "Browser"),
    ])
    .sentences(&[
        Sentence::created("signed in").icon("user").on_record("signed in{from where}"),
        Sentence::deleted("signed out, or was signed out")
            .when(&[When::NoActor])
            .icon("log-out")
            .on_record("ended a session{from where}"),
        Sentence::deleted("signed out, or was signed out")
            .icon("log-out")
            .on_record("signed out{from where}"),
        Sentence::updated("changed a session"),
    ]);

/// The log has that somebody asked, and nothing of who.
pub const RESET_REQUEST: Entity = Entity::new(
    "reset_request",
    "RESET_REQUEST",
    "request for a new password",
    "requests for new passwords",
    "reset_requests",
)
.titled("")
.guarded_by(&["sign_in"])
.fields(&[
    Field::new("email", "Email", Kind::Email).secret(),
    Field::new("host", "Host", Kind::Domain).secret(),
])
.sentences(&[
    Sentence::created("asked for a new password"),
    Sentence::updated("changed a request for a new password"),
    Sentence::deleted("answered a request for a new password"),
]);
