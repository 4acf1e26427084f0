//! Times as somebody's clock shows them: read from what they type, and written for them. Where the clocks change, a time may not exist,
//! or come twice.
use chrono::{DateTime, MappedLocalTime, NaiveDateTime, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;

/// A time zone by its IANA name.
pub fn zone(name: &str) -> Option<Tz> {
    name.parse().ok()
}

/// Every time zone as an option of a select.
pub fn zones() -> Vec<(String, String)> {
    let all = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
    all.map(|name| (name.to_owned(), name.replace('_', " "))).collect()
}

/// The moment that somebody in a zone means by the date and time that they type; `None` where they type nothing. Of a time that comes
/// twice, when the clocks go back, the first is meant.
pub fn moment(typed: &str, zone: Tz) -> Result<Option<DateTime<Utc>>, String> {
    if typed.is_empty() {
        return Ok(None);
    }
    // A program may say exactly what it means.
    if let Ok(exact) = DateTime::parse_from_rfc3339(typed) {
        return Ok(Some(exact.to_utc()));
    }
    let formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"];
    let local = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(typed, format).ok());
    let Some(local) = local else {
        return Err("Enter a date and a time, like 2026-11-23 14:30.".into());
    };
    match zone.from_local_datetime(&local) {
        MappedLocalTime::Single(at) | MappedLocalTime::Ambiguous(at, _) => Ok(Some(at.to_utc())),
        MappedLocalTime::None => Err(format!(
            "There is no {} on {} in {}: the clocks go forward over it. Choose another time.",
            local.format("%H:%M"),
            local.format("%-d %B %Y"),
            zone.name().replace('_', " ")
        )),
    }
}

/// Says whose clock a field is read by.
pub fn by_clock_of(zone: &str) -> String {
    format!("By your clock, {}.", zone.replace('_', " "))
}

/// As a field of a form shows it again: "2026-11-23T14:30".
pub fn typed(at: DateTime<Utc>, zone: &str) -> String {
    at.with_timezone(&zone_or_utc(zone)).format("%Y-%m-%dT%H:%M").to_string()
}

/// "Mon 23 Nov 2026, 14:30–15:00 CET".
pub fn describe(at: DateTime<Utc>, minutes: i32, zone: &str) -> String {
    let zone = zone_or_utc(zone);
    let from = at.with_timezone(&zone);
    let Some(to) = from.checked_add_signed(TimeDelta::minutes(minutes.into())) else {
        return from.format("%a %-d %b %Y, %H:%M %Z").to_string();
    };
    let day = if from.date_naive() == to.date_naive() { "" } else { "%a " };
    // Where the clocks change meanwhile each end has a zone of its own: 01:30 EDT–01:00 EST.
    let (first, last) = names_of(&from, &to);
    let first = if first == last { String::new() } else { format!(" {first}") };
    format!("{}{first}–{} {last}", from.format("%a %-d %b %Y, %H:%M"), to.format(&format!("{day}%H:%M")))
}

/// By how much a local time is ahead of UTC.
fn ahead(at: &DateTime<Tz>) -> TimeDelta {
    at.naive_local() - at.naive_utc()
}

/// The zones of both ends, in letters where they have them and these tell them apart; else as "UTC+04".
fn names_of(from: &DateTime<Tz>, to: &DateTime<Tz>) -> (String, String) {
    let name = |at: &DateTime<Tz>| {
        let name = at.format("%Z").to_string();
        if name.starts_with(['+', '-']) { format!("UTC{name}") } else { name }
    };
    let (first, last) = (name(from), name(to));
    if first == last && ahead(from) != ahead(to) {
        return (from.format("UTC%:z").to_string(), to.format("UTC%:z").to_string());
    }
    (first, last)
}

fn zone_or_utc(name: &str) -> Tz {
    zone(name).unwrap_or(Tz::UTC)
}

/// A time by two clocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Both {
    pub at: DateTime<Utc>,
    pub mine: String,
    pub theirs: String,
}

impl Both {
    /// For somebody who reads `mine`, of a call with somebody who reads `theirs`; where that is not known, nothing is said of it.
    pub fn of(at: DateTime<Utc>, minutes: i32, mine: &str, theirs: Option<&str>) -> Self {
        Self { at, mine: describe(at, minutes, mine), theirs: describe(at, minutes, theirs.unwrap_or(mine)) }
    }

