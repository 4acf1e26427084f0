//! Which encoding a file is in, as far as its bytes tell, and its text by that or by one that somebody chose.
use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, MACINTOSH, UTF_8, UTF_16BE, UTF_16LE};

/// Encodings to choose from: by their WHATWG names, and as people call them.
pub static OFFERED: &[(&str, &str)] = &[
    ("UTF-8", "Unicode (UTF-8)"),
    ("UTF-16LE", "Unicode (UTF-16, little-endian)"),
    ("UTF-16BE", "Unicode (UTF-16, big-endian)"),
    ("windows-1252", "Western European (Windows-1252)"),
    ("ISO-8859-15", "Western European (ISO 8859-15)"),
    ("macintosh", "Western European (Mac Roman)"),
    ("windows-1250", "Central European (Windows-1250)"),
    ("ISO-8859-2", "Central European (ISO 8859-2)"),
    ("windows-1251", "Cyrillic (Windows-1251)"),
    ("KOI8-R", "Cyrillic (KOI8-R)"),
    ("KOI8-U", "Cyrillic (KOI8-U)"),
    ("ISO-8859-5", "Cyrillic (ISO 8859-5)"),
    ("IBM866", "Cyrillic (DOS 866)"),
    ("x-mac-cyrillic", "Cyrillic (Mac)"),
    ("windows-1253", "Greek (Windows-1253)"),
    ("ISO-8859-7", "Greek (ISO 8859-7)"),
    ("windows-1254", "Turkish (Windows-1254)"),
    ("windows-1255", "Hebrew (Windows-1255)"),
    ("ISO-8859-8", "Hebrew (ISO 8859-8)"),
    ("windows-1256", "Arabic (Windows-1256)"),
    ("ISO-8859-6", "Arabic (ISO 8859-6)"),
    ("windows-1257", "Baltic (Windows-1257)"),
    ("ISO-8859-4", "Baltic (ISO 8859-4)"),
    ("windows-1258", "Vietnamese (Windows-1258)"),
    ("windows-874", "Thai (Windows-874)"),
    ("Shift_JIS", "Japanese (Shift-JIS)"),
    ("EUC-JP", "Japanese (EUC-JP)"),
    ("ISO-2022-JP", "Japanese (ISO 2022-JP)"),
    ("gb18030", "Chinese, simplified (GB18030)"),
    ("Big5", "Chinese, traditional (Big5)"),
    ("EUC-KR", "Korean (EUC-KR)"),
];

/// How much of a file is looked at where its beginning tells enough.
const SAMPLE: usize = 64 << 10;

/// The encoding that is called so; `None` for one that is not offered.
pub fn named(name: &str) -> Option<&'static Encoding> {
    let known = OFFERED.iter().any(|(offered, _)| *offered == name);
    known.then(|| Encoding::for_label(name.as_bytes())).flatten()
}

/// By the byte order mark; else UTF-16 by its zeros; else UTF-8, where most of what is no ASCII is right UTF-8 (a few bad bytes don't turn
/// every other letter); else what the detector of Firefox says (chardetng), which knows every encoding but that of old Macs.
pub fn detect(bytes: &[u8]) -> &'static Encoding {
    if let Some((encoding, _)) = Encoding::for_bom(bytes) {
        return encoding;
    }
    if let Some(encoding) = looks_like_utf_16(bytes.get(..SAMPLE).unwrap_or(bytes)) {
        return encoding;
    }
    // ISO 2022-JP is ASCII with escapes.
    if looks_like_utf_8(bytes) && !bytes.contains(&0x1B) {
        return UTF_8;
    }
    let sample = significant_lines(bytes);
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(&sample, false);
    let guess = detector.guess(None, Utf8Detection::Allow);
    if guess == GBK {
        return GB18030;
    }
    if guess.is_single_byte() && looks_like_mac(&sample, guess, bytes) {
        return MACINTOSH;
    }
    guess
}

