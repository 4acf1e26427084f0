//! Calendar months as the reader's clock has them.
use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// How many months the page looks back, the current one among them.
pub const SHOWN: u32 = 24;

/// The first day of each of the last months, the current one last, and the moments between them: one more than there are months.
pub fn last(now: DateTime<Utc>, zone: &str) -> (Vec<NaiveDate>, Vec<DateTime<Utc>>) {
    let zone: Tz = zone.parse().unwrap_or(Tz::UTC);
    let today = now.with_timezone(&zone).date_naive();
    let this = today.with_day(1).unwrap_or(today);
    let days: Vec<NaiveDate> = (0..=SHOWN)
        .filter_map(|index| (this + Months::new(1)).checked_sub_months(Months::new(SHOWN - index)))
        .collect();
    let bounds = days.iter().map(|day| beginning(*day, zone)).collect();
    (days.into_iter().take(SHOWN as usize).collect(), bounds)
}

/// Midnight, or the first moment after it where the clock is put forward over it.
fn beginning(day: NaiveDate, zone: Tz) -> DateTime<Utc> {
    let midnight = day.and_time(NaiveTime::MIN);
    (0..=12)
        .find_map(|quarters| {
            zone.from_local_datetime(&(midnight + TimeDelta::minutes(15 * quarters))).earliest()
        })
        .map_or(midnight.and_utc(), |at| at.with_timezone(&Utc))
}

/// "Jan 2026".
pub fn name(month: NaiveDate) -> String {
    month.format("%b %Y").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    #[test]
    fn the_current_month_is_the_last_of_twenty_four() {
        let (months, bounds) = last(at("2026-03-15T12:00:00Z"), "UTC");
        assert_eq!((months.len(), bounds.len()), (24, 25));
        assert_eq!((name(months[0]), name(months[23])), ("Apr 2024".into(), "Mar 2026".into()));
        assert_eq!((bounds[0], bounds[24]), (at("2024-04-01T00:00:00Z"), at("2026-04-01T00:00:00Z")));
    }

    #[test]
    fn months_begin_when_the_reader_says_so() {
        // On New Year's Eve in UTC it is already January in Auckland.
        let (months, bounds) = last(at("2025-12-31T20:00:00Z"), "Pacific/Auckland");
        assert_eq!(name(months[23]), "Jan 2026");
        assert_eq!(bounds[23], at("2025-12-31T11:00:00Z"));
        // Summer and winter differ by an hour in Berlin.
        let (_, bounds) = last(at("2026-08-10T00:00:00Z"), "Europe/Berlin");
        assert_eq!((bounds[18], bounds[19]), (at("2026-02-28T23:00:00Z"), at("2026-03-31T22:00:00Z")));
    }

    #[test]
    fn a_day_without_midnight_begins_when_it_can() {
        // In Asunción the clock went from 23:59 to 01:00.
        let day = NaiveDate::from_ymd_opt(2017, 10, 1).unwrap();
        assert_eq!(beginning(day, chrono_tz::America::Asuncion), at("2017-10-01T04:00:00Z"));
    }

    #[test]
    fn an_unknown_zone_is_utc() {
        assert_eq!(last(at("2026-03-15T12:00:00Z"), "Mars/Olympus").1[24], at("2026-04-01T00:00:00Z"));
    }
}
