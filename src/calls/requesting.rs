//! How a call begins: somebody asks for one, or staff agree on one, or note one that was held.
use super::{
    model::{Call, CallNote, Topic},
    moving::{Appointment, CompleteCall},
    words::{CallOutcome, CallStatus, Direction},
};
use crate::{
    customers::Requester,
    infra::{
        db::{
            self, Tx,
            ids::{CallId, CustomerId, TicketId, UserId},
            schema::{call_notes, calls, customers, tickets, users},
        },
        web::{
            errors::{AppError, Result},
            limits::{
                self,
                quota::{self, Use},
            },
        },
    },
    values::{Phone, TimeZone},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// When somebody offers to talk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slots {
    /// Up to three, the earliest first. None: as soon as staff can.
    pub starts: Vec<DateTime<Utc>>,
    pub minutes: i32,
}

/// A call as a portal user requests it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestCall {
    pub phone: Phone,
    pub topic: Topic,
    pub ticket_id: Option<TicketId>,
    pub time_zone: TimeZone,
    pub slots: Slots,
}

/// A call that staff agree on, or held.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallDraft {
    /// Whom staff talk to.
    pub requester: Requester,
    pub phone: Phone,
    pub topic: Topic,
    pub ticket_id: Option<TicketId>,
    /// `None`: as in the requester's account; of a contact nothing is known.
    pub time_zone: Option<TimeZone>,
    pub direction: Direction,
    pub assignee_id: Option<UserId>,
    /// `None`: it is still to be called, as soon as somebody can.
    pub at: Option<DateTime<Utc>>,
    pub minutes: i32,
}

/// A call to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanCall {
    pub call: CallDraft,
    /// Agreed on although the assignee has another call then.
    pub anyway: bool,
}

impl PlanCall {
    /// The time that is agreed on, if one is.
    pub fn appointment(&self) -> Option<Appointment> {
        let CallDraft { at, minutes, assignee_id, .. } = self.call;
        Some(Appointment { at: at?, minutes, assignee_id, anyway: self.anyway })
    }
}

/// A call that was held, and what came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogCall {
    pub call: CallDraft,
    pub outcome: CompleteCall,
}

impl Call {
    /// Requests a call in the name of the portal user at work.
    ///
    /// # Errors
    /// `NotFound` for a ticket that they don't see; `Conflict` where the customer takes no calls.
    pub fn request(tx: &mut Tx, command: &RequestCall) -> Result<CallId> {
        let customer = tx.scope.customer_id.ok_or(AppError::NotFound)?;
        let user = tx.scope.user_id.ok_or(AppError::SignedOut)?;
        let uses = [Use::one(&limits::CALLS_OF_A_PORTAL_USER), Use::one(&limits::CALLS_OF_A_CUSTOMER)];
        quota::take(tx, &uses)?;
        if !requests_allowed(tx, customer)? {
            return Err(AppError::Conflict(
                "Call requests are switched off for your company. Write a ticket instead.".into(),
            ));
        }
        if let Some(ticket) = command.ticket_id {
            own_ticket(tx, customer, ticket)?;
        }
        let name: String = users::table.filter(users::id.eq(user)).select(users::name).first(tx.conn)?;
        let id = CallId::new();
        diesel::insert_into(calls::table)
            .values((
                calls::id.eq(id),
                calls::customer_id.eq(customer),
                calls::requester_id.eq(user),
                calls::requester_name.eq(name),
                calls::phone.eq(&command.phone),
                calls::topic.eq(&command.topic),
                calls::ticket_id.eq(command.ticket_id),
                calls::time_zone.eq(command.time_zone),
                calls::slots.eq(&command.slots.starts),
                calls::slot_minutes.eq(command.slots.minutes),
            ))
            .execute(tx.conn)?;
        Ok(id)
    }

    /// Makes a call that staff agreed on with somebody at a customer.
    ///
    /// # Errors
    /// `Unconfirmed`: the assignee has other calls at that time (see [`Call::overlapping`]); `Invalid`: they must not hold it.
    pub fn plan(tx: &mut Tx, customer: CustomerId, command: &PlanCall) -> Result<CallId> {
        if let Some(appointment) = command.appointment().filter(|appointment| !appointment.anyway)
            && !Self::overlapping(tx, &appointment, None)?.is_empty()
        {
            return Err(AppError::Unconfirmed);
        }
        insert(tx, customer, &command.call, None)
    }

