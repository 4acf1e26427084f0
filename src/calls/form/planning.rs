//! A call that staff make: one to come, or one that was held.
use super::{
    OutcomeForm,
    basis::Basis,
    fields::{HELD, TO_COME, length, phone, to_come},
    requests::SOON,
};
use crate::{
    calls::{
        moving::CompleteCall,
        requesting::{CallDraft, LogCall, NO_COLLEAGUE, PlanCall},
        times,
        words::Direction,
    },
    infra::refusal::{Checks, Refusal},
    values::{Country, Invalid},
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use std::ops::RangeInclusive;
use validator::Validate;

/// A call that staff agreed on, or held.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct CallForm {
    /// A [`Requester`](crate::customers::Requester).
    pub requester: String,
    pub topic: String,
    pub phone: String,
    pub ticket_id: String,
    pub time_zone: String,
    /// `soon`: as soon as somebody can; else at the time beside it.
    pub when: String,
    pub at: String,
    pub minutes: String,
    pub assignee_id: String,
    pub direction: String,
    pub outcome: String,
    pub note: String,
    pub anyway: String,
}

impl CallForm {
    /// The call to come that is meant, or everything that is wrong.
    pub fn plan(&self, basis: &Basis) -> Result<PlanCall, Vec<Refusal>> {
        let at = match self.when.as_str() {
            SOON => Ok(None),
            _ => to_come(&self.at, basis.clock, basis.now).and_then(must_have_a_time).map(Some),
        };
        let mut checks = Checks::default();
        let call = self.draft(&mut checks, basis.country, at, &TO_COME);
        checks.finish(|| Some(PlanCall { call: call?, anyway: self.anyway == "true" }))
    }

    /// The call that was held and what came of it, or everything that is wrong.
    pub fn log(&self, basis: &Basis) -> Result<LogCall, Vec<Refusal>> {
        let at = times::moment(&self.at, basis.clock).map_err(Invalid::from).and_then(must_have_a_time);
        let at = match at {
            Ok(at) if at > basis.now => Err(Invalid::from("That is still to come. Schedule a call instead.")),
            at => at.map(Some),
        };
        let mut checks = Checks::default();
        let call = self.draft(&mut checks, basis.country, at, &HELD);
        let form = OutcomeForm { outcome: self.outcome.clone(), note: self.note.clone() };
        let outcome = checks.part(CompleteCall::try_from(&form));
        checks.finish(|| Some(LogCall { call: call?, outcome: outcome? }))
    }

    fn draft(
        &self,
        checks: &mut Checks,
        country: Option<Country>,
        at: Result<Option<DateTime<Utc>>, Invalid>,
        lengths: &RangeInclusive<i32>,
    ) -> Option<CallDraft> {
        let requester = checks.parse_with("requester", &self.requester, "Choose whom you talk to.");
        let topic = checks.parse("topic", &self.topic);
        let phone = checks.keep("phone", phone(&self.phone, country));
        let ticket_id = checks.optional_with("ticket_id", &self.ticket_id, "Choose a ticket from the list.");
        let time_zone = checks.optional("time_zone", &self.time_zone);
        let at = checks.keep("at", at);
        let minutes = checks.keep("minutes", length(&self.minutes, lengths));
        let assignee_id = checks.optional_with("assignee_id", &self.assignee_id, NO_COLLEAGUE);
        let direction = checks.parse_or("direction", &self.direction, Direction::Outgoing);
        Some(CallDraft {
            requester: requester?,
            phone: phone?,
            topic: topic?,
            ticket_id: ticket_id?,
            time_zone: time_zone?,
            direction: direction?,
            assignee_id: assignee_id?,
            at: at?,
            minutes: minutes?,
        })
    }
}

fn must_have_a_time(at: Option<DateTime<Utc>>) -> Result<DateTime<Utc>, Invalid> {
    at.ok_or_else(|| "Enter the date and the time.".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{customers::Requester, infra::db::ids::ContactId};
    use chrono_tz::Tz;

    fn basis() -> Basis {
        let now = "2026-03-01T12:00:00Z".parse().unwrap();
        Basis { clock: Tz::Europe__Berlin, country: Country::by_code("US"), now }
    }

    fn form() -> CallForm {
        CallForm {
            requester: Requester::Contact(ContactId::new()).to_string(),
            topic: "Invoices".into(),
            phone: "(212) 555-0187".into(),
            at: "2026-03-05T14:00".into(),
            outcome: "settled".into(),
            ..CallForm::default()
        }
    }

    fn fields(refusals: Vec<Refusal>) -> Vec<String> {
        refusals.into_iter().map(|refusal| refusal.field.into_owned()).collect()
    }

    #[test]
    fn a_call_is_planned_by_the_clock_of_staff() {
        let plan = form().plan(&basis()).unwrap();
        assert_eq!(plan.call.at.unwrap().to_rfc3339(), "2026-03-05T13:00:00+00:00");
        assert_eq!((plan.call.minutes, plan.call.direction), (30, Direction::Outgoing));
        let soon = CallForm { when: "soon".into(), ..form() }.plan(&basis()).unwrap();
        assert_eq!((soon.call.at, soon.appointment()), (None, None));
        assert_eq!(fields(form().log(&basis()).unwrap_err()), ["at"], "it is still to come");
        let held = CallForm { at: "2026-02-27T14:00".into(), minutes: "480".into(), ..form() };
        assert!(held.log(&basis()).is_ok() && held.plan(&basis()).is_err());
    }

    #[test]
    fn everything_that_is_wrong_with_a_call_is_found() {
        let form = CallForm {
            requester: "user x".into(),
            ticket_id: "x".into(),
            time_zone: "Mars".into(),
            minutes: "x".into(),
            assignee_id: "x".into(),
            direction: "sideways".into(),
            ..CallForm::default()
        };
        let wrong = ["requester", "topic", "phone", "ticket_id", "time_zone", "at", "minutes", "assignee_id"];
        let plan = fields(form.plan(&basis()).unwrap_err());
        assert_eq!((&plan[..8], &plan[8..]), (&wrong.map(String::from)[..], &["direction".to_owned()][..]));
        let log = fields(form.log(&basis()).unwrap_err());
        assert_eq!((&log[..9], &log[9..]), (&plan[..], &["outcome".to_owned()][..]));
    }
}
