//! From what was typed to a number and its extension.
//!
//! Google's metadata knows every country's numbers, but its parser is generous: it takes a `0` (or whatever the trunk prefix is) off
//! behind a country code even from a number that is right as it stands. So a number with a country code is first taken as it is;
//! only where no such number exists, and one does without the prefix, the prefix goes. What comes out is read as itself again.
use super::{MOST_EXTENSION, NotAPhone, wrong_length};
use rlibphonenumber::{
    PHONE_NUMBER_UTIL, ParseError, PhoneNumber, Region, get_national_significant_number_owned,
};

/// What is typed beyond this is no phone number.
const MOST_CHARACTERS: usize = 80;

/// What was typed, taken apart.
#[derive(Debug, Default)]
pub(super) struct Typed {
    /// With `+`, or `00` in its place.
    international: bool,
    /// Behind the `+`, without an optional zero.
    digits: String,
    /// As `digits`, with the zero of `(0)`.
    with_zero: Option<String>,
    pub extension: String,
}

/// What people write before an extension.
const MARKS: [&str; 21] = [
    "ext",
    "extn",
    "extension",
    "xtn",
    "x",
    "durchwahl",
    "dw",
    "nebenstelle",
    "anexo",
    "extensión",
    "extensao",
    "extensão",
    "ramal",
    "interno",
    "int",
    "poste",
    "toestel",
    "доб",
    "вн",
    "内線",
    "内线",
];

impl Typed {
    pub fn take_apart(text: &str) -> Result<Self, NotAPhone> {
        if text.chars().count() > MOST_CHARACTERS {
            return Err(NotAPhone::Unreadable);
        }
        let text: String = text.chars().filter_map(plain).collect();
        let text = text.trim();
        let text = text.strip_prefix("tel:").or_else(|| text.strip_prefix("TEL:")).unwrap_or(text).trim();
        let (text, extension) = split_extension(text)?;
        let (international, text) = match text.strip_prefix('+').or_else(|| text.strip_prefix("(+")) {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let mut typed = Self { international, extension, ..Self::default() };
        // Letters stand for digits on the keys of a telephone, as North America writes numbers: +1 800 FLOWERS.
        let may_spell = international && text.trim_start().starts_with('1');
        typed.digits = digits(text, may_spell)?;
        if !typed.international
            && let Some(rest) = typed.digits.strip_prefix("00")
        {
            typed = Self { international: true, digits: rest.to_owned(), ..typed };
        }
        if typed.international
            && let Some((before, after)) = optional_zero(text)
        {
            let abroad = |text: &str| text.strip_prefix("00").map_or(text.to_owned(), str::to_owned);
            let (before, after) = (abroad(&digits(before, false)?), digits(after, may_spell)?);
            typed.with_zero = Some(format!("{before}0{after}"));
            typed.digits = before + &after;
        }
        if typed.digits.len() < 3 { Err(NotAPhone::Unreadable) } else { Ok(typed) }
    }

    /// The number that is meant; one without a country code is of `country`.
    pub fn number(&self, country: Option<Region>) -> Result<PhoneNumber, NotAPhone> {
        if !self.international {
            return national(&self.digits, country.ok_or(NotAPhone::NoCountry)?);
        }
        let found = international(&self.digits);
        // `+39 (0)6 …`: Italy dials the zero from abroad as well.
        if let Some(digits) = self.with_zero.as_ref().filter(|_| !is_usual(&found)) {
            let kept = international(digits);
            if is_usual(&kept) {
                return kept;
            }
        }
        // Some countries dial abroad with more than 00: Australia with 0011.
        if let Some(region) = country.filter(|_| !is_usual(&found)) {
            let abroad = national(&format!("00{}", self.digits), region);
            if is_usual(&abroad) {
                return abroad;
            }
        }
        found
    }
}

fn is_usual(found: &Result<PhoneNumber, NotAPhone>) -> bool {
    found.as_ref().is_ok_and(PhoneNumber::is_valid)
}

/// Digits of every script as ASCII, every dash and space as one; what nobody sees goes.
fn plain(c: char) -> Option<char> {
    match c {
        '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2069}'
        | '\u{feff}'
        | '\u{ad}' => None,
        '＋' => Some('+'),
        '＃' => Some('#'),
        '（' => Some('('),
        '）' => Some(')'),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '－' | 'ー' | '~' | '⁓' | '∼' | '～' => Some('-'),
        '·' | '•' | '．' => Some('.'),
        '／' => Some('/'),
        c if c.is_whitespace() => Some(' '),
        c if c.is_numeric() && !c.is_ascii_digit() => {
            PHONE_NUMBER_UTIL.normalize_digits_only(c.to_string()).chars().next().or(Some(c))
        }
        c => Some(c),
    }
}

/// The number, and what stands behind `ext.`, `x`, `#`, `;ext=` or the like.
fn split_extension(text: &str) -> Result<(&str, String), NotAPhone> {
    let whole = (text, String::new());
    let end = text.trim_end_matches([' ', '#', ')', '.']);
    let number = end.trim_end_matches(|c: char| c.is_ascii_digit());
    let extension = &end[number.len()..];
    if extension.is_empty() {
        return Ok(whole);
    }
    let before = number.trim_end_matches([' ', '.', ':', '=', '-']);
    let word = before.trim_end_matches(|c: char| c.is_alphabetic());
    let mark = before[word.len()..].to_lowercase();
    let rest = if MARKS.contains(&mark.as_str()) {
        word
    } else if let Some(rest) = before.strip_suffix('#').or_else(|| before.strip_suffix(',')) {
        rest
    } else {
        return Ok(whole);
    };
    if extension.len() > MOST_EXTENSION {
        return Err(NotAPhone::LongExtension);
    }
    Ok((rest.trim_end_matches([' ', ',', ';', '(', '-', '/', '#']), extension.to_owned()))
}

/// The digits of a number, between what people write between them.
fn digits(text: &str, may_spell: bool) -> Result<String, NotAPhone> {
    let mut found = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '0'..='9' => found.push(c),
            ' ' | '-' | '(' | ')' | '.' | '/' | '[' | ']' => {}
            letter if may_spell && letter.is_ascii_alphabetic() => found.push(key(letter)),
            _ => return Err(NotAPhone::Unreadable),
        }
    }
    Ok(found)
}

