//! What happens to a call after it was asked for: a time is agreed on, it is held, or called off.
use super::{
    model::Call,
    requesting::{Outcome, keep_note, member, refused_by_constraint, staff_name},
};
use crate::infra::{
    db::{
        self, Tx,
        ids::{CallId, UserId},
        schema::calls,
    },
    web::errors::Result,
};
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;

/// Why a call stays as it is.
#[derive(Debug)]
pub enum Unmoved {
    /// A field is wrong: its name and why.
    Field(&'static str, &'static str),
    /// The assignee has other calls at that time.
    Overlaps(Vec<Call>),
    /// It has been held or called off meanwhile.
    Over(Box<Call>),
}

/// A time that is agreed on.
#[derive(Clone, Copy, Debug)]
pub struct Appointment {
    pub at: DateTime<Utc>,
    pub minutes: i32,
    pub assignee_id: Option<UserId>,
    /// Agreed on although the assignee has another call then.
    pub anyway: bool,
}

type Moved = Result<Result<(), Unmoved>>;

/// The longest that a call can be.
const LONGEST: TimeDelta = TimeDelta::minutes(480);

impl Call {
    /// Agrees on a time, or on another one.
    pub fn schedule(tx: &mut Tx, id: CallId, wanted: &Appointment) -> Moved {
        let call = Self::lock(tx, id)?;
        if !call.is_open() {
            return Ok(Err(Unmoved::Over(Box::new(call))));
        }
        if !wanted.anyway {
            let others = Self::overlapping(tx, wanted, Some(id))?;
            if !others.is_empty() {
                return Ok(Err(Unmoved::Overlaps(others)));
            }
        }
        // What is agreed on already stays as it is: a calendar must not be told of a change that there is not.
        if call.is("scheduled")
            && call.agreed() == Some((wanted.at, wanted.minutes))
            && call.assignee_id == wanted.assignee_id
        {
            return Ok(Ok(()));
        }
        let assignee_name = staff_name(tx, wanted.assignee_id)?;
        let done = diesel::update(calls::table.filter(calls::id.eq(id)))
            .set((
                calls::status.eq("scheduled"),
                calls::scheduled_at.eq(wanted.at),
                calls::scheduled_minutes.eq(wanted.minutes),
                calls::assignee_id.eq(wanted.assignee_id),
                calls::assignee_name.eq(assignee_name),
            ))
            .execute(tx.conn);
        settled(done)
    }

    /// Calls of the assignee at that time, but for one; at most three.
    pub fn overlapping(tx: &mut Tx, wanted: &Appointment, but: Option<CallId>) -> Result<Vec<Self>> {
        let Some(assignee) = wanted.assignee_id else { return Ok(vec![]) };
        let (from, to) = (wanted.at, wanted.at + TimeDelta::minutes(wanted.minutes.into()));
        let near: Vec<Self> = Self::query()
            .filter(calls::assignee_id.eq(assignee))
            .filter(calls::status.eq("scheduled"))
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
    pub fn assign(tx: &mut Tx, id: CallId, assignee: Option<UserId>) -> Moved {
        let call = Self::lock(tx, id)?;
        if !call.is_open() {
            return Ok(Err(Unmoved::Over(Box::new(call))));
        }
        if call.assignee_id == assignee {
            return Ok(Ok(()));
        }
        let assignee_name = staff_name(tx, assignee)?;
        let done = diesel::update(calls::table.filter(calls::id.eq(id)))
            .set((calls::assignee_id.eq(assignee), calls::assignee_name.eq(assignee_name)))
            .execute(tx.conn);
        settled(done)
    }

    /// Notes that it was held, and what came of it. One that had no time, or is held before it, was held now.
    pub fn complete(tx: &mut Tx, id: CallId, outcome: &Outcome) -> Moved {
        let call = Self::lock(tx, id)?;
        if !call.is_open() {
            return Ok(Err(Unmoved::Over(Box::new(call))));
        }
        let now = db::now(tx)?;
        // Whoever holds a call that is nobody's has taken it.
        let holder = call.assignee_id.or(member(tx));
        let holder_name = staff_name(tx, holder)?;
        let done = diesel::update(calls::table.filter(calls::id.eq(id)))
            .set((
                calls::status.eq("completed"),
                calls::outcome.eq(outcome.code),
                calls::scheduled_at.eq(call.scheduled_at.filter(|at| *at < now).unwrap_or(now)),
                calls::scheduled_minutes.eq(call.minutes()),
                calls::assignee_id.eq(holder),
                calls::assignee_name.eq(holder_name),
                calls::closed_at.eq(diesel::dsl::now),
            ))
            .execute(tx.conn);
        let done = settled(done)?;
        if done.is_ok() {
            keep_note(tx, call.customer_id, id, &outcome.note)?;
        }
        Ok(done)
    }

    /// Calls it off. Both sides may, and both read why.
    pub fn cancel(tx: &mut Tx, id: CallId, reason: &str) -> Moved {
        let call = Self::lock(tx, id)?;
        if !call.is_open() {
            return Ok(Err(Unmoved::Over(Box::new(call))));
        }
        let by = member(tx);
        let by_name = staff_name(tx, by)?;
        let done = diesel::update(calls::table.filter(calls::id.eq(id)))
            .set((
                calls::status.eq("cancelled"),
                calls::cancelled_by.eq(by),
                calls::cancelled_by_name.eq(by_name),
                calls::cancel_reason.eq(reason),
                calls::closed_at.eq(diesel::dsl::now),
            ))
            .execute(tx.conn);
        settled(done)
    }
}

fn settled(done: QueryResult<usize>) -> Moved {
    Ok(refused_by_constraint(done)?.map_err(|(field, wrong)| Unmoved::Field(field, wrong)))
}
