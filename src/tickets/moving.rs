//! From one status to another, and into other hands.
use super::{
    kinds::{Priority, Status},
    messages::Message,
    model::Ticket,
    opening::NOT_ASSIGNABLE,
};
use crate::infra::{
    db::{
        self, Audience, Tx,
        ids::{TicketId, UserId},
        schema::tickets,
    },
    web::errors::{AppError, Result},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// What became of a move.
#[derive(Debug)]
pub enum Moved {
    /// It was there before, or is there now: the ticket as it was.
    Done(Box<Ticket>),
    /// Nothing was moved: the customer wrote this after what the mover had before them, and the move would end the ticket.
    Overtaken(Vec<Message>),
}

impl Ticket {
    /// Puts a ticket into a status. Who ends one to which the customer has written since `seen` is asked first; `None`: not asked.
    ///
    /// A portal user closes and opens again, and nothing else: `Forbidden`.
    pub fn move_to(tx: &mut Tx, id: TicketId, to: Status, seen: Option<DateTime<Utc>>) -> Result<Moved> {
        let by_customer = tx.scope.audience == Audience::Portal;
        if by_customer && !matches!(to, Status::Open | Status::Closed) {
            return Err(AppError::Forbidden);
        }
        let ticket = Self::lock(tx, id)?;
        if to.is_done()
            && !by_customer
            && let Some(seen) = seen
            && ticket.customer_wrote_after(seen)
        {
            return Ok(Moved::Overtaken(Message::of_customer_since(tx, id, seen)?));
        }
        if ticket.status != to {
            let now = db::now(tx)?;
            let waiting = if by_customer { Some(now) } else { ticket.unanswered_since() };
            let mut change = Change::default();
            change.put(&ticket, to, waiting, now);
            change.save(tx, &ticket)?;
        }
        Ok(Moved::Done(Box::new(ticket)))
    }

    /// Gives it to somebody, or to nobody. The message is for the field `assignee`.
    pub fn assign(tx: &mut Tx, id: TicketId, to: Option<UserId>) -> Result<Result<Self, &'static str>> {
        let ticket = Self::lock(tx, id)?;
        if ticket.assignee_id != to {
            let known = tickets::table.filter(tickets::id.eq(id));
            if let Err(error) = diesel::update(known).set(tickets::assignee_id.eq(to)).execute(tx.conn) {
                return match AppError::constraint(&error) {
                    Some("tickets_assignee_is_staff" | "tickets_assignee") => Ok(Err(NOT_ASSIGNABLE)),
                    _ => Err(error.into()),
                };
            }
        }
        Ok(Ok(ticket))
    }

    /// Says how pressing it is.
    pub fn prioritise(tx: &mut Tx, id: TicketId, priority: Priority) -> Result<()> {
        let changed = diesel::update(tickets::table.filter(tickets::id.eq(id)))
            .set(tickets::priority.eq(priority))
            .execute(tx.conn)?;
        if changed == 0 { Err(AppError::NotFound) } else { Ok(()) }
    }

    /// Since when the customer's last word has gone unanswered.
    pub(super) fn unanswered_since(&self) -> Option<DateTime<Utc>> {
        self.waiting_since
            .or_else(|| self.customer_wrote_at.filter(|at| self.staff_wrote_at.is_none_or(|own| own < *at)))
    }
}

/// What changes of a ticket's row; what is `None` stays.
#[derive(AsChangeset, Default)]
#[diesel(table_name = tickets)]
pub(super) struct Change {
    pub activity_at: Option<DateTime<Utc>>,
    pub customer_wrote_at: Option<DateTime<Utc>>,
    pub staff_wrote_at: Option<DateTime<Utc>>,
    pub first_replied_at: Option<DateTime<Utc>>,
    pub status: Option<Status>,
    pub waiting_since: Option<Option<DateTime<Utc>>>,
    pub resolved_at: Option<Option<DateTime<Utc>>>,
}

impl Change {
    /// The status with what goes with it: nobody waits for what is not open, and what is done was done at a time.
    pub fn put(&mut self, ticket: &Ticket, to: Status, waiting: Option<DateTime<Utc>>, at: DateTime<Utc>) {
        self.status = Some(to);
        self.waiting_since = Some(waiting.filter(|_| to == Status::Open));
        self.resolved_at = Some(to.is_done().then_some(ticket.resolved_at.unwrap_or(at)));
    }

    pub fn save(&self, tx: &mut Tx, ticket: &Ticket) -> Result<()> {
        diesel::update(tickets::table.filter(tickets::id.eq(ticket.id))).set(self).execute(tx.conn)?;
        Ok(())
    }
}
