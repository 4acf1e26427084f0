//! A call as its requester describes it, in a form or in a JSON body.
use super::fields::{TO_COME, length, phone, to_come, within};
use crate::{
    calls::requesting::{RequestCall, Slots},
    infra::refusal::{Checks, Refusal},
    values::{Country, Invalid, TimeZone},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use validator::Validate;

/// Without a time: whoever calls chooses it.
pub const SOON: &str = "soon";
/// At one of the times that stand beside it.
const TIMES: &str = "times";

/// What may be chosen of when a call is to be.
pub const WHENS: [(&str, &str); 2] = [(SOON, "As soon as you can"), (TIMES, "At one of these times")];

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

impl RequestForm {
    /// The request that is meant, or everything that is wrong. A phone number without a country code is of `country`.
    pub fn command(&self, country: Option<Country>, now: DateTime<Utc>) -> Result<RequestCall, Vec<Refusal>> {
        let slots = [("slot_1", &self.slot_1), ("slot_2", &self.slot_2), ("slot_3", &self.slot_3)];
        let slots = slots.into_iter().filter(|_| self.when != SOON);
        let request = Request {
            topic: &self.topic,
            phone: &self.phone,
            ticket_id: ("ticket_id", &self.ticket_id),
            time_zone: ("time_zone", &self.time_zone),
            slots: slots.map(|(field, typed)| (field, typed.as_str())).collect(),
            minutes: length(&self.minutes, &TO_COME),
            has_times: self.when == TIMES,
        };
        request.command(Checks::default(), country, now)
    }
}

/// A call as a program requests it. Who asks, and for which customer, is whoever signed in.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct RequestCallJson {
    pub topic: Option<String>,
    pub phone: Option<String>,
    pub ticket_id: Option<String>,
    /// IANA; without one, that of the account.
    pub time_zone: Option<String>,
    /// Up to three beginnings: exact moments, or local to the time zone. None: as soon as staff can.
    pub slots: Option<Vec<Option<String>>>,
    pub minutes: Option<i32>,
}

impl RequestCallJson {
    /// As [`RequestForm::command`]; `usual` is the time zone of the account.
    pub fn command(
        &self,
        usual: &str,
        country: Option<Country>,
        now: DateTime<Utc>,
    ) -> Result<RequestCall, Vec<Refusal>> {
        let mut checks = Checks::default();
        let slots: Vec<&str> = self
            .slots
            .iter()
            .flatten()
            .flatten()
            .map(String::as_str)
            .filter(|slot| !slot.is_empty())
            .collect();
        if slots.len() > 3 {
            checks.refuse("slots", "Offer at most three times.");
        }
        let zone = self.time_zone.as_deref().filter(|zone| !zone.is_empty()).unwrap_or(usual);
        let request = Request {
            topic: self.topic.as_deref().unwrap_or_default(),
            phone: self.phone.as_deref().unwrap_or_default(),
            ticket_id: ("ticketId", self.ticket_id.as_deref().unwrap_or_default()),
            time_zone: ("timeZone", zone),
            slots: slots.into_iter().take(3).map(|slot| ("slots", slot)).collect(),
            minutes: within(self.minutes.or(Some(30)), &TO_COME),
            has_times: false,
        };
        request.command(checks, country, now)
    }
}

/// What both have in common, each field with the name that it has there where they differ.
struct Request<'a> {
    topic: &'a str,
    phone: &'a str,
    ticket_id: (&'static str, &'a str),
    time_zone: (&'static str, &'a str),
    slots: Vec<(&'static str, &'a str)>,
    minutes: Result<i32, Invalid>,
    /// At least one time is to be offered.
    has_times: bool,
}

