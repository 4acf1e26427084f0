//! A place in the log.
use actix_web::cookie::{Cookie, CookieJar, Key};
use std::{
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

/// How far somebody has read: the time, and the database's snapshot at it, as `live_changes` writes them. Not the number of an
/// event, because events become visible in another order than they are numbered in.
///
/// A snapshot counts the transactions of the whole installation, so it leaves this server encrypted ([`fmt::Display`]), and none comes
/// back that was not made here.
#[derive(Clone, Debug)]
pub struct Cursor {
    place: Arc<str>,
    sent: Arc<str>,
}

/// Longer ones are nobody's: a snapshot names the transactions that are in progress.
const LONGEST: usize = 8_000;
/// Encrypted places have lengths in such steps, so that the length does not count what is in progress.
const STEP: usize = 96;
/// What the encrypted text is bound to.
const NAME: &str = "live";

impl Cursor {
    /// Takes what the database wrote: "<seconds>.<xmin>:<xmax>:<xid>,<xid>…"; `None` where it would not take it back.
    pub fn new(place: &str, key: &Key) -> Option<Self> {
        Self::check(place)?;
        let mut jar = CookieJar::new();
        let width = place.len().next_multiple_of(STEP);
        jar.private_mut(key).add(Cookie::new(NAME, format!("{place:<width$}")));
        Some(Self { place: place.into(), sent: jar.get(NAME)?.value().into() })
    }

    /// Reads what a browser sent back; `None` for anything that was not made here.
    pub fn open(sent: &str, key: &Key) -> Option<Self> {
        if sent.len() > LONGEST * 2 {
            return None;
        }
        let mut jar = CookieJar::new();
        jar.add_original(Cookie::new(NAME, sent.to_owned()));
        let opened = jar.private(key).get(NAME)?;
        let place = opened.value().trim_end();
        Self::check(place)?;
        Some(Self { place: place.into(), sent: sent.into() })
    }

    fn check(text: &str) -> Option<()> {
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
        Some(())
    }

    /// As the database wrote it. Nobody outside of this server gets it.
    pub fn place(&self) -> &str {
        &self.place
    }
}

impl PartialEq for Cursor {
    fn eq(&self, other: &Self) -> bool {
        self.place == other.place
    }
}

impl Eq for Cursor {}

impl Hash for Cursor {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.place.hash(state);
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sent)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Key {
        Key::from(&[7; 64])
    }

    #[test]
    fn what_the_database_writes_is_read() {
        for text in ["1795251600.735:735:", "1795251600.735:760:735,740,740,759", "0.1:1:"] {
            assert_eq!(Cursor::new(text, &key()).expect(text).place(), text);
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
            assert_eq!(Cursor::new(text, &key()), None, "{text}");
        }
        assert_eq!(Cursor::new(&format!("1.1:9:{}", "1,".repeat(5_000)), &key()), None);
    }

    #[test]
    fn what_is_sent_tells_nothing_and_comes_back() {
        let (calm, busy) = ("1795251600.735:735:", "1795251600.735:760:735,740,741,742,743,744,759");
        let sent: Vec<String> = [calm, busy]
            .iter()
            .map(|place| {
                let sent = Cursor::new(place, &key()).unwrap().to_string();
                assert!(!sent.contains("735"), "{sent}");
                assert_eq!(Cursor::open(&sent, &key()).unwrap().place(), *place);
                sent
            })
            .collect();
        assert_eq!(sent[0].len(), sent[1].len());
        for forged in [calm, "", &sent[0][1..], &sent[0].replace('A', "B"), &"A".repeat(20_000)] {
            if forged != sent[0] {
                assert_eq!(Cursor::open(forged, &key()), None, "{forged}");
            }
        }
        assert_eq!(Cursor::open(&sent[0], &Key::from(&[8; 64])), None);
    }
}
