//! What staff type about a ticket.
use crate::{
    infra::{
        db::ids::UserId,
        refusal::{Checks, Refusal},
    },
    tickets::{Body, ChangeTicket, OpenTicket, Priority, Reply, Status, opening::NOT_ASSIGNABLE},
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use validator::Validate;

/// Where a message has neither words nor a file.
pub const NO_WORDS: &str = "Enter a message, or choose a file.";

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

    /// The newest message that the writer had before them; `None` where they send it whatever came since.
    pub fn seen(&self) -> Option<DateTime<Utc>> {
        self.seen.parse().ok().filter(|_| self.action != "anyway")
    }
}

impl TryFrom<&MessageForm> for Reply {
    type Error = Vec<Refusal>;

    fn try_from(form: &MessageForm) -> Result<Self, Vec<Refusal>> {
        let mut checks = Checks::default();
        let body = checks.keep("body", Body::optional(&form.body));
        let then = checks.optional::<Status>("then", &form.then);
        checks.finish(|| {
            Some(Self { body: body?, is_internal: form.is_note(), then: then?, seen: form.seen() })
        })
    }
}

/// What stands beside a ticket.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct PropertiesForm {
    pub status: String,
    pub priority: String,
    /// An id, `none`, or `@me`.
    pub assignee: String,
    pub seen: String,
    /// Set by whoever confirmed it.
    pub anyway: String,
}

impl PropertiesForm {
    /// What is to change, as a colleague sends it: what is empty or unknown stays as it is.
    pub fn command(&self, me: Option<UserId>) -> ChangeTicket {
        ChangeTicket {
            status: self.status.parse().ok(),
            priority: self.priority.parse().ok(),
            assignee: match self.assignee.as_str() {
                "" => None,
                "none" => Some(None),
                "@me" => me.map(Some),
                id => id.parse().ok().map(Some),
            },
            seen: self.seen(),
        }
    }

    /// The newest message that they had before them; `None` where they have confirmed it.
    pub fn seen(&self) -> Option<DateTime<Utc>> {
        self.seen.parse().ok().filter(|_| self.anyway != "true")
    }
}

/// A new ticket of a customer.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct NewForm {
    pub customer: String,
    /// A [`Requester`](crate::customers::Requester).
    pub requester: String,
    pub subject: String,
    pub body: String,
    pub priority: String,
    pub assignee: String,
}

impl TryFrom<&NewForm> for OpenTicket {
    type Error = Vec<Refusal>;

    fn try_from(form: &NewForm) -> Result<Self, Vec<Refusal>> {
        let mut checks = Checks::default();
        let requester = checks.parse_with("requester", &form.requester, "Choose who asks.");
        let subject = checks.parse("subject", &form.subject);
        let body = checks.keep("body", Body::optional(&form.body));
        let priority = checks.parse_or("priority", &form.priority, Priority::Normal);
        let assignee = checks.optional_with("assignee", &form.assignee, NOT_ASSIGNABLE);
        checks.finish(|| {
            Some(Self {
                requester: requester?,
                subject: subject?,
                body: body?,
                priority: priority?,
                assignee: assignee?,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_wrong_with_a_new_ticket_is_found() {
        let form = NewForm {
            requester: "contact x".into(),
            body: "x".repeat(Body::LIMIT + 1),
            priority: "at once".into(),
            assignee: "me".into(),
            ..NewForm::default()
        };
        let refusals = OpenTicket::try_from(&form).unwrap_err();
        let fields: Vec<_> = refusals.iter().map(|refusal| &*refusal.field).collect();
        assert_eq!(fields, ["requester", "subject", "body", "priority", "assignee"]);
        assert_eq!(refusals[1].message, "Enter a subject.");
    }

    #[test]
    fn what_is_sent_anyway_has_been_confirmed() {
        let form = MessageForm { seen: "2026-03-01T12:00:00Z".into(), ..MessageForm::default() };
        assert!(Reply::try_from(&form).is_ok_and(|reply| reply.seen.is_some() && reply.body.is_none()));
        let form = MessageForm { action: "anyway".into(), ..form };
        assert!(Reply::try_from(&form).is_ok_and(|reply| reply.seen.is_none()));
    }
}