/// The key of a telephone that a letter is printed on (ITU-T E.161).
fn key(letter: char) -> char {
    match letter.to_ascii_uppercase() {
        'A'..='C' => '2',
        'D'..='F' => '3',
        'G'..='I' => '4',
        'J'..='L' => '5',
        'M'..='O' => '6',
        'P'..='S' => '7',
        'T'..='V' => '8',
        _ => '9',
    }
}

/// What stands before and behind `(0)`.
fn optional_zero(text: &str) -> Option<(&str, &str)> {
    let (before, rest) = text.split_once('(')?;
    let (inner, after) = rest.split_once(')')?;
    match inner.trim() {
        "0" => Some((before, after)),
        _ => optional_zero(rest).map(|(inner, after)| (&text[..before.len() + 1 + inner.len()], after)),
    }
}

/// A number with its country code, taken as it is.
pub(super) fn split(digits: &str) -> Result<PhoneNumber, NotAPhone> {
    let code = (1..=3.min(digits.len())).find_map(|length| {
        let code: i32 = digits.get(..length)?.parse().ok()?;
        let is_known = PHONE_NUMBER_UTIL.get_region_for_country_code(code).is_some();
        (is_known && !digits.starts_with('0')).then_some((code, &digits[length..]))
    });
    let Some((country_code, rest)) = code else { return Err(NotAPhone::UnknownCountryCode) };
    if rest.len() > 17 {
        return Err(NotAPhone::TooLong(super::Place::of(country_code)));
    }
    let zeros = rest.bytes().take_while(|b| *b == b'0').count().min(rest.len().saturating_sub(1));
    Ok(PhoneNumber {
        country_code,
        national_number: rest.parse().unwrap_or(0),
        italian_leading_zero: (zeros > 0).then_some(true),
        number_of_leading_zeros: i32::try_from(zeros).ok().filter(|zeros| *zeros > 1),
        ..PhoneNumber::default()
    })
}

/// Whether there can be such a number, by its length.
pub(super) fn possible(number: &PhoneNumber) -> Result<(), NotAPhone> {
    let code = number.country_code;
    wrong_length(code, number.is_possible_with_reason())?;
    // E.164 ends at 15 digits; the column begins at 4.
    let length = code.to_string().len() + get_national_significant_number_owned(number).len();
    match length {
        ..4 => Err(NotAPhone::TooShort(super::Place::of(code))),
        4..=15 => Ok(()),
        _ => Err(NotAPhone::TooLong(super::Place::of(code))),
    }
}

/// The number as it stands, where there are such; else without the trunk prefix, where there are such; else as it stands, where there
/// could be.
fn international(digits: &str) -> Result<PhoneNumber, NotAPhone> {
    let as_it_stands = split(digits)?;
    if as_it_stands.is_valid() && possible(&as_it_stands).is_ok() {
        return Ok(as_it_stands);
    }
    if let Ok(shorter) = PHONE_NUMBER_UTIL.parse(format!("+{digits}"), None)
        && shorter.is_valid()
        && possible(&shorter).is_ok()
    {
        return Ok(shorter);
    }
    possible(&as_it_stands).map(|()| as_it_stands)
}

/// A number as it is dialled in a country, which may begin with the country's prefixes for abroad.
fn national(digits: &str, region: Region) -> Result<PhoneNumber, NotAPhone> {
    let code = PHONE_NUMBER_UTIL.get_country_code_for_region(region).ok_or(NotAPhone::NoCountry)?;
    let place = || super::Place::of(code);
    let number = PHONE_NUMBER_UTIL.parse(digits, Some(region)).map_err(|wrong| match wrong {
        ParseError::InvalidCountryCode => NotAPhone::UnknownCountryCode,
        ParseError::TooLongNsn => NotAPhone::TooLong(place()),
        ParseError::TooShortNsn | ParseError::TooShortAfterIdd => NotAPhone::TooShort(place()),
        ParseError::NotANumber(_) => NotAPhone::Unreadable,
    })?;
    possible(&number)?;
    international(&format!("{}{}", number.country_code, get_national_significant_number_owned(&number)))
}
