//! A call that staff make: one to come, or one that was held.
use super::{
    OutcomeForm,
    fields::{Problems, keep, minutes, parsed, phone, to_come, topic, zone},
};
use crate::{
    calls::{
        requesting::{CallDraft, Outcome, Requester},
        times, words,
    },
    infra::web::auth::SignedIn,
    values::{Country, kinds},
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde::Deserialize;
use validator::Validate;

/// A call that staff agreed on, or held.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct CallForm {
    /// "user ID" or "contact ID".
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
    pub fn parse_plan(
        &self,
        by: &SignedIn,
        country: Option<Country>,
        now: DateTime<Utc>,
    ) -> Result<CallDraft, Problems> {
        let (draft, mut problems) = self.draft(by, country, 15..=240);
        if let Err(wrong) = to_come(draft.as_ref().and_then(|draft| draft.at), now) {
            problems.push(("at", wrong));
        }
        draft.filter(|_| problems.is_empty()).ok_or(problems)
    }

    /// The call that was held and what came of it, or everything that is wrong.
    pub fn parse_log(
        &self,
        by: &SignedIn,
        country: Option<Country>,
        now: DateTime<Utc>,
    ) -> Result<(CallDraft, Outcome), Problems> {
        let (draft, mut problems) = Self { when: String::new(), ..self.clone() }.draft(by, country, 1..=480);
        if draft.as_ref().is_some_and(|draft| draft.at.is_some_and(|at| at > now)) {
            problems.push(("at", "That is still to come. Schedule a call instead.".into()));
        }
        let form = OutcomeForm { outcome: self.outcome.clone(), note: self.note.clone() };
        let outcome = form.parse().map_err(|wrong| problems.extend(wrong)).ok();
        match (draft, outcome, problems.is_empty()) {
            (Some(draft), Some(outcome), true) => Ok((draft, outcome)),
            _ => Err(problems),
        }
    }

    fn draft(
        &self,
        by: &SignedIn,
        country: Option<Country>,
        lengths: std::ops::RangeInclusive<i32>,
    ) -> (Option<CallDraft>, Problems) {
        let mut problems = vec![];
        let requester = match self.requester.split_once(' ') {
            Some(("user", id)) => id.parse().ok().map(Requester::User),
            Some(("contact", id)) => id.parse().ok().map(Requester::Contact),
            _ => None,
        };
        if requester.is_none() {
            problems.push(("requester", "Choose whom you talk to.".into()));
        }
        let topic = topic(&mut problems, &self.topic);
        let phone = phone(&mut problems, &self.phone, country);
        let ticket_id = parsed(&mut problems, "ticket_id", &self.ticket_id, "Choose a ticket from the list.");
        let wanted_zone =
            (!self.time_zone.is_empty()).then(|| zone(&mut problems, "time_zone", &self.time_zone));
        let at = times::moment(&self.at, times::zone(&by.time_zone).unwrap_or(Tz::UTC));
        let is_soon = self.when == super::SOON;
        let at = if is_soon { None } else { keep(&mut problems, "at", at) };
        if !is_soon && at.is_none() && !problems.iter().any(|(field, _)| *field == "at") {
            problems.push(("at", "Enter the date and the time.".into()));
        }
        let minutes = minutes(&mut problems, &self.minutes, lengths);
        let assignee_id =
            parsed(&mut problems, "assignee_id", &self.assignee_id, "Choose a colleague from the list.");
        let direction = kinds::code(words::DIRECTIONS, &self.direction).unwrap_or("outgoing");
        let draft = match (requester, phone, minutes) {
            (Some(requester), Some(phone), Some(minutes)) if is_soon || at.is_some() => Some(CallDraft {
                requester,
                phone,
                topic,
                ticket_id,
                time_zone: wanted_zone.flatten().map(|zone| zone.name().to_owned()),
                direction,
                assignee_id,
                at,
                minutes,
            }),
            _ => None,
        };
        (draft, problems)
    }
}
