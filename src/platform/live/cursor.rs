//! A place in the log.
use std::{fmt, sync::Arc};

/// How far somebody has read: the time, and the database's snapshot at it, as `live_changes` writes them. Not the number of an
/// event, because events become visible in another order than they are numbered in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor(Arc<str>);

/// Longer ones are nobody's: a snapshot names the transactions that are in progress.
const LONGEST: usize = 8_000;

impl Cursor {
    /// Reads what a browser sent back: "<seconds>.<xmin>:<xmax>:<xid>,<xid>…"; `None` where the database would not take it.
    pub fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| -> Option<i64> {
            let plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            plain.then(|| text.parse().ok()).flatten()
        };
        if text.len() > LONGEST {
            return None;
        }
        let (seconds, snapshot) = text.split_once('.')?;
        // Until the year 5000, so that it stays a date.
        number(seconds).filter(|seconds| *seconds < 95_617_584_000)?;
        let mut parts = snapshot.splitn(3, ':');
        let (first, end) = (number(parts.next()?)?, number(parts.next()?)?);
        let open = parts.next()?;
        let mut least = first;
        if first < 1 || end < first {
            return None;
        }
        for xid in open.split(',').filter(|_| !open.is_empty()) {
            let xid = number(xid).filter(|xid| (least..end).contains(xid))?;
            least = xid;
        }
        Some(Self(text.into()))
    }

    /// As it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Cursor;

    #[test]
    fn what_the_database_writes_is_read() {
        for text in ["1795251600.735:735:", "1795251600.735:760:735,740,740,759", "0.1:1:"] {
            assert_eq!(Cursor::parse(text).expect(text).as_str(), text);
        }
    }

    #[test]
    fn what_the_database_would_refuse_is_not() {
        for text in [
            "",
            "735:735:",
            "1.735:735",
            "1.735:734:",
            "1.0:5:",
            "1.5:9:4",
            "1.5:9:9",
            "1.5:9:7,6",
            "1.5:9:7,",
            "1.+5:9:",
            "-1.5:9:",
            "1.5:9:'; DROP TABLE events",
            "1.5:99999999999999999999:",
            "99999999999999.5:9:",
        ] {
            assert_eq!(Cursor::parse(text), None, "{text}");
        }
        assert_eq!(Cursor::parse(&format!("1.1:9:{}", "1,".repeat(5_000))), None);
    }
}
