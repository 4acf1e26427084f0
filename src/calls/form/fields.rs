//! Fields that several forms have: what is meant by each, and what to say where it is wrong.
use crate::{
    calls::times,
    values::{Country, Invalid, Phone, phone::field},
};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use std::ops::RangeInclusive;

/// How long a call may be offered or agreed to be, in minutes.
pub const TO_COME: RangeInclusive<i32> = 15..=240;
/// How long one that was held may have been.
pub const HELD: RangeInclusive<i32> = 1..=480;

/// A time within the coming year, by this clock; `None` where nothing is typed.
pub fn to_come(typed: &str, clock: Tz, now: DateTime<Utc>) -> Result<Option<DateTime<Utc>>, Invalid> {
    match times::moment(typed, clock)? {
        Some(at) if at < now => Err("That time is past. Choose one to come.".into()),
        Some(at) if at > now + TimeDelta::days(366) => Err("Choose a time within the coming year.".into()),
        at => Ok(at),
    }
}

/// A number to ring; one without a country code is of `country`.
pub fn phone(typed: &str, country: Option<Country>) -> Result<Phone, Invalid> {
    field::read(typed, country, None)?.ok_or_else(|| "Enter the phone number to ring.".into())
}

/// A length within a range; half an hour where nothing is typed.
pub fn length(typed: &str, range: &RangeInclusive<i32>) -> Result<i32, Invalid> {
    let minutes = if typed.is_empty() { Some(30) } else { typed.parse().ok() };
    within(minutes, range)
}

/// A length within a range.
pub fn within(minutes: Option<i32>, range: &RangeInclusive<i32>) -> Result<i32, Invalid> {
    minutes
        .filter(|minutes| range.contains(minutes))
        .ok_or_else(|| format!("Give a length of {} to {} minutes.", range.start(), range.end()).into())
}
