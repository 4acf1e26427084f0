//! The row, its queries, and the calls that are still to come.
use super::{
    times::{self, Both},
    words::{CallOutcome, CallStatus, Direction},
};
use crate::{
    infra::{
        db::{
            Tx,
            ids::{CallId, ContactId, CustomerId, TicketId, UserId},
            schema::{call_notes, calls},
        },
        web::errors::Result,
    },
    values::{Phone, bounded::bounded_text},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

bounded_text! {
    /// What a call is about.
    Topic: line 500, empty "Enter what the call is about.", long "The topic may have 500 characters.";
    /// What staff noted of a call; may be empty.
    CallNote: lines 5_000, long "A note may have 5,000 characters.";
    /// Why a call is called off; may be empty.
    CancelReason: line 500, long "The reason may have 500 characters.";
}

/// Where no time was offered.
const SOON: &str = "As soon as possible";

/// A call with a customer.
#[derive(HasQuery, Clone, Debug)]
pub struct Call {
    pub id: CallId,
    pub customer_id: CustomerId,
    pub requester_id: Option<UserId>,
    pub requester_contact_id: Option<ContactId>,
    pub requester_name: String,
    pub phone: Phone,
    pub topic: String,
    pub ticket_id: Option<TicketId>,
    /// The clock that the requester reads; `None`: nobody knows.
    pub time_zone: Option<String>,
    slots: Vec<Option<DateTime<Utc>>>,
    pub slot_minutes: i32,
    pub status: CallStatus,
    pub direction: Direction,
    pub assignee_id: Option<UserId>,
    /// The assignee, as long as they can act for the customer.
    pub worker_id: Option<UserId>,
    pub assignee_name: String,
    pub scheduled_at: Option<DateTime<Utc>>,
    scheduled_minutes: Option<i32>,
    pub outcome: Option<CallOutcome>,
    pub cancelled_by: Option<UserId>,
    pub cancelled_by_name: String,
    pub cancel_reason: String,
    pub closed_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i32,
    /// What lists are sorted by.
    pub due_at: DateTime<Utc>,
}

impl Call {
    /// The call, where the person at work may see it.
    pub fn find(tx: &mut Tx, id: CallId) -> Result<Self> {
        Ok(Self::query().filter(calls::id.eq(id)).first(tx.conn)?)
    }

    /// The number to call, as people read it.
    pub fn number(&self) -> String {
        self.phone.in_field()
    }

    /// As [`Call::find`]; nobody else moves it meanwhile.
    pub fn lock(tx: &mut Tx, id: CallId) -> Result<Self> {
        let locked = calls::table.filter(calls::id.eq(id)).select(calls::id).for_no_key_update();
        locked.first::<CallId>(tx.conn)?;
        Self::find(tx, id)
    }

    /// When the requester offered to talk, the earliest first.
    pub fn slots(&self) -> Vec<DateTime<Utc>> {
        self.slots.iter().flatten().copied().collect()
    }

    /// How long it was agreed to be, or offered.
    pub fn minutes(&self) -> i32 {
        self.scheduled_minutes.unwrap_or(self.slot_minutes)
    }

    /// Whether it was given to somebody who can't act for the customer any more: they count as nobody.
    pub fn is_orphaned(&self) -> bool {
        self.is_open() && self.assignee_id.is_some() && self.worker_id.is_none()
    }

    /// The name of whoever is to hold it, or held it; empty for nobody.
    pub fn holder(&self) -> &str {
        if self.is_orphaned() { "" } else { &self.assignee_name }
    }

    /// When and for how long, where that has been agreed.
    pub fn agreed(&self) -> Option<(DateTime<Utc>, i32)> {
        self.scheduled_at.zip(self.scheduled_minutes)
    }

    /// When it is or was, by the clock of somebody and by the requester's; `None` where no time has been agreed.
    pub fn time(&self, zone: &str) -> Option<Both> {
        self.scheduled_at.map(|at| Both::of(at, self.minutes(), zone, self.time_zone.as_deref()))
    }

    /// The offered times by both clocks.
    pub fn offered(&self, zone: &str) -> Vec<Both> {
        self.slots()
            .into_iter()
            .map(|at| Both::of(at, self.slot_minutes, zone, self.time_zone.as_deref()))
            .collect()
    }

    /// The agreed time, or the earliest that was offered, by one clock; or that any time will do.
    pub fn when(&self, zone: &str) -> String {
        match (self.scheduled_at, self.slots().first()) {
            (Some(at), _) => times::describe(at, self.minutes(), zone),
            (None, Some(first)) => times::describe(*first, self.slot_minutes, zone),
            (None, None) => SOON.to_owned(),
        }
    }

    /// Whether whoever asked left the time to staff.
    pub fn is_soon(&self) -> bool {
        self.slots().is_empty()
    }

    /// Whether it is still to come.
    pub fn is_open(&self) -> bool {
        self.status.is_open()
    }

    /// Whether no time is agreed on yet.
    pub fn is_requested(&self) -> bool {
        self.status == CallStatus::Requested
    }

    /// Whether a time is agreed on.
    pub fn is_scheduled(&self) -> bool {
        self.status == CallStatus::Scheduled
    }

    /// Whether it was held.
    pub fn is_completed(&self) -> bool {
        self.status == CallStatus::Completed
    }

    /// Whether it was called off.
    pub fn is_cancelled(&self) -> bool {
        self.status == CallStatus::Cancelled
    }

    /// What came of it in words; empty before it is completed.
    pub fn outcome_label(&self) -> &'static str {
        self.outcome.map_or("", CallOutcome::label)
    }

    /// What staff noted of it. The portal gets nothing, whatever it asks.
    pub fn note(&self, tx: &mut Tx) -> Result<Option<String>> {
        let note = call_notes::table.filter(call_notes::id.eq(self.id)).select(call_notes::note);
        Ok(note.first(tx.conn).optional()?)
    }
}

/// The calls still to come that a portal user may see, the next first: for their dashboard. At most ten.
pub fn upcoming(tx: &mut Tx) -> Result<Vec<Call>> {
    let Some(customer) = tx.scope.customer_id else { return Ok(vec![]) };
    Ok(Call::query()
        .filter(calls::customer_id.eq(customer))
        .filter(calls::status.eq_any([CallStatus::Requested, CallStatus::Scheduled]))
        .order((calls::status.desc(), calls::due_at, calls::id))
        .limit(10)
        .load(tx.conn)?)
}
