//! What is typed when a customer leaves, into what is recorded.
use super::model::{Days, Deactivate, MOST_DAYS, USUAL_DAYS};
use crate::{
    infra::refusal::{Checks, Refusal},
    values::Stage,
};
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
    pub explanation: String,
    pub likelihood: String,
    pub context: String,
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

/// The stages in which a customer that came back can be: all but the one that it leaves.
pub fn stages() -> Vec<(String, String)> {
    let stages = Stage::ALL.iter().filter(|stage| **stage != Stage::Churned);
    stages.map(|stage| (stage.code().to_owned(), stage.label().to_owned())).collect()
}

impl ReturnForm {
    /// The stage in which the customer goes on.
    pub fn stage(&self) -> Result<Stage, Vec<Refusal>> {
        let stage = self.lifecycle_stage.parse().ok().filter(|stage| *stage != Stage::Churned);
        let wrong = "Choose the stage in which the customer goes on.";
        stage.ok_or_else(|| vec![Refusal::new("lifecycle_stage", wrong)])
    }
}

impl DeactivationForm {
    /// An empty one, with the usual end.
    pub fn usual(days: Days) -> Self {
        let end = days.today.checked_add_days(chrono::Days::new(USUAL_DAYS)).unwrap_or(days.today);
        Self { grace_ends_on: end.to_string(), ..Self::default() }
    }

    /// The deactivation that is meant; `days`: the tenant's.
    pub fn command(&self, days: Days) -> Result<Deactivate, Vec<Refusal>> {
        let mut checks = Checks::default();
        let usual = Self::usual(days).grace_ends_on;
        let end = if self.grace_ends_on.is_empty() { &usual } else { &self.grace_ends_on };
        let last = days.today.checked_add_days(chrono::Days::new(MOST_DAYS)).unwrap_or(days.today);
        let last_day = end.parse::<NaiveDate>().ok().filter(|day| (days.today..=last).contains(day));
        let last_day =
            checks.keep("grace_ends_on", last_day.ok_or("Choose a day from today on, within a year."));
        let reason = checks.parse_with("reason", &self.reason, "Choose a reason.");
        let explanation = checks.parse("explanation", &self.explanation);
        let likelihood = match self.likelihood.as_str() {
            "" => Some(None),
            typed => {
                let number = typed.parse::<i16>().ok().filter(|number| (0..=10).contains(number));
                let wrong = "Choose a number from 0 to 10, or leave it open.";
                checks.keep("likelihood", number.map(Some).ok_or(wrong))
            }
        };
        let context = checks.parse("context", &self.context);
        let requested_by = checks.parse("requested_by", &self.requested_by);
        checks.finish(|| {
            Some(Deactivate {
                last_day: last_day?,
                reason: reason?,
                explanation: explanation?,
                likelihood: likelihood?,
                context: context?,
                requested_by: requested_by?,
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days() -> Days {
        Days { today: NaiveDate::from_ymd_opt(2026, 3, 1).unwrap() }
    }

    fn typed(end: &str, reason: &str, likelihood: &str) -> DeactivationForm {
        DeactivationForm {
            grace_ends_on: end.into(),
            reason: reason.into(),
            likelihood: likelihood.into(),
            ..DeactivationForm::default()
        }
    }

    #[test]
    fn the_usual_grace_period_is_thirty_days() {
        let command = typed("", "price", "").command(days()).unwrap();
        assert_eq!((command.last_day.to_string().as_str(), command.likelihood), ("2026-03-31", None));
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
            let refusals = typed(end, reason, likelihood).command(days()).unwrap_err();
            assert_eq!(refusals.iter().map(|refusal| &*refusal.field).collect::<Vec<_>>(), [field]);
        }
    }
}
