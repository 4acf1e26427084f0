//! How a call begins: somebody asks for one, or staff agree on one, or note one that was held.
use super::model::Call;
use crate::{
    infra::{
        db::{
            self, Tx,
            ids::{CallId, ContactId, CustomerId, TicketId, UserId},
            schema::{call_notes, calls, contacts, customers, tickets, users},
        },
        web::{
            errors::{AppError, Result},
            limits::{
                self,
                quota::{self, Use},
            },
            permissions::Role,
        },
    },
    values::Phone,
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

/// A call that a portal user asks for.
#[derive(Clone, Debug)]
pub struct CallRequest {
    pub phone: Phone,
    pub topic: String,
    pub ticket_id: Option<TicketId>,
    pub time_zone: String,
    pub slots: Slots,
}

/// Why a call could not be asked for.
#[derive(Debug, PartialEq, Eq)]
pub enum Unasked {
    /// The customer takes no calls.
    SwitchedOff,
}

/// Whom staff talk to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requester {
    User(UserId),
    Contact(ContactId),
}

/// A call that staff agree on, or held.
#[derive(Clone, Debug)]
pub struct CallDraft {
    pub requester: Requester,
    pub phone: Phone,
    pub topic: String,
    pub ticket_id: Option<TicketId>,
    /// `None`: as in the requester's account; of a contact nothing is known.
    pub time_zone: Option<String>,
    pub direction: &'static str,
    pub assignee_id: Option<UserId>,
    /// `None`: it is still to be called, as soon as somebody can.
    pub at: Option<DateTime<Utc>>,
    pub minutes: i32,
}

/// What came of a call.
#[derive(Clone, Debug)]
pub struct Outcome {
    pub code: &'static str,
    /// Read by staff only; may be empty.
    pub note: String,
}

/// Why a call could not be saved: field and message.
pub type Unsaved = (&'static str, &'static str);

