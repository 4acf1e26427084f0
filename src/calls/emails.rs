//! What is written to whoever asked for a call.
use super::{
    calendar::{self, Party},
    model::Call,
    times,
};
use crate::{infra::services::mail::Letter, urls};

/// What became of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// A time was agreed on.
    Scheduled,
    /// Another time was.
    Moved,
    /// It was called off.
    Cancelled,
}

/// A turn of a call, and who is told of it.
pub struct CallNotice<'a> {
    pub call: &'a Call,
    pub turn: Turn,
    pub tenant: String,
    /// The address that mails come from.
    pub sender: String,
    pub to: Party,
    /// How people reach this installation.
    pub base: String,
}

impl CallNotice<'_> {
    /// When it is, by the requester's clock; empty where it never had a time.
    fn when(&self) -> String {
        let call = self.call;
        call.scheduled_at.map_or(String::new(), |at| {
            times::describe(at, call.minutes(), call.time_zone.as_deref().unwrap_or("UTC"))
        })
    }

    /// For the list of notifications.
    pub fn sentence(&self) -> String {
        let (topic, when) = (&self.call.topic, self.when());
        match self.turn {
            Turn::Scheduled => format!("Your call is on {when}: {topic}"),
            Turn::Moved => format!("Your call is moved to {when}: {topic}"),
            Turn::Cancelled => format!("Your call is cancelled: {topic}"),
        }
    }

    /// The mail, with a file for their calendar where that has to change.
    pub fn letter(&self) -> Letter {
        let (tenant, when) = (&self.tenant, self.when());
        let (subject, file_does) = match self.turn {
            Turn::Scheduled => {
                (format!("Your call with {tenant}: {when}"), "puts the call into your calendar")
            }
            Turn::Moved => {
                (format!("Your call with {tenant} is moved to {when}"), "moves the call in your calendar")
            }
            Turn::Cancelled => {
                (format!("Your call with {tenant} is cancelled"), "takes the call out of your calendar")
            }
        };
        let surface = urls::Notices::Portal;
        let choices = urls::absolute(&self.base, &surface.choices());
        let reason = format!(
            "You get this mail because {} is the address of your account at {tenant}. It was sent by a machine, and nobody reads answers to it. Choose what you are told by email: {choices}",
            self.to.address
        );
        let number = self.call.number();
        let mut facts = vec![("When", when.as_str()), ("About", &self.call.topic)];
        match self.turn {
            Turn::Cancelled => facts.push(("Why", &self.call.cancel_reason)),
            Turn::Scheduled | Turn::Moved => {
                facts.extend([("Who rings", self.call.holder()), ("At", &number)]);
            }
        }
        facts.retain(|(_, fact)| !fact.is_empty());
        let mut letter = Letter::new("call_arranged", &subject, &reason)
            .to(&self.to.name, &self.to.address)
            .in_the_name_of(tenant)
            .says(format!("Hello {},", self.to.name))
            .facts(&facts);
        let from = Party { name: tenant.clone(), address: self.sender.clone() };
        if let Some(file) = calendar::invitation(self.call, &from, &self.to, &self.base) {
            letter = letter.says(format!("The file that comes with this mail {file_does}.")).with_file(file);
        }
        letter.action("Open the call", urls::absolute(&self.base, &surface.call(&self.call.id)))
    }
}
