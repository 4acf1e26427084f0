//! What is typed when a customer leaves, into what is recorded.
use super::{
    model::{Days, Draft, MOST_DAYS, USUAL_DAYS},
    reasons::REASONS,
};
use crate::{infra::web::forms::Submitted, values::kinds};
use chrono::NaiveDate;
use serde::Deserialize;
use validator::Validate;

/// The form of a deactivation; the API sends the same fields, without the name.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct DeactivationForm {
    /// The last day of the grace period.
    pub grace_ends_on: String,
    pub reason: String,
    #[validate(length(max = 4000, message = "Keep it to 4,000 characters."))]
    pub explanation: String,
    pub likelihood: String,
    #[validate(length(max = 4000, message = "Keep it to 4,000 characters."))]
    pub context: String,
    #[validate(length(max = 200, message = "Keep the name to 200 characters."))]
    pub requested_by: String,
    /// The customer's name, typed as proof.
    pub name: String,
}

/// The form of a return after the grace period.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct ReturnForm {
    /// The stage in which the customer goes on.
    pub lifecycle_stage: String,
}

/// The stages in which somebody who came back can be: all but the one that they leave.
pub fn stages() -> Vec<(String, String)> {
    let names = kinds::Stage::WORDS.iter().filter(|(code, _)| *code != "churned");
    names.map(|(code, name)| ((*code).to_owned(), (*name).to_owned())).collect()
}

impl Submitted<ReturnForm> {
    /// The stage; `None` where none of them was chosen, which then stands in the form.
    pub fn stage(&mut self) -> Option<String> {
        let chosen = self.values.lifecycle_stage.clone();
        if stages().iter().any(|(code, _)| *code == chosen) {
            return Some(chosen);
        }
        self.refuse("lifecycle_stage", "Choose the stage in which the customer goes on.");
        None
    }
}

impl DeactivationForm {
    /// An empty one, with the usual end.
    pub fn usual(days: Days) -> Self {
        let end = days.today.checked_add_days(chrono::Days::new(USUAL_DAYS)).unwrap_or(days.today);
        Self { grace_ends_on: end.to_string(), ..Self::default() }
    }
}

impl Submitted<DeactivationForm> {
    /// What to record; `None` where something is wrong, which then stands in the form.
    pub fn draft(&mut self, days: Days) -> Option<Draft> {
        let typed = self.values.clone();
        let usual = DeactivationForm::usual(days).grace_ends_on;
        let end = if typed.grace_ends_on.is_empty() { usual } else { typed.grace_ends_on };
        let last = days.today.checked_add_days(chrono::Days::new(MOST_DAYS)).unwrap_or(days.today);
        let last_day = end.parse::<NaiveDate>().ok().filter(|day| (days.today..=last).contains(day));
        if last_day.is_none() {
            self.refuse("grace_ends_on", "Choose a day from today on, within a year.");
        }
        if !REASONS.iter().any(|(code, _)| *code == typed.reason) {
            self.refuse("reason", "Choose a reason.");
        }
        let likelihood = typed.likelihood.parse::<i16>().ok().filter(|n| (0..=10).contains(n));
        if !typed.likelihood.is_empty() && likelihood.is_none() {
            self.refuse("likelihood", "Choose a number from 0 to 10, or leave it open.");
        }
        if self.has_errors() {
            return None;
        }
        Some(Draft {
            last_day: last_day?,
            reason: typed.reason,
            explanation: typed.explanation,
            likelihood,
            context: typed.context,
            requested_by: typed.requested_by,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;

    fn days() -> Days {
        Days { now: DateTime::UNIX_EPOCH, today: NaiveDate::from_ymd_opt(2026, 3, 1).unwrap() }
    }

    fn typed(end: &str, reason: &str, likelihood: &str) -> Submitted<DeactivationForm> {
        Submitted::filled(DeactivationForm {
            grace_ends_on: end.into(),
            reason: reason.into(),
            likelihood: likelihood.into(),
            ..DeactivationForm::default()
        })
    }

    #[test]
    fn the_usual_grace_period_is_thirty_days() {
        let draft = typed("", "price", "").draft(days()).unwrap();
        assert_eq!((draft.last_day.to_string().as_str(), draft.likelihood), ("2026-03-31", None));
    }

    #[test]
    fn what_is_out_of_range_is_refused_where_it_stands() {
        for (end, reason, likelihood, field) in [
            ("2026-02-28", "price", "5", "grace_ends_on"),
            ("2027-03-03", "price", "5", "grace_ends_on"),
            ("soon", "price", "5", "grace_ends_on"),
            ("2026-03-01", "boredom", "5", "reason"),
            ("2026-03-01", "price", "11", "likelihood"),
            ("2026-03-01", "price", "-1", "likelihood"),
        ] {
            let mut form = typed(end, reason, likelihood);
            assert_eq!(form.draft(days()), None);
            assert_eq!(form.errors().map(|(name, _)| name.to_owned()).collect::<Vec<_>>(), [field]);
        }
    }
}
