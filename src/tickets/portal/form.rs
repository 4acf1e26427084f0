//! What a customer types.
use crate::infra::db::ids::UserId;
use serde::Deserialize;
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
    #[validate(length(max = 20000, message = "Describe it in at most 20,000 characters."))]
    pub body: String,
    /// Colleagues in copy.
    pub copies: Vec<String>,
}

/// A message.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct ReplyForm {
    #[validate(length(max = 20000, message = "Write your message in at most 20,000 characters."))]
    pub body: String,
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

/// Those of the ids that are ids.
pub fn people(ids: &[String]) -> Vec<UserId> {
    ids.iter().filter_map(|id| id.parse().ok()).collect()
}
