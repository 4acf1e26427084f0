//! What people type about calls, into what is true.
mod fields;
mod planning;

use super::{
    moving::Appointment,
    requesting::{CallRequest, Outcome, Slots},
    times, words,
};
use crate::{
    infra::db::ids::UserId,
    values::{Country, kinds},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use validator::Validate;

pub use fields::Problems;
use fields::{keep, minutes, parsed, phone, to_come, topic, zone};
pub use planning::CallForm;

/// A call that a portal user asks for.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct RequestForm {
    pub topic: String,
    pub phone: String,
    pub ticket_id: String,
    pub time_zone: String,
    /// `soon`: as soon as you can, whatever times stand beside it; `times`: at one of them; empty: at one of them, if there are any.
    pub when: String,
    pub slot_1: String,
    pub slot_2: String,
    pub slot_3: String,
    pub minutes: String,
}

/// Without a time: whoever calls chooses it.
const SOON: &str = "soon";
/// At one of the times that stand beside it.
const TIMES: &str = "times";

/// What may be chosen of when a call is to be.
pub const WHENS: [(&str, &str); 2] = [(SOON, "As soon as you can"), (TIMES, "At one of these times")];

/// The names of the fields of a request, as a form or a program calls them.
pub struct Fields {
    pub ticket: &'static str,
    pub zone: &'static str,
    pub slots: [&'static str; 3],
}

const ON_PAGES: Fields =
    Fields { ticket: "ticket_id", zone: "time_zone", slots: ["slot_1", "slot_2", "slot_3"] };

impl RequestForm {
    /// The request that is meant, or everything that is wrong.
    pub fn parse(&self, country: Option<Country>, now: DateTime<Utc>) -> Result<CallRequest, Problems> {
        self.parse_as(&ON_PAGES, country, now)
    }

    /// As [`RequestForm::parse`], where the fields have other names.
    pub fn parse_as(
        &self,
        names: &Fields,
        country: Option<Country>,
        now: DateTime<Utc>,
    ) -> Result<CallRequest, Problems> {
        let mut problems = vec![];
        let topic = topic(&mut problems, &self.topic);
        let phone = phone(&mut problems, &self.phone, country);
        let ticket_id = parsed(&mut problems, names.ticket, &self.ticket_id, "Choose one of your tickets.");
        let zone = zone(&mut problems, names.zone, &self.time_zone);
        let minutes = minutes(&mut problems, &self.minutes, 15..=240);
        let typed = [&self.slot_1, &self.slot_2, &self.slot_3];
        let mut starts: Vec<DateTime<Utc>> = vec![];
        for (field, typed) in names.slots.into_iter().zip(typed).filter(|_| self.when != SOON) {
            match times::moment(typed, zone.unwrap_or(Tz::UTC)).and_then(|at| to_come(at, now)) {
                Ok(at) => starts.extend(at),
                Err(wrong) => problems.push((field, wrong)),
            }
        }
        starts.sort_unstable();
        starts.dedup();
        if self.when == TIMES
            && starts.is_empty()
            && !problems.iter().any(|(field, _)| names.slots.contains(field))
        {
            problems
                .push((names.slots[0], "Offer at least one time, or choose “As soon as you can”.".into()));
        }
        match (zone, minutes, phone, problems.is_empty()) {
            (Some(zone), Some(minutes), Some(phone), true) => Ok(CallRequest {
                phone,
                topic,
                ticket_id,
                time_zone: zone.name().to_owned(),
                slots: Slots { starts, minutes },
            }),
            _ => Err(problems),
        }
    }
}

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
    pub fn parse(&self, my_zone: &str, now: DateTime<Utc>) -> Result<Appointment, Problems> {
        let mut problems = vec![];
        let typed = if matches!(self.slot.as_str(), "" | "other") { &self.at } else { &self.slot };
        let at =
            times::moment(typed, times::zone(my_zone).unwrap_or(Tz::UTC)).and_then(|at| to_come(at, now));
        let at = keep(&mut problems, "at", at);
        if at.is_none() && problems.is_empty() {
            problems.push(("at", "Choose one of the offered times, or enter another.".into()));
        }
        let minutes = minutes(&mut problems, &self.minutes, 15..=240);
        let assignee_id =
            parsed(&mut problems, "assignee_id", &self.assignee_id, "Choose a colleague from the list.");
        match (at, minutes, problems.is_empty()) {
            (Some(at), Some(minutes), true) => {
                Ok(Appointment { at, minutes, assignee_id, anyway: self.anyway == "true" })
            }
            _ => Err(problems),
        }
    }
}

impl ScheduleForm {
    /// The same, at the time that it had where that was not touched: what is typed knows no seconds, and an hour that comes twice only once.
    pub fn kept(&self, wanted: Appointment, current: Option<DateTime<Utc>>, my_zone: &str) -> Appointment {
        let is_typed = matches!(self.slot.as_str(), "" | "other");
        let current = current.filter(|at| is_typed && times::typed(*at, my_zone) == self.at);
        Appointment { at: current.unwrap_or(wanted.at), ..wanted }
    }
}

/// What came of a call.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct OutcomeForm {
    pub outcome: String,
    pub note: String,
}