impl Request<'_> {
    fn command(
        self,
        mut checks: Checks,
        country: Option<Country>,
        now: DateTime<Utc>,
    ) -> Result<RequestCall, Vec<Refusal>> {
        let topic = checks.parse("topic", self.topic);
        let phone = checks.keep("phone", phone(self.phone, country));
        let (field, typed) = self.ticket_id;
        let ticket_id = checks.optional_with(field, typed, "Choose one of your tickets.");
        let (field, typed) = self.time_zone;
        let time_zone: Option<TimeZone> = checks.parse(field, typed);
        let minutes = checks.keep("minutes", self.minutes);
        let clock = time_zone.map_or(Tz::UTC, |zone| zone.0);
        let slots: Vec<(&'static str, Option<Option<DateTime<Utc>>>)> = self
            .slots
            .into_iter()
            .map(|(field, typed)| (field, checks.keep(field, to_come(typed, clock, now))))
            .collect();
        let mut starts: Vec<DateTime<Utc>> = slots.iter().filter_map(|(_, at)| at.flatten()).collect();
        starts.sort_unstable();
        starts.dedup();
        if let Some((first, _)) = slots.first().filter(|_| self.has_times && starts.is_empty())
            && slots.iter().all(|(_, at)| at.is_some())
        {
            checks.refuse(first, "Offer at least one time, or choose “As soon as you can”.");
        }
        checks.finish(|| {
            Some(RequestCall {
                phone: phone?,
                topic: topic?,
                ticket_id: ticket_id?,
                time_zone: time_zone?,
                slots: Slots { starts, minutes: minutes? },
            })
        })
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

    fn fields(refusals: &[Refusal]) -> Vec<&str> {
        refusals.iter().map(|refusal| &*refusal.field).collect()
    }

    #[test]
    fn a_request_is_read_by_the_clock_and_the_country_of_whoever_asks() {
        let form =
            RequestForm { slot_2: "2026-03-04T09:00".into(), slot_3: "2026-03-05T14:00".into(), ..form() };
        let request = form.command(Country::by_code("US"), now()).unwrap();
        assert_eq!((request.phone.as_ref(), request.slots.minutes), ("+12125550187", 30));
        let starts: Vec<_> = request.slots.starts.iter().map(DateTime::to_rfc3339).collect();
        assert_eq!(starts, ["2026-03-04T08:00:00+00:00", "2026-03-05T13:00:00+00:00"]);
    }

    #[test]
    fn a_program_requests_the_same_in_its_own_words() {
        let json = RequestCallJson {
            topic: Some("Invoices".into()),
            phone: Some("(212) 555-0187".into()),
            slots: Some(vec![Some("2026-03-05T14:00".into())]),
            ..RequestCallJson::default()
        };
        let command = json.command("Europe/Berlin", Country::by_code("US"), now());
        assert_eq!(command, form().command(Country::by_code("US"), now()));
        let json = RequestCallJson {
            ticket_id: Some("x".into()),
            time_zone: Some("Mars".into()),
            slots: Some(vec![Some("2020-01-01T10:00".into()); 4]),
            minutes: Some(3),
            ..RequestCallJson::default()
        };
        let refusals = json.command("UTC", None, now()).unwrap_err();
        assert_eq!(
            fields(&refusals),
            ["slots", "topic", "phone", "ticketId", "timeZone", "minutes", "slots", "slots", "slots"]
        );
    }

    #[test]
    fn without_a_time_it_is_as_soon_as_somebody_can() {
        let starts =
            |form: RequestForm| form.command(Country::by_code("US"), now()).unwrap().slots.starts.len();
        assert_eq!(starts(RequestForm { slot_1: String::new(), ..form() }), 0);
        assert_eq!(
            starts(RequestForm { when: "soon".into(), ..form() }),
            0,
            "what was typed before is not meant"
        );
        assert_eq!(starts(RequestForm { when: "times".into(), ..form() }), 1);
    }

    #[test]
    fn what_is_wrong_with_a_request_is_listed_field_by_field() {
        let wrong = |form: RequestForm| {
            let refusals = form.command(Country::by_code("US"), now()).unwrap_err();
            refusals.into_iter().map(|refusal| refusal.field).collect::<Vec<_>>()
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
}
