//! When things happened: in office hours of the last four years, more of them the later it was.
use super::dice::Dice;
use chrono::{DateTime, Datelike, TimeDelta, Utc};

const YEARS: i64 = 4;
const OFFICE_SECONDS: i64 = 10 * 3600;

/// The office hours of a tenant up to a moment.
#[derive(Clone, Copy, Debug)]
pub struct Calendar {
    /// All that is told happened before it.
    pub moment: DateTime<Utc>,
    monday: DateTime<Utc>,
    opens: TimeDelta,
    seconds: i64,
}

impl Calendar {
    /// `moment` is the beginning of a day, `opens` the hour in which offices open.
    pub fn new(moment: DateTime<Utc>, opens: i64) -> Self {
        let long_ago = moment - TimeDelta::days(YEARS * 365);
        let monday = long_ago - TimeDelta::days(i64::from(long_ago.weekday().num_days_from_monday()));
        let (weeks, rest) = ((moment - monday).num_days() / 7, (moment - monday).num_days() % 7);
        Self {
            moment,
            monday,
            opens: TimeDelta::hours(opens),
            seconds: (weeks * 5 + rest.min(5)) * OFFICE_SECONDS,
        }
    }

    /// The second of all office hours as a moment.
    fn at(&self, second: i64) -> DateTime<Utc> {
        let second = second.clamp(0, self.seconds - 1);
        let day = second / OFFICE_SECONDS;
        self.monday
            + TimeDelta::days(day / 5 * 7 + day % 5)
            + self.opens
            + TimeDelta::seconds(second % OFFICE_SECONDS)
    }

    /// When the `number`th of `all` customers came: the later ones closer together.
    pub fn arrival(&self, number: usize, all: usize, dice: &mut Dice) -> DateTime<Utc> {
        let part = (number as f64 + dice.below(1000) as f64 / 1000.0) / all.max(1) as f64;
        self.at((self.seconds as f64 * part.powf(0.62)) as i64)
    }

    /// Some time in office hours after `from` and before the moment. Later where nothing else is left.
    pub fn after(&self, from: DateTime<Utc>, dice: &mut Dice) -> DateTime<Utc> {
        let days = (self.moment - from).num_days().max(0);
        let at = from + TimeDelta::days(dice.between(0, days)) + TimeDelta::seconds(dice.between(60, 7200));
        let at = match at.weekday().num_days_from_monday() {
            late @ 5.. => at - TimeDelta::days(i64::from(late) - 4),
            _ => at,
        };
        at.min(self.moment - TimeDelta::seconds(1)).max(from + TimeDelta::seconds(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calendar() -> Calendar {
        Calendar::new("2026-03-18T00:00:00Z".parse().unwrap(), 13)
    }

    #[test]
    fn arrivals_follow_one_another_before_the_moment() {
        let calendar = calendar();
        let all: Vec<_> = (0..500).map(|i| calendar.arrival(i, 500, &mut Dice::of(1, i as u64))).collect();
        assert!(all.is_sorted());
        assert!(all.iter().all(|at| *at < calendar.moment && at.weekday().num_days_from_monday() < 5));
        let middle = all[250] - all[0];
        assert!(middle > all[499] - all[250], "more came later");
    }

    #[test]
    fn what_follows_lies_between() {
        let calendar = calendar();
        let from = calendar.arrival(10, 20, &mut Dice::of(1, 1));
        for i in 0..200 {
            let at = calendar.after(from, &mut Dice::of(2, i));
            assert!(from < at && at < calendar.moment);
        }
    }
}