impl OutcomeForm {
    /// The outcome that is meant, or everything that is wrong.
    pub fn parse(&self) -> Result<Outcome, Problems> {
        let mut problems = vec![];
        let code = kinds::code(words::OUTCOMES, &self.outcome);
        if code.is_none() {
            problems.push(("outcome", "Choose what came of the call.".into()));
        }
        if self.note.chars().count() > 5000 {
            problems.push(("note", "A note may have 5,000 characters.".into()));
        }
        match (code, problems.is_empty()) {
            (Some(code), true) => Ok(Outcome { code, note: self.note.clone() }),
            _ => Err(problems),
        }
    }
}

/// Why a call is called off.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct CancelForm {
    #[validate(length(max = 500, message = "The reason may have 500 characters."))]
    pub reason: String,
}

/// Who is to hold a call.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct AssigneeForm {
    pub assignee_id: String,
}

impl AssigneeForm {
    /// The colleague, nobody where none is chosen; `None` for nonsense.
    pub fn parse(&self) -> Option<Option<UserId>> {
        if self.assignee_id.is_empty() { Some(None) } else { self.assignee_id.parse().ok().map(Some) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-03-01T12:00:00Z".parse().unwrap()
    }

    fn form() -> RequestForm {
        RequestForm {
            topic: "Invoices".into(),
            phone: "(212) 555-0187".into(),
            time_zone: "Europe/Berlin".into(),
            slot_1: "2026-03-05T14:00".into(),
            ..RequestForm::default()
        }
    }

    #[test]
    fn a_request_is_read_by_the_clock_and_the_country_of_whoever_asks() {
        let form =
            RequestForm { slot_2: "2026-03-04T09:00".into(), slot_3: "2026-03-05T14:00".into(), ..form() };
        let wanted = form.parse(Country::by_code("US"), now()).unwrap();
        assert_eq!((wanted.phone.as_ref(), wanted.slots.minutes), ("+12125550187", 30));
        let starts: Vec<_> = wanted.slots.starts.iter().map(DateTime::to_rfc3339).collect();
        assert_eq!(starts, ["2026-03-04T08:00:00+00:00", "2026-03-05T13:00:00+00:00"]);
    }

    #[test]
    fn without_a_time_it_is_as_soon_as_somebody_can() {
        let starts = |form: RequestForm| {
            form.parse(crate::values::Country::by_code("US"), now()).unwrap().slots.starts.len()
        };
        assert_eq!(starts(RequestForm { slot_1: String::new(), ..form() }), 0);
        assert_eq!(
            starts(RequestForm { when: "soon".into(), ..form() }),
            0,
            "what was typed before is not meant"
        );
        assert_eq!(starts(RequestForm { when: "times".into(), ..form() }), 1);
    }

    #[test]
    fn what_is_wrong_with_a_request_is_said_field_by_field() {
        let wrong = |form: RequestForm| {
            let problems = form.parse(Country::by_code("US"), now()).unwrap_err();
            problems.into_iter().map(|(field, _)| field).collect::<Vec<_>>()
        };
        assert_eq!(wrong(RequestForm::default()), ["topic", "phone", "time_zone"]);
        assert_eq!(
            wrong(RequestForm { when: "times".into(), slot_1: String::new(), ..form() }),
            ["slot_1"],
            "no time"
        );
        assert_eq!(wrong(RequestForm { slot_1: "2026-02-28T14:00".into(), ..form() }), ["slot_1"], "past");
        assert_eq!(wrong(RequestForm { slot_2: "2026-03-29T02:30".into(), ..form() }), ["slot_2"], "a gap");
        assert_eq!(wrong(RequestForm { slot_3: "2028-03-05T14:00".into(), ..form() }), ["slot_3"], "too far");
        for minutes in ["14", "241", "x", "-30"] {
            assert_eq!(wrong(RequestForm { minutes: minutes.into(), ..form() }), ["minutes"], "{minutes}");
        }
    }

    #[test]
    fn a_time_that_was_not_touched_stays_in_an_hour_that_comes_twice() {
        let second: DateTime<Utc> = "2026-11-01T06:30:00Z".parse().unwrap();
        let typed = times::typed(second, "America/New_York");
        let form = ScheduleForm { slot: "other".into(), at: typed, ..ScheduleForm::default() };
        let wanted = form.parse("America/New_York", now()).unwrap();
        assert_eq!(wanted.at.to_rfc3339(), "2026-11-01T05:30:00+00:00");
        assert_eq!(form.kept(wanted, Some(second), "America/New_York").at, second);
        assert_eq!(form.kept(wanted, None, "America/New_York").at, wanted.at);
    }

    #[test]
    fn an_offered_time_is_taken_exactly_and_another_by_ones_own_clock() {
        let form = |slot: &str, at: &str| ScheduleForm {
            slot: slot.into(),
            at: at.into(),
            minutes: "60".into(),
            ..ScheduleForm::default()
        };
        let at = |form: ScheduleForm| form.parse("America/New_York", now()).unwrap().at.to_rfc3339();
        assert_eq!(at(form("2026-03-05T13:00:00Z", "")), "2026-03-05T13:00:00+00:00");
        assert_eq!(at(form("other", "2026-03-05T13:00")), "2026-03-05T18:00:00+00:00");
        let wrong = form("other", "").parse("America/New_York", now()).unwrap_err();
        assert_eq!(wrong[0].0, "at");
    }
}
