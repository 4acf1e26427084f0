//! Whether a value of a document fits its column, so that what PostgreSQL could not even read is refused by the name of its field.
use super::parts::{Column, Link};
use crate::{infra::entity::Kind, values::text};
use chrono::{DateTime, Datelike, NaiveDate};
use serde_json::Value;
use std::fmt;
use uuid::Uuid;

/// Why a value is none of its column.
#[derive(Debug, PartialEq, Eq)]
pub enum Misfit {
    /// What it should be: "should be an id".
    Wrong(String),
    /// What it holds, and why that can't be: "holds “x”, which is no domain".
    Holds(String),
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Wrong(what) => write!(f, "is wrong: it {what}"),
            Self::Holds(what) => write!(f, "holds {what}"),
        }
    }
}

impl From<&str> for Misfit {
    fn from(what: &str) -> Self {
        Self::Wrong(what.into())
    }
}

/// Cleans a value, as a form would.
///
/// # Errors
/// What is wrong with it.
pub fn clean(column: &Column, value: &mut Value) -> Result<(), Misfit> {
    if value.is_null() {
        // What is numbered or filled in by the database has no value yet.
        return if column.is_nullable { Ok(()) } else { Err("should not be empty".into()) };
    }
    clean_texts(column.field.is_some_and(|field| matches!(field.kind, Kind::Prose { .. })), value);
    if matches!(column.link, Link::Named(_)) {
        return fits(value.is_string(), "should be a name, or an email address");
    }
    if let Some(elements) = column.kind.strip_suffix("[]") {
        let items = value.as_array().map_or(&[][..], Vec::as_slice);
        let good = value.is_array() && items.iter().all(|item| judge(elements, item).is_ok());
        return if good {
            Ok(())
        } else {
            Err(Misfit::Wrong(format!("should be a list, and each of it {}", expected(elements))))
        };
    }
    judge(&column.kind, value)?;
    let text = value.as_str().unwrap_or_default();
    match column.field.and_then(|field| field.refused?(text)) {
        Some(why) => Err(Misfit::Holds(format!("“{text}”, which {why}"))),
        None => Ok(()),
    }
}

fn clean_texts(is_prose: bool, value: &mut Value) {
    match value {
        Value::String(typed) => *typed = if is_prose { text::lines(typed) } else { text::line(typed) },
        Value::Array(items) => items.iter_mut().for_each(|item| clean_texts(is_prose, item)),
        Value::Object(fields) => fields.values_mut().for_each(|item| clean_texts(is_prose, item)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn judge(kind: &str, value: &Value) -> Result<(), Misfit> {
    let text = value.as_str();
    let within =
        |least: i64, most: i64| value.as_i64().is_some_and(|number| (least..=most).contains(&number));
    let good = match kind {
        "uuid" => text.is_some_and(|text| text.parse::<Uuid>().is_ok()),
        "boolean" => value.is_boolean(),
        "smallint" => within(i16::MIN.into(), i16::MAX.into()),
        "integer" => within(i32::MIN.into(), i32::MAX.into()),
        "bigint" => within(i64::MIN, i64::MAX),
        "date" => text.is_some_and(|text| text.parse::<NaiveDate>().is_ok_and(|day| is_year(day.year()))),
        "timestamp with time zone" => {
            text.is_some_and(|text| DateTime::parse_from_rfc3339(text).is_ok_and(|time| is_year(time.year())))
        }
        "jsonb" => value.is_object(),
        _ if kind.starts_with("numeric") => text.is_some_and(|text| is_decimal(kind, text)),
        _ => text.is_some(),
    };
    fits(good, expected(kind))
}

fn fits(good: bool, expected: &str) -> Result<(), Misfit> {
    if good { Ok(()) } else { Err(expected.into()) }
}

/// As people and all programs count them.
fn is_year(year: i32) -> bool {
    (1..=9999).contains(&year)
}

fn expected(kind: &str) -> &'static str {
    match kind {
        "uuid" => "should be an id",
        "boolean" => "should be true or false",
        "smallint" | "integer" | "bigint" => "should be a whole number that is not too large",
        "date" => "should be a day like \"2026-03-31\"",
        "timestamp with time zone" => "should be a time like \"2026-03-31T14:00:00Z\"",
        "jsonb" => "should be an object",
        _ if kind.starts_with("numeric") => "should be a number like \"120.50\"",
        _ => "should be a text",
    }
}

/// Whether `numeric(16,2)` holds this without rounding it.
fn is_decimal(kind: &str, text: &str) -> bool {
    let size = kind.trim_start_matches("numeric").trim_matches(['(', ')']).split_once(',');
    let size = size.and_then(|(all, after)| Some((all.parse::<usize>().ok()?, after.parse::<usize>().ok()?)));
    let (all, after) = size.unwrap_or((16, 2));
    let (whole, part) =
        text.strip_prefix('-').unwrap_or(text).split_once('.').unwrap_or((text.trim_start_matches('-'), "0"));
    let digits =
        |text: &str, most| (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
    digits(whole, all.saturating_sub(after)) && digits(part, after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_fits_its_column_or_not() {
        for (kind, good, bad) in [
            ("uuid", json!("0198b6a0-0000-7000-8000-000000000000"), json!("me")),
            ("boolean", json!(true), json!("perhaps")),
            ("smallint", json!(10), json!(40_000)),
            ("integer", json!(-5), json!(5.5)),
            ("bigint", json!(5_000_000_000_i64), json!("5")),
            ("numeric(16,2)", json!("-99999999999999.99"), json!("100000000000000.00")),
            ("numeric(16,2)", json!("12"), json!("1.234")),
            ("numeric(16,2)", json!("0.5"), json!("a lot")),
            ("date", json!("2026-03-31"), json!("2026-02-31")),
            ("timestamp with time zone", json!("2026-03-31T14:00:00.123456+00:00"), json!("yesterday")),
            ("timestamp with time zone", json!("0001-01-01T00:00:00Z"), json!("+99999-01-01T00:00:00Z")),
            ("jsonb", json!({}), json!([])),
            ("text", json!(""), json!(5)),
        ] {
            assert_eq!(judge(kind, &good), Ok(()), "{kind} {good}");
            assert!(judge(kind, &bad).is_err(), "{kind} {bad}");
        }
    }
}
