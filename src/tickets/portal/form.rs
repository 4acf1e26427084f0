//! What a customer types.
use crate::platform::ids::{MessageId, UserId};
use serde::Deserialize;
use uuid::Uuid;
use validator::Validate;

/// A new ticket.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct TicketForm {
    #[validate(length(
        min = 1,
        max = 200,
        message = "Say in a few words what it is about, in at most 200 characters."
    ))]
    pub subject: String,
    #[validate(length(min = 1, max = 20000, message = "Describe it, in at most 20,000 characters."))]
    pub body: String,
    /// Colleagues in copy.
    pub copies: Vec<String>,
    pub submission: String,
}

/// A message.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct ReplyForm {
    #[validate(length(min = 1, max = 20000, message = "Write your message, in at most 20,000 characters."))]
    pub body: String,
    pub submission: String,
}

/// A message that is not sent yet.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct DraftForm {
    #[validate(length(max = 20000, message = "A message may have 20,000 characters."))]
    pub body: String,
}

/// Colleagues to put in copy.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct CopiesForm {
    pub copies: Vec<String>,
}

/// By which a form that is sent twice is known.
pub fn submission() -> String {
    MessageId::new().to_string()
}

/// The same, read back; a form without one is always new.
pub fn sent_as(submission: &str) -> Option<Uuid> {
    submission.parse().ok()
}

/// Those of the ids that are ids.
pub fn people(ids: &[String]) -> Vec<UserId> {
    ids.iter().filter_map(|id| id.parse().ok()).collect()
}