impl Call {
    /// Asks for a call in the name of the portal user at work. `NotFound` for a ticket that they don't see.
    pub fn request(tx: &mut Tx, wanted: &CallRequest) -> Result<Result<CallId, Unasked>> {
        let customer = tx.scope.customer_id.ok_or(AppError::NotFound)?;
        let user = tx.scope.user_id.ok_or(AppError::SignedOut)?;
        let uses = [Use::one(&limits::CALLS_OF_A_PORTAL_USER), Use::one(&limits::CALLS_OF_A_CUSTOMER)];
        quota::take(tx, &uses)?;
        if !requests_allowed(tx, customer)? {
            return Ok(Err(Unasked::SwitchedOff));
        }
        if let Some(ticket) = wanted.ticket_id {
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
                calls::phone.eq(&wanted.phone),
                calls::topic.eq(&wanted.topic),
                calls::ticket_id.eq(wanted.ticket_id),
                calls::time_zone.eq(&wanted.time_zone),
                calls::slots.eq(&wanted.slots.starts),
                calls::slot_minutes.eq(wanted.slots.minutes),
            ))
            .execute(tx.conn)?;
        Ok(Ok(id))
    }

    /// Makes a call that staff agreed on with somebody at a customer.
    pub fn plan(tx: &mut Tx, customer: CustomerId, draft: &CallDraft) -> Result<Result<CallId, Unsaved>> {
        insert(tx, customer, draft, None)
    }

    /// Notes a call that was held.
    pub fn log(
        tx: &mut Tx,
        customer: CustomerId,
        draft: &CallDraft,
        outcome: &Outcome,
    ) -> Result<Result<CallId, Unsaved>> {
        insert(tx, customer, draft, Some(outcome))
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

/// Name and time zone of whom staff talk to.
fn requester(tx: &mut Tx, customer: CustomerId, who: Requester) -> Result<(String, Option<String>)> {
    match who {
        Requester::User(id) => {
            let found: (String, String) = users::table
                .filter(users::id.eq(id))
                .filter(users::customer_id.eq(customer))
                .select((users::name, users::time_zone))
                .first(tx.conn)?;
            Ok((found.0, Some(found.1)))
        }
        Requester::Contact(id) => {
            let found: (String, String) = contacts::table
                .filter(contacts::id.eq(id))
                .filter(contacts::customer_id.eq(customer))
                .select((contacts::first_name, contacts::last_name))
                .first(tx.conn)?;
            Ok((format!("{} {}", found.0, found.1).trim().to_owned(), None))
        }
    }
}

/// The name of a member of staff; empty for nobody.
pub(super) fn staff_name(tx: &mut Tx, user: Option<UserId>) -> Result<String> {
    let Some(user) = user else { return Ok(String::new()) };
    let name = users::table.filter(users::id.eq(user)).select(users::name).first(tx.conn).optional()?;
    Ok(name.unwrap_or_default())
}

/// Who works, where they have a row in the tenant: platform admins have none.
pub(super) fn member(tx: &Tx) -> Option<UserId> {
    tx.scope.user_id.filter(|_| !tx.scope.roles.contains(&Role::PlatformAdmin))
}

fn insert(
    tx: &mut Tx,
    customer: CustomerId,
    draft: &CallDraft,
    outcome: Option<&Outcome>,
) -> Result<Result<CallId, Unsaved>> {
    quota::take(tx, &[Use::one(&limits::CALLS_OF_STAFF)])?;
    let (name, own_zone) = requester(tx, customer, draft.requester)?;
    if let Some(ticket) = draft.ticket_id {
        own_ticket(tx, customer, ticket)?;
    }
    let (user, contact) = match draft.requester {
        Requester::User(id) => (Some(id), None),
        Requester::Contact(id) => (None, Some(id)),
    };
    let zone = draft.time_zone.clone().or(own_zone);
    let (id, now) = (CallId::new(), db::now(tx)?);
    let assignee_name = staff_name(tx, draft.assignee_id)?;
    let made = diesel::insert_into(calls::table)
        .values((
            calls::id.eq(id),
            calls::customer_id.eq(customer),
            calls::requester_id.eq(user),
            calls::requester_contact_id.eq(contact),
            calls::requester_name.eq(name),
            calls::phone.eq(&draft.phone),
            calls::topic.eq(&draft.topic),
            calls::ticket_id.eq(draft.ticket_id),
            calls::time_zone.eq(zone),
            calls::slot_minutes.eq(draft.minutes.clamp(15, 240)),
            calls::status.eq(match (outcome, draft.at) {
                (Some(_), _) => "completed",
                (None, Some(_)) => "scheduled",
                (None, None) => "requested",
            }),
            calls::direction.eq(draft.direction),
            calls::assignee_id.eq(draft.assignee_id),
            calls::assignee_name.eq(assignee_name),
            calls::scheduled_at.eq(draft.at),
            calls::scheduled_minutes.eq(draft.at.map(|_| draft.minutes)),
            calls::outcome.eq(outcome.map(|outcome| outcome.code)),
            calls::closed_at.eq(outcome.is_some().then_some(now)),
        ))
        .execute(tx.conn);
    let made = refused_by_constraint(made)?;
    if let (Ok(()), Some(outcome)) = (&made, outcome) {
        keep_note(tx, customer, id, &outcome.note)?;
    }
    Ok(made.map(|()| id))
}

pub(super) fn refused_by_constraint(outcome: QueryResult<usize>) -> Result<Result<(), Unsaved>> {
    match outcome {
        Ok(_) => Ok(Ok(())),
        Err(error) => match AppError::constraint(&error) {
            Some("calls_assignee_is_staff" | "calls_assignee") => {
                Ok(Err(("assignee_id", "Choose a colleague from the list.")))
            }
            _ => Err(error.into()),
        },
    }
}

/// Keeps what staff noted of a call; nothing where they noted nothing.
pub(super) fn keep_note(tx: &mut Tx, customer: CustomerId, call: CallId, note: &str) -> Result<()> {
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
