//! What people type about calls, into commands.
mod basis;
mod fields;
mod planning;
mod requests;

use super::{
    model::CancelReason,
    moving::{Appointment, AssignCall, CancelCall, CompleteCall},
    requesting::NO_COLLEAGUE,
    times,
};
use crate::infra::refusal::{Checks, Refusal};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use fields::{TO_COME, length, to_come};
use serde::Deserialize;
use validator::Validate;

pub use basis::Basis;
pub use planning::CallForm;
pub use requests::{RequestCallJson, RequestForm, WHENS};

/// A time for a call, as staff choose it.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct ScheduleForm {
    /// One of the offered times, exactly, or "other".
    pub slot: String,
    /// Another time, by the clock of whoever types it.
    pub at: String,
    pub minutes: String,
    pub assignee_id: String,
    /// Set when somebody schedules it although the assignee has another call then.
    pub anyway: String,
}

impl ScheduleForm {
    /// The appointment that is meant, or everything that is wrong.
    pub fn command(&self, my_zone: &str, now: DateTime<Utc>) -> Result<Appointment, Vec<Refusal>> {
        let mut checks = Checks::default();
        let typed = if self.is_typed() { &self.at } else { &self.slot };
        let at = checks.keep("at", to_come(typed, times::zone(my_zone).unwrap_or(Tz::UTC), now));
        if at == Some(None) {
            checks.refuse("at", "Choose one of the offered times, or enter another.");
        }
        let minutes = checks.keep("minutes", length(&self.minutes, &TO_COME));
        let assignee_id = checks.optional_with("assignee_id", &self.assignee_id, NO_COLLEAGUE);
        checks.finish(|| {
            Some(Appointment {
                at: at??,
                minutes: minutes?,
                assignee_id: assignee_id?,
                anyway: self.anyway == "true",
            })
        })
    }

    /// The same, at the time that it had where that was not touched: what is typed knows no seconds, and an hour that comes twice only once.
    pub fn kept(&self, meant: Appointment, current: Option<DateTime<Utc>>, my_zone: &str) -> Appointment {
        let current = current.filter(|at| self.is_typed() && times::typed(*at, my_zone) == self.at);
        Appointment { at: current.unwrap_or(meant.at), ..meant }
    }

    /// Whether it is at none of the offered times.
    fn is_typed(&self) -> bool {
        matches!(self.slot.as_str(), "" | "other")
    }
}

/// What came of a call.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct OutcomeForm {
    pub outcome: String,
    pub note: String,
}

impl TryFrom<&OutcomeForm> for CompleteCall {
    type Error = Vec<Refusal>;

    fn try_from(form: &OutcomeForm) -> Result<Self, Vec<Refusal>> {
        let mut checks = Checks::default();
        let outcome = checks.parse_with("outcome", &form.outcome, "Choose what came of the call.");
        let note = checks.parse("note", &form.note);
        checks.finish(|| Some(Self { outcome: outcome?, note: note? }))
    }
}

/// Why a call is called off.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct CancelForm {
    pub reason: String,
}

impl TryFrom<&CancelForm> for CancelCall {
    type Error = Vec<Refusal>;

    fn try_from(form: &CancelForm) -> Result<Self, Vec<Refusal>> {
        let mut checks = Checks::default();
        let reason = checks.parse::<CancelReason>("reason", &form.reason);
        checks.finish(|| Some(Self { reason: reason? }))
    }
}

/// Who is to hold a call.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct AssigneeForm {
    pub assignee_id: String,
}

impl TryFrom<&AssigneeForm> for AssignCall {
    type Error = Vec<Refusal>;

    fn try_from(form: &AssigneeForm) -> Result<Self, Vec<Refusal>> {
        let mut checks = Checks::default();
        let assignee_id = checks.optional_with("assignee_id", &form.assignee_id, NO_COLLEAGUE);
        checks.finish(|| Some(Self { assignee_id: assignee_id? }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_time_that_was_not_touched_stays_in_an_hour_that_comes_twice() {
        let second: DateTime<Utc> = "2026-11-01T06:30:00Z".parse().unwrap();
        let typed = times::typed(second, "America/New_York");
        let form = ScheduleForm { slot: "other".into(), at: typed, ..ScheduleForm::default() };
        let meant = form.command("America/New_York", now()).unwrap();
        assert_eq!(meant.at.to_rfc3339(), "2026-11-01T05:30:00+00:00");
        assert_eq!(form.kept(meant, Some(second), "America/New_York").at, second);
        assert_eq!(form.kept(meant, None, "America/New_York").at, meant.at);
    }

    #[test]
    fn an_offered_time_is_taken_exactly_and_another_by_ones_own_clock() {
        let form = |slot: &str, at: &str| ScheduleForm {
            slot: slot.into(),
            at: at.into(),
            minutes: "60".into(),
            ..ScheduleForm::default()
        };
        let at = |form: ScheduleForm| form.command("America/New_York", now()).unwrap().at.to_rfc3339();
        assert_eq!(at(form("2026-03-05T13:00:00Z", "")), "2026-03-05T13:00:00+00:00");
        assert_eq!(at(form("other", "2026-03-05T13:00")), "2026-03-05T18:00:00+00:00");
        let wrong = form("other", "").command("America/New_York", now()).unwrap_err();
        assert_eq!(wrong[0].field, "at");
    }

    #[test]
    fn what_came_of_a_call_is_one_of_a_few_words() {
        let form = |outcome: &str, note: String| OutcomeForm { outcome: outcome.into(), note };
        assert!(CompleteCall::try_from(&form("settled", String::new())).is_ok());
        let wrong = CompleteCall::try_from(&form("", "x".repeat(5001))).unwrap_err();
        let wrong: Vec<_> = wrong.iter().map(|refusal| (&*refusal.field, &*refusal.message)).collect();
        let expected =
            [("outcome", "Choose what came of the call."), ("note", "A note may have 5,000 characters.")];
        assert_eq!(wrong, expected);
    }
}
