//! What happens to a call after it was asked for: a time is agreed on, it is held, or called off.
use super::{
    model::{Call, CallNote, CancelReason},
    requesting::{keep_note, member, not_assignable, staff_name},
    words::{CallOutcome, CallStatus},
};
use crate::infra::{
    db::{
        self, Tx,
        ids::{CallId, UserId},
        schema::calls,
    },
    web::errors::{AppError, Result},
};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

/// A time that is agreed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appointment {
    pub at: DateTime<Utc>,
    pub minutes: i32,
    pub assignee_id: Option<UserId>,
    /// Agreed on although the assignee has another call then.
    pub anyway: bool,
}

/// Who is to hold a call; `None`: nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AssignCall {
    pub assignee_id: Option<UserId>,
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompleteCall {
    pub outcome: CallOutcome,
    /// Read by staff only.
    pub note: CallNote,
}

/// Why a call is called off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelCall {
    pub reason: CancelReason,
}

/// The longest that a call can be.
const LONGEST: TimeDelta = TimeDelta::minutes(480);

impl Call {
    /// Agrees on a time, or on another one.
    ///
    /// # Errors
    /// `Changed`: it is over. `Unconfirmed`: the assignee has other calls at that time (see [`Call::overlapping`]). `Invalid`: they must
    /// not hold it.
    pub fn schedule(tx: &mut Tx, id: CallId, appointment: &Appointment) -> Result<()> {
        let call = Self::lock_open(tx, id)?;
        if !appointment.anyway && !Self::overlapping(tx, appointment, Some(id))?.is_empty() {
            return Err(AppError::Unconfirmed);
        }
        // What is agreed on already stays as it is: a calendar must not be told of a change that there is not.
        if call.is_scheduled()
            && call.agreed() == Some((appointment.at, appointment.minutes))
            && call.assignee_id == appointment.assignee_id
        {
            return Ok(());
        }
        let assignee_name = staff_name(tx, appointment.assignee_id)?;
        diesel::update(calls::table.filter(calls::id.eq(id)))
            .set((
                calls::status.eq(CallStatus::Scheduled),
                calls::scheduled_at.eq(appointment.at),
                calls::scheduled_minutes.eq(appointment.minutes),
                calls::assignee_id.eq(appointment.assignee_id),
                calls::assignee_name.eq(assignee_name),
            ))
            .execute(tx.conn)
            .map_err(not_assignable)?;
        Ok(())
    }

    /// Calls of the assignee at that time, but for one; at most three.
    pub fn overlapping(tx: &mut Tx, appointment: &Appointment, but: Option<CallId>) -> Result<Vec<Self>> {
        let Some(assignee) = appointment.assignee_id else { return Ok(vec![]) };
        let (from, to) = (appointment.at, appointment.at + TimeDelta::minutes(appointment.minutes.into()));
        let near: Vec<Self> = Self::query()
            .filter(calls::assignee_id.eq(assignee))
            .filter(calls::status.eq(CallStatus::Scheduled))
            .filter(calls::due_at.gt(from - LONGEST))
            .filter(calls::due_at.lt(to))
            .order((calls::due_at, calls::id))
            .limit(100)
            .load(tx.conn)?;
        let runs_into = |call: &Self| {
            let ends = call.due_at + TimeDelta::minutes(call.minutes().into());
            Some(call.id) != but && ends > from
        };
        Ok(near.into_iter().filter(runs_into).take(3).collect())
    }

    /// Gives it to somebody of staff, or to nobody.
    ///
    /// # Errors
    /// `Changed`: it is over. `Invalid`: they must not hold it.
    pub fn assign(tx: &mut Tx, id: CallId, command: AssignCall) -> Result<()> {
        let (call, assignee) = (Self::lock_open(tx, id)?, command.assignee_id);
        if call.assignee_id == assignee {
            return Ok(());
        }
        let assignee_name = staff_name(tx, assignee)?;
        diesel::update(calls::table.filter(calls::id.eq(id)))
            .set((calls::assignee_id.eq(assignee), calls::assignee_name.eq(assignee_name)))
            .execute(tx.conn)
            .map_err(not_assignable)?;
        Ok(())
    }

    /// Notes that it was held, and what came of it. One that had no time, or is held before it, was held now.
    ///
    /// # Errors
    /// `Changed`: it is over. `Invalid`: whoever holds it must not.
    pub fn complete(tx: &mut Tx, id: CallId, command: &CompleteCall) -> Result<()> {
        let call = Self::lock_open(tx, id)?;
        let now = db::now(tx)?;
        // Whoever holds a call that is nobody's has taken it.
        let holder = call.assignee_id.or(member(tx));
        let holder_name = staff_name(tx, holder)?;
        diesel::update(calls::table.filter(calls::id.eq(id)))
            .set((
                calls::status.eq(CallStatus::Completed),
                calls::outcome.eq(command.outcome),
                calls::scheduled_at.eq(call.scheduled_at.filter(|at| *at < now).unwrap_or(now)),
                calls::scheduled_minutes.eq(call.minutes()),
                calls::assignee_id.eq(holder),
                calls::assignee_name.eq(holder_name),
                calls::closed_at.eq(diesel::dsl::now),
            ))
            .execute(tx.conn)
            .map_err(not_assignable)?;
        keep_note(tx, call.customer_id, id, &command.note)
    }

    /// Calls it off. Both sides may, and both read why.
    ///
    /// # Errors
    /// `Changed`: it is over.
    pub fn cancel(tx: &mut Tx, id: CallId, command: &CancelCall) -> Result<()> {
        Self::lock_open(tx, id)?;
        let by = member(tx);
        let by_name = staff_name(tx, by)?;
        diesel::update(calls::table.filter(calls::id.eq(id)))
            .set((
                calls::status.eq(CallStatus::Cancelled),
                calls::cancelled_by.eq(by),
                calls::cancelled_by_name.eq(by_name),
                calls::cancel_reason.eq(&command.reason),
                calls::closed_at.eq(diesel::dsl::now),
            ))
            .execute(tx.conn)
            .map_err(not_assignable)?;
        Ok(())
    }

    /// The call, so that nobody else moves it meanwhile, where it is still to come.
    fn lock_open(tx: &mut Tx, id: CallId) -> Result<Self> {
        let call = Self::lock(tx, id)?;
        if call.is_open() {
            return Ok(call);
        }
        Err(AppError::Changed(format!("The call was {} meanwhile: nothing was changed.", call.status)))
    }
}
