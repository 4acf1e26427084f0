//! Fields that several forms have: what is meant by each, and what to say where it is wrong.
use crate::{
    calls::times,
    values::{Country, Phone, parsing},
};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use std::ops::RangeInclusive;

/// What is wrong: field and message.
pub type Problems = Vec<(&'static str, String)>;

/// What was found; what is wrong with the field is noted.
pub fn keep<T>(problems: &mut Problems, field: &'static str, found: Result<Option<T>, String>) -> Option<T> {
    found.unwrap_or_else(|wrong| {
        problems.push((field, wrong));
        None
    })
}

/// An id that is chosen from a list, or left out.
pub fn parsed<T: std::str::FromStr>(
    problems: &mut Problems,
    field: &'static str,
    typed: &str,
    wrong: &str,
) -> Option<T> {
    let found =
        if typed.is_empty() { Ok(None) } else { typed.parse().map(Some).map_err(|_| wrong.to_owned()) };
    keep(problems, field, found)
}

/// A time within the coming year.
pub fn to_come(at: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, String> {
    match at {
        Some(at) if at < now => Err("That time is past. Choose one to come.".into()),
        Some(at) if at > now + TimeDelta::days(366) => Err("Choose a time within the coming year.".into()),
        at => Ok(at),
    }
}

/// What it is about.
pub fn topic(problems: &mut Problems, typed: &str) -> String {
    match typed.chars().count() {
        0 => problems.push(("topic", "Enter what the call is about.".into())),
        501.. => problems.push(("topic", "The topic may have 500 characters.".into())),
        _ => {}
    }
    typed.to_owned()
}

/// A number to ring; one without a country code is of `country`.
pub fn phone(problems: &mut Problems, typed: &str, country: Option<Country>) -> Option<Phone> {
    let number = parsing::phone(typed, country);
    let number = number.and_then(|n| n.ok_or_else(|| "Enter the phone number to ring.".to_owned()));
    number.map_err(|wrong| problems.push(("phone", wrong))).ok()
}

/// A time zone by its IANA name.
pub fn zone(problems: &mut Problems, field: &'static str, typed: &str) -> Option<Tz> {
    let zone = times::zone(typed);
    if zone.is_none() {
        problems.push((field, "Choose a time zone from the list.".into()));
    }
    zone
}

/// A length within a range; half an hour where nothing is typed.
pub fn minutes(problems: &mut Problems, typed: &str, range: RangeInclusive<i32>) -> Option<i32> {
    let typed = if typed.is_empty() { "30" } else { typed };
    let minutes = typed.parse().ok().filter(|minutes| range.contains(minutes));
    if minutes.is_none() {
        let wrong = format!("Give a length of {} to {} minutes.", range.start(), range.end());
        problems.push(("minutes", wrong));
    }
    minutes
}