    /// Notes a call that was held.
    ///
    /// # Errors
    /// `Invalid`: the assignee must not hold it.
    pub fn log(tx: &mut Tx, customer: CustomerId, command: &LogCall) -> Result<CallId> {
        let id = insert(tx, customer, &command.call, Some(command.outcome.outcome))?;
        keep_note(tx, customer, id, &command.outcome.note)?;
        Ok(id)
    }
}

/// Whether the customer's portal users may ask for calls.
pub fn requests_allowed(tx: &mut Tx, customer: CustomerId) -> Result<bool> {
    let found = customers::table.filter(customers::id.eq(customer)).select(customers::call_requests_allowed);
    Ok(found.first(tx.conn)?)
}

/// `NotFound` where the person at work does not see this ticket of the customer.
fn own_ticket(tx: &mut Tx, customer: CustomerId, ticket: TicketId) -> Result<()> {
    let seen = tickets::table.filter(tickets::id.eq(ticket)).filter(tickets::customer_id.eq(customer));
    seen.select(tickets::id).first::<TicketId>(tx.conn)?;
    Ok(())
}

/// The name of a member of staff; empty for nobody.
pub(super) fn staff_name(tx: &mut Tx, user: Option<UserId>) -> Result<String> {
    let Some(user) = user else { return Ok(String::new()) };
    let name = users::table.filter(users::id.eq(user)).select(users::name).first(tx.conn).optional()?;
    Ok(name.unwrap_or_default())
}

/// Who works, where they have a row in the tenant: platform admins have none.
pub(super) fn member(tx: &Tx) -> Option<UserId> {
    tx.scope.member()
}

fn insert(
    tx: &mut Tx,
    customer: CustomerId,
    draft: &CallDraft,
    outcome: Option<CallOutcome>,
) -> Result<CallId> {
    quota::take(tx, &[Use::one(&limits::CALLS_OF_STAFF)])?;
    let requester = draft.requester.known(tx, customer)?.ok_or(AppError::NotFound)?;
    if let Some(ticket) = draft.ticket_id {
        own_ticket(tx, customer, ticket)?;
    }
    let zone = draft.time_zone.map(|zone| zone.to_string()).or(requester.time_zone);
    let (id, now) = (CallId::new(), db::now(tx)?);
    let assignee_name = staff_name(tx, draft.assignee_id)?;
    diesel::insert_into(calls::table)
        .values((
            calls::id.eq(id),
            calls::customer_id.eq(customer),
            calls::requester_id.eq(draft.requester.user()),
            calls::requester_contact_id.eq(draft.requester.contact()),
            calls::requester_name.eq(requester.name),
            calls::phone.eq(&draft.phone),
            calls::topic.eq(&draft.topic),
            calls::ticket_id.eq(draft.ticket_id),
            calls::time_zone.eq(zone),
            calls::slot_minutes.eq(draft.minutes.clamp(15, 240)),
            calls::status.eq(match (outcome, draft.at) {
                (Some(_), _) => CallStatus::Completed,
                (None, Some(_)) => CallStatus::Scheduled,
                (None, None) => CallStatus::Requested,
            }),
            calls::direction.eq(draft.direction),
            calls::assignee_id.eq(draft.assignee_id),
            calls::assignee_name.eq(assignee_name),
            calls::scheduled_at.eq(draft.at),
            calls::scheduled_minutes.eq(draft.at.map(|_| draft.minutes)),
            calls::outcome.eq(outcome),
            calls::closed_at.eq(outcome.is_some().then_some(now)),
        ))
        .execute(tx.conn)
        .map_err(not_assignable)?;
    Ok(id)
}

/// What a form says where somebody can't be given a call.
pub(super) const NO_COLLEAGUE: &str = "Choose a colleague from the list.";

/// The error of a statement that gives somebody a call.
pub(super) fn not_assignable(error: diesel::result::Error) -> AppError {
    match AppError::constraint(&error) {
        Some("calls_assignee_is_staff" | "calls_assignee") => AppError::refused("assignee_id", NO_COLLEAGUE),
        _ => error.into(),
    }
}

/// Keeps what staff noted of a call; nothing where they noted nothing.
pub(super) fn keep_note(tx: &mut Tx, customer: CustomerId, call: CallId, note: &CallNote) -> Result<()> {
    if note.is_empty() {
        return Ok(());
    }
    diesel::insert_into(call_notes::table)
        .values((call_notes::id.eq(call), call_notes::customer_id.eq(customer), call_notes::note.eq(note)))
        .on_conflict((call_notes::tenant_id, call_notes::id))
        .do_update()
        .set(call_notes::note.eq(note))
        .execute(tx.conn)?;
    Ok(())
}
