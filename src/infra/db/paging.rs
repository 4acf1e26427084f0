//! Keyset pages: a list goes on from the last row that was seen, which takes as long on page 1,000 as on page 1.
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// How many rows a page may have.
pub const SIZES: [usize; 3] = [25, 50, 100];

/// A page size that is offered, or the smallest.
pub fn size(wanted: &str) -> usize {
    wanted.parse().ok().filter(|n| SIZES.contains(n)).unwrap_or(SIZES[0])
}

/// Whether a page size is offered.
pub fn is_size(wanted: &str) -> bool {
    wanted.parse().is_ok_and(|n: usize| SIZES.contains(&n))
}

/// The sizes as a page offers them: the number, the list in that size, whether it has it.
pub fn sizes(current: usize, url: impl Fn(&str) -> String) -> Vec<(String, String, bool)> {
    SIZES.iter().map(|size| (size.to_string(), url(&size.to_string()), *size == current)).collect()
}

/// Packs the keys of a row into a text for a URL.
pub fn cursor(keys: &impl Serialize) -> String {
    let json = serde_json::to_vec(keys).unwrap_or_default();
    json.iter().fold(String::with_capacity(json.len() * 2), |mut hex, byte| {
        use std::fmt::Write;
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// Reads such a text back; `None` for anything else.
pub fn keys<K: DeserializeOwned>(cursor: &str) -> Option<K> {
    if !cursor.len().is_multiple_of(2) || !cursor.is_ascii() {
        return None;
    }
    let bytes: Option<Vec<u8>> =
        (0..cursor.len()).step_by(2).map(|i| u8::from_str_radix(cursor.get(i..i + 2)?, 16).ok()).collect();
    let text = String::from_utf8(bytes?).ok()?;
    // PostgreSQL takes no NUL, and no row has one.
    if text.contains("\\u0000") || !is_within_time(&serde_json::from_str(&text).ok()?) {
        return None;
    }
    serde_json::from_str(&text).ok()
}

/// Whether no key is a moment that PostgreSQL does not know: Rust's go on for 260,000 years. No row of ours is outside these.
fn is_within_time(key: &Value) -> bool {
    match key {
        Value::Array(keys) => keys.iter().all(is_within_time),
        Value::String(text) => match text.parse::<DateTime<Utc>>() {
            Ok(at) => (1..=9999).contains(&at.year()),
            Err(_) => text.parse::<NaiveDate>().map_or(true, |day| (1..=9999).contains(&day.year())),
        },
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_offered_sizes_are_taken() {
        assert_eq!((size("50"), size("51"), size("-1"), size("")), (50, 25, 25, 25));
    }

    #[test]
    fn a_cursor_with_nul_is_none() {
        assert_eq!(keys::<(String, i64)>(&cursor(&("a\0b", 1))), None);
    }

    #[test]
    fn a_cursor_beyond_the_times_of_the_database_is_none() {
        let at = |text: &str| keys::<(DateTime<Utc>, i64)>(&cursor(&(text, 7)));
        assert!(at("2026-11-27T12:00:00.123456Z").is_some());
        for beyond in [
            "-262143-01-01T00:00:00Z",
            "+262142-12-31T23:59:59Z",
            "0000-01-01T00:00:00Z",
            "+10000-01-01T00:00:00Z",
        ] {
            assert_eq!(at(beyond), None, "{beyond}");
        }
        assert_eq!(keys::<(NaiveDate, i64)>(&cursor(&("-5000-01-01", 7))), None);
    }

    proptest! {
        #[test]
        fn a_cursor_is_read_back(name in "[^\\x00]*", number: i64) {
            prop_assert_eq!(keys::<(String, i64)>(&cursor(&(&name, number))), Some((name, number)));
        }

        #[test]
        fn nonsense_is_no_cursor(text: String) {
            let _ = keys::<(String, i64)>(&text);
        }
    }
}