/// The text, without its byte order mark. What can't be read is U+FFFD.
pub fn decode(bytes: &[u8], encoding: &'static Encoding) -> Result<String, String> {
    let mark =
        Encoding::for_bom(bytes).filter(|(marked, _)| *marked == encoding).map_or(0, |(_, length)| length);
    let (text, _) = encoding.decode_without_bom_handling(bytes.get(mark..).unwrap_or_default());
    let (mut seen, mut odd) = (0, 0);
    for c in text.chars().take(SAMPLE) {
        seen += 1;
        odd += usize::from(c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
    }
    if odd * 50 > seen {
        return Err("This is not a text file. Save your list as CSV, then upload that.".into());
    }
    Ok(text.into_owned())
}

/// Separators and line ends in UTF-16 have a zero in every other byte, whatever the letters are.
fn looks_like_utf_16(sample: &[u8]) -> Option<&'static Encoding> {
    let zeros = |odd: usize| sample.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let (some, few) = (sample.len() / 40, sample.len() / 400);
    match sample.len() >= 8 {
        true if odd > some && even <= few => Some(UTF_16LE),
        true if even > some && odd <= few => Some(UTF_16BE),
        _ => None,
    }
}

fn looks_like_utf_8(bytes: &[u8]) -> bool {
    let (mut right, mut wrong) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        right += chunk.valid().bytes().filter(|b| *b >= 0xC0).count();
        wrong += usize::from(!chunk.invalid().is_empty());
    }
    wrong == 0 || (right > 0 && right >= wrong)
}

/// The first lines that are not all ASCII: only these tell anything.
fn significant_lines(bytes: &[u8]) -> Vec<u8> {
    let mut found = vec![];
    for line in bytes.split_inclusive(|b| matches!(b, b'\n' | b'\r')) {
        if line.iter().any(|b| !b.is_ascii() || *b == 0x1B) {
            found.extend_from_slice(line.get(..SAMPLE).unwrap_or(line));
        }
        if found.len() >= SAMPLE {
            break;
        }
    }
    found
}

/// Whether accented letters stand in words by the encoding of old Macs, and not by the guess. Its files often end lines with CR alone.
fn looks_like_mac(sample: &[u8], guess: &'static Encoding, bytes: &[u8]) -> bool {
    let (fits, seen) = in_words(&MACINTOSH.decode_without_bom_handling(sample).0);
    let (guessed, _) = in_words(&guess.decode_without_bom_handling(sample).0);
    let has_old_ends = bytes.contains(&b'\r') && !bytes.contains(&b'\n');
    fits * 10 >= seen * 8 && (fits * 2 > guessed * 3 || (has_old_ends && fits > 0 && fits >= guessed))
}

/// How many letters beyond ASCII stand beside a letter of ASCII as in a word, and how many characters stand there at all.
fn in_words(text: &str) -> (usize, usize) {
    let (mut fits, mut seen) = (0, 0);
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let beside = before.is_ascii_alphabetic() || rest.peek().is_some_and(char::is_ascii_alphabetic);
        if !c.is_ascii() && beside {
            seen += 1;
            fits += usize::from(c.is_lowercase() || (c.is_uppercase() && !before.is_lowercase()));
        }
        before = c;
    }
    (fits, seen)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_offered_encoding_is_known_and_every_guess_is_offered() {
        for (name, _) in OFFERED {
            assert_eq!(named(name).map(Encoding::name), Some(*name));
        }
        assert_eq!(named("replacement"), None);
        assert_eq!(named("utf8"), None);
    }

    #[test]
    fn a_few_bad_bytes_leave_a_file_in_utf_8() {
        assert_eq!(detect("Müller, Zoë".as_bytes()), UTF_8);
        assert_eq!(detect(b"M\xC3\xBCller \x96 Co"), UTF_8);
        assert_eq!(detect(b"Acme \x96 Co").name(), "windows-1252");
        assert_eq!(detect(b"M\xFCller, Caf\xE9").name(), "windows-1252");
        assert_eq!(detect(b"plain"), UTF_8);
    }

    #[test]
    fn accents_of_old_macs_are_known() {
        let (mac, ..) = MACINTOSH_TEXT;
        assert_eq!(detect(mac), MACINTOSH);
    }

    /// "Müller, Café, Straße, Peña" in Mac Roman.
    const MACINTOSH_TEXT: (&[u8],) = (b"M\x9Fller\rCaf\x8E\rStra\xA7e\rPe\x96a\r",);
}