    /// Whether the two clocks show the same.
    pub fn agree(&self) -> bool {
        self.mine == self.theirs
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(typed: &str, zone: Tz) -> Result<String, String> {
        moment(typed, zone).map(|at| at.unwrap().to_rfc3339())
    }

    #[test]
    fn a_time_is_read_by_the_clock_of_its_zone() {
        let summer = read("2026-07-01T09:30", Tz::Europe__Berlin).unwrap();
        let winter = read("2026-01-05 09:30", Tz::Europe__Berlin).unwrap();
        assert_eq!(
            (summer.as_str(), winter.as_str()),
            ("2026-07-01T07:30:00+00:00", "2026-01-05T08:30:00+00:00")
        );
        assert_eq!(read("2026-07-01T09:30:00-04:00", Tz::UTC).unwrap(), "2026-07-01T13:30:00+00:00");
        assert_eq!(moment("", Tz::UTC), Ok(None));
        for nonsense in ["tomorrow", "2026-13-01T09:30", "2026-02-30T09:30", "2026-01-01", "2026-01-01T25:00"]
        {
            assert!(moment(nonsense, Tz::UTC).is_err(), "{nonsense}");
        }
    }

    #[test]
    fn a_time_that_the_clocks_leave_out_is_refused() {
        let wrong = read("2026-03-29T02:30", Tz::Europe__Berlin).unwrap_err();
        assert!(wrong.starts_with("There is no 02:30 on 29 March 2026 in Europe/Berlin"), "{wrong}");
        assert!(read("2026-03-08T02:30", Tz::America__New_York).is_err());
        assert!(read("2026-03-29T03:00", Tz::Europe__Berlin).is_ok());
    }

    #[test]
    fn of_a_time_that_comes_twice_the_first_is_meant() {
        assert_eq!(read("2026-10-25T02:30", Tz::Europe__Berlin).unwrap(), "2026-10-25T00:30:00+00:00");
        assert_eq!(read("2026-11-01T01:30", Tz::America__New_York).unwrap(), "2026-11-01T05:30:00+00:00");
    }

    /// Every quarter of an hour around every change of every clock: no two calls read the same, and both ends can be read back.
    #[test]
    fn around_a_change_of_the_clocks_no_two_calls_read_the_same() {
        let start: DateTime<Utc> = "2026-01-01T00:00:00Z".parse().unwrap();
        for zone in chrono_tz::TZ_VARIANTS {
            let offset = |at: DateTime<Utc>| ahead(&at.with_timezone(&zone));
            for day in (0..366).map(|day| start + TimeDelta::days(day)) {
                if offset(day) == offset(day + TimeDelta::days(1)) {
                    continue;
                }
                let mut seen = std::collections::HashSet::new();
                for quarter in 0..96 {
                    let at = day + TimeDelta::minutes(15 * quarter);
                    let text = describe(at, 30, zone.name());
                    let has_two = offset(at) != offset(at + TimeDelta::minutes(30));
                    let (first, last) = text.split_once('–').unwrap();
                    let named = |end: &str| {
                        end.trim_end().chars().last().is_some_and(char::is_alphabetic) || end.contains("UTC")
                    };
                    assert!(named(last) && (!has_two || named(first)), "{zone}: {text}");
                    assert!(seen.insert(text.clone()), "{zone} twice: {text}");
                }
            }
        }
    }

    #[test]
    fn a_time_is_told_by_both_clocks() {
        let at = "2026-10-25T00:30:00Z".parse().unwrap();
        assert_eq!(describe(at, 90, "Europe/Berlin"), "Sun 25 Oct 2026, 02:30 CEST–03:00 CET");
        let twice = "2026-11-01T05:30:00Z".parse().unwrap();
        assert_eq!(describe(twice, 30, "America/New_York"), "Sun 1 Nov 2026, 01:30 EDT–01:00 EST");
        let both = Both::of(at, 30, "Asia/Kolkata", Some("America/New_York"));
        assert_eq!(both.mine, "Sun 25 Oct 2026, 06:00–06:30 IST");
        assert_eq!(both.theirs, "Sat 24 Oct 2026, 20:30–21:00 EDT");
        assert!(!both.agree() && Both::of(at, 30, "Europe/Berlin", Some("Europe/Berlin")).agree());
        assert_eq!(describe(at, 30, "Asia/Dubai"), "Sun 25 Oct 2026, 04:30–05:00 UTC+04");
        let late = "2026-11-23T23:45:00Z".parse().unwrap();
        assert_eq!(describe(late, 30, "UTC"), "Mon 23 Nov 2026, 23:45–Tue 00:15 UTC");
        assert_eq!(moment(&typed(at, "Asia/Dubai"), Tz::Asia__Dubai), Ok(Some(at)));
    }
}
