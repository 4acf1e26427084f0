//! From one status to another, and into other hands.
use super::{
    kinds::{Priority, Status},
    model::Ticket,
    opening::not_assignable,
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

/// What is to change of a ticket; what is `None` stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChangeTicket {
    pub status: Option<Status>,
    pub priority: Option<Priority>,
    /// To whom it is given; the inner `None`: to nobody.
    pub assignee: Option<Option<UserId>>,
    /// See [`Ticket::move_to`].
    pub seen: Option<DateTime<Utc>>,
}

impl Ticket {
    /// Changes what stands beside a ticket.
    ///
    /// # Errors
    /// Those of [`Ticket::move_to`] and [`Ticket::assign`].
    pub fn change(tx: &mut Tx, id: TicketId, command: &ChangeTicket) -> Result<()> {
        let ticket = Self::find(tx, id)?;
        if let Some(to) = command.status.filter(|to| *to != ticket.status) {
            Self::move_to(tx, id, to, command.seen)?;
        }
        if let Some(priority) = command.priority.filter(|priority| *priority != ticket.priority) {
            Self::prioritise(tx, id, priority)?;
        }
        if let Some(to) = command.assignee {
            Self::assign(tx, id, to)?;
        }
        Ok(())
    }

    /// Puts a ticket into a status. Who ends one to which the customer has written since `seen` has to confirm it; `None`: they have.
    /// Returns the ticket as it was.
    ///
    /// # Errors
    /// `Unconfirmed`: nothing was moved, for the customer has written since. `Forbidden`: a portal user closes and opens again, and
    /// nothing else.
    pub fn move_to(tx: &mut Tx, id: TicketId, to: Status, seen: Option<DateTime<Utc>>) -> Result<Self> {
        let by_customer = tx.scope.audience == Audience::Portal;
        if by_customer && !matches!(to, Status::Open | Status::Closed) {
            return Err(AppError::Forbidden);
        }
        let ticket = Self::lock(tx, id)?;
        if to.is_done() && !by_customer && seen.is_some_and(|seen| ticket.customer_wrote_after(seen)) {
            return Err(AppError::Unconfirmed);
        }
        if ticket.status != to {
            let now = db::now(tx)?;
            let waiting = if by_customer { Some(now) } else { ticket.unanswered_since() };
            let mut change = Change::default();
            change.put(&ticket, to, waiting, now);
            change.save(tx, &ticket)?;
        }
        Ok(ticket)
    }

    /// Gives it to somebody, or to nobody. Returns the ticket as it was.
    ///
    /// # Errors
    /// `Invalid`: they must not work for the customer.
    pub fn assign(tx: &mut Tx, id: TicketId, to: Option<UserId>) -> Result<Self> {
        let ticket = Self::lock(tx, id)?;
        if ticket.assignee_id != to {
            let known = tickets::table.filter(tickets::id.eq(id));
            diesel::update(known).set(tickets::assignee_id.eq(to)).execute(tx.conn).map_err(|error| {
                match AppError::constraint(&error) {
                    Some("tickets_assignee_is_staff" | "tickets_assignee") => not_assignable(),
                    _ => error.into(),
                }
            })?;
        }
        Ok(ticket)
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
