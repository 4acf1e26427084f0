//! What staff type about a ticket.
use crate::infra::web::limits;
use serde::Deserialize;
use validator::Validate;

/// A reply or a note, as it stands in the composer.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct MessageForm {
    pub body: String,
    /// `note`, or a reply to the customer.
    pub kind: String,
    /// The status to set with it; empty: as the rules say.
    pub then: String,
    /// The time of the newest message that the page shows.
    pub seen: String,
    /// The saved reply to put in.
    pub saved: String,
    /// `send`, `insert`, or `anyway`: send although the customer wrote meanwhile.
    pub action: String,
}

impl MessageForm {
    pub fn is_note(&self) -> bool {
        self.kind == "note"
    }
}

/// What stands beside a ticket.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct PropertiesForm {
    pub status: String,
    pub priority: String,
    pub assignee: String,
    pub seen: String,
    /// Set by whoever was asked and wants it all the same.
    pub anyway: String,
}

/// A new ticket of a customer.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct NewForm {
    pub customer: String,
    /// `user ID` or `contact ID`.
    pub requester: String,
    pub subject: String,
    pub body: String,
    pub priority: String,
    pub assignee: String,
}

/// How much a message may hold.
pub const LONGEST: usize = limits::MESSAGE_LENGTH.size();

/// Where a message has neither words nor a file.
pub const NO_WORDS: &str = "Enter a message, or choose a file.";

/// What is wrong with the text of a message, if anything is.
pub fn wrong_body(body: &str) -> Option<&'static str> {
    match body.chars().count() {
        ..=LONGEST => None,
        _ => Some("A message may have 20,000 characters. Shorten it, or send the rest as a file."),
    }
}
