//! What a customer types.
use crate::{
    customers::Requester,
    infra::{
        db::ids::UserId,
        refusal::{Checks, Refusal},
    },
    tickets::{Body, OpenTicket, Priority, Reply},
};
use serde::Deserialize;
use validator::Validate;

/// A new ticket.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct TicketForm {
    pub subject: String,
    pub body: String,
    /// Colleagues in copy.
    pub copies: Vec<String>,
}

impl TicketForm {
    /// The ticket that this user opens.
    pub fn command(&self, requester: Requester) -> Result<OpenTicket, Vec<Refusal>> {
        let short = "Say in a few words what it is about, in at most 200 characters.";
        let long = "Describe it in at most 20,000 characters.";
        let mut checks = Checks::default();
        let subject = checks.parse_with("subject", &self.subject, short);
        let body = checks.keep("body", Body::optional(&self.body).map_err(|_| long));
        checks.finish(|| {
            Some(OpenTicket {
                requester,
                subject: subject?,
                body: body?,
                priority: Priority::Normal,
                assignee: None,
            })
        })
    }
}

/// A message.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct ReplyForm {
    pub body: String,
}

impl TryFrom<&ReplyForm> for Reply {
    type Error = Vec<Refusal>;

    fn try_from(form: &ReplyForm) -> Result<Self, Vec<Refusal>> {
        let long = "Write your message in at most 20,000 characters.";
        let mut checks = Checks::default();
        let body = checks.keep("body", Body::optional(&form.body).map_err(|_| long));
        checks.finish(|| Some(Self { body: body?, is_internal: false, then: None, seen: None }))
    }
}

/// A message that is not sent yet.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct DraftForm {
    pub body: String,
}

impl DraftForm {
    /// What is kept of it; nothing where it is empty.
    pub fn command(&self) -> Result<Option<Body>, Vec<Refusal>> {
        let mut checks = Checks::default();
        let long = "A message may have 20,000 characters.";
        let body = checks.keep("body", Body::optional(&self.body).map_err(|_| long));
        checks.finish(|| body)
    }
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
