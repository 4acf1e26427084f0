//! Writing to a ticket, and what follows from it (SPEC §9).
use super::{kinds::Status, messages::Body, model::Ticket, moving::Change};
use crate::infra::{
    db::{
        Audience, Tx,
        ids::{MessageId, TicketId},
        schema::ticket_messages,
    },
    web::{
        errors::{AppError, Result},
        limits::{
            self,
            quota::{self, Use},
        },
    },
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// A message, or a note, as it is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// `None`: it consists of files.
    pub body: Option<Body>,
    /// A note among staff.
    pub is_internal: bool,
    /// Where staff want the ticket afterwards; `None`: where the rules put it.
    pub then: Option<Status>,
    /// The newest message that the writer had before them. Who solves or closes a ticket to which the customer has written since has to
    /// confirm it; `None`: they have.
    pub seen: Option<DateTime<Utc>>,
}

/// A message on its way into the database.
pub(super) struct Writing<'a> {
    pub body: Option<&'a Body>,
    pub is_internal: bool,
    pub author_name: &'a str,
}

impl Ticket {
    /// Writes to a ticket; `author` is the name beside it. A customer's message opens it, whatever it was, and makes the customer wait;
    /// an answer of staff ends the wait and leaves the ticket to the customer; a note changes nothing but the time of the last activity.
    ///
    /// # Errors
    /// `Unconfirmed`: the customer has written meanwhile (see [`of_customer_since`](super::Message::of_customer_since)), and the reply would end the ticket.
    pub fn reply(tx: &mut Tx, id: TicketId, author: &str, reply: &Reply) -> Result<MessageId> {
        let by_staff = tx.scope.audience != Audience::Portal;
        quota::take(tx, written_by(by_staff))?;
        let ticket = Self::lock(tx, id)?;
        let is_internal = reply.is_internal && by_staff;
        let then = if by_staff { reply.then } else { None };
        if then.is_some_and(Status::is_done)
            && reply.seen.is_some_and(|seen| ticket.customer_wrote_after(seen))
        {
            return Err(AppError::Unconfirmed);
        }
        let message = Writing { body: reply.body.as_ref(), is_internal, author_name: author };
        let (sent, at) = write(tx, &ticket, &message)?;
        let mut change = Change { activity_at: Some(at), ..Change::default() };
        if is_internal {
            let waiting = if then.is_none() { ticket.waiting_since } else { ticket.unanswered_since() };
            change.put(&ticket, then.unwrap_or(ticket.status), waiting, at);
        } else if by_staff {
            // Whoever answers and leaves it open has answered: the wait is over.
            change.staff_wrote_at = Some(at);
            change.first_replied_at = ticket.first_replied_at.or(Some(at));
            change.put(&ticket, then.unwrap_or(Status::Pending), None, at);
        } else {
            change.customer_wrote_at = Some(at);
            change.put(&ticket, Status::Open, ticket.waiting_since.or(Some(at)), at);
        }
        change.save(tx, &ticket)?;
        Self::forget_draft(tx, id, is_internal)?;
        Ok(sent)
    }
}

/// What writing is counted under.
fn written_by(staff: bool) -> &'static [Use<'static>] {
    const BY_CUSTOMER: &[Use] =
        &[Use::one(&limits::MESSAGES_OF_A_PORTAL_USER), Use::one(&limits::MESSAGES_OF_A_CUSTOMER)];
    const BY_STAFF: &[Use] = &[Use::one(&limits::MESSAGES_OF_STAFF)];
    if staff { BY_STAFF } else { BY_CUSTOMER }
}

/// Inserts the message; its author is whoever is at work. Returns the time that it was written at: the ticket is locked (or new), so no
/// message of it has a later one.
pub(super) fn write(tx: &mut Tx, ticket: &Ticket, writing: &Writing) -> Result<(MessageId, DateTime<Utc>)> {
    let id = MessageId::new();
    let at = diesel::insert_into(ticket_messages::table)
        .values((
            ticket_messages::id.eq(id),
            ticket_messages::customer_id.eq(ticket.customer_id),
            ticket_messages::ticket_id.eq(ticket.id),
            ticket_messages::is_internal.eq(writing.is_internal),
            ticket_messages::from_staff.eq(tx.scope.audience != Audience::Portal),
            ticket_messages::author_name.eq(writing.author_name),
            ticket_messages::body.eq(writing.body.map_or("", Body::as_str)),
        ))
        .returning(ticket_messages::created_at)
        .get_result(tx.conn)?;
    Ok((id, at))
}
