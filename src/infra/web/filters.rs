//! How values are written for people: askama filters, used as `{{ at|ago(now) }}`, and the questions that macros ask.
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, Timelike, Utc};
use chrono_tz::Tz;
use linkify::{LinkFinder, LinkKind};
use std::fmt::{Display, Write};

/// A moment, however a template happens to hold it.
pub trait Moment {
    /// The moment itself.
    fn moment(&self) -> DateTime<Utc>;
}

impl Moment for DateTime<Utc> {
    fn moment(&self) -> DateTime<Utc> {
        *self
    }
}

impl Moment for NaiveDateTime {
    fn moment(&self) -> DateTime<Utc> {
        self.and_utc()
    }
}

impl<T: Moment + ?Sized> Moment for &T {
    fn moment(&self) -> DateTime<Utc> {
        (**self).moment()
    }
}

/// A stored phone number as people read it: "+12125550123 ext. 45".
#[askama::filter_fn]
pub fn phone<T: Display>(stored: T, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(crate::values::Phone::stored(stored.to_string()).in_field())
}

/// "3 minutes ago", "in 2 days", seen from `now`.
#[askama::filter_fn]
pub fn ago<T: Moment, N: Moment>(at: T, _: &dyn askama::Values, now: N) -> askama::Result<String> {
    Ok(relative(at.moment(), now.moment()))
}

/// "16 hours": for how long something has lasted at `now`.
#[askama::filter_fn]
pub fn lasting<T: Moment, N: Moment>(since: T, _: &dyn askama::Values, now: N) -> askama::Result<String> {
    Ok(duration((now.moment() - since.moment()).num_minutes()))
}

/// Minutes as people say them: "under a minute", "5 min", "2 h 5 min", "3 days".
pub fn duration(minutes: i64) -> String {
    match minutes {
        ..1 => "under a minute".into(),
        1..60 => format!("{minutes} min"),
        60..2_880 if minutes % 60 == 0 => format!("{} h", minutes / 60),
        60..600 => format!("{} h {} min", minutes / 60, minutes % 60),
        600..2_880 => format!("{} h", minutes / 60),
        _ => format!("{} days", minutes / 1_440),
    }
}

/// "5 Mar 2026" in the reader's time zone.
#[askama::filter_fn]
pub fn date<T: Moment, Z: Display>(at: T, _: &dyn askama::Values, zone: Z) -> askama::Result<String> {
    Ok(dated(&at.moment().with_timezone(&tz(&zone))))
}

/// "5 Mar 2026, 14:05 CET" in the reader's time zone.
#[askama::filter_fn]
pub fn datetime<T: Moment, Z: Display>(at: T, _: &dyn askama::Values, zone: Z) -> askama::Result<String> {
    Ok(moment(at.moment(), zone))
}

/// "5 Mar 2026, 14:05 CET" in the given time zone, for mails.
pub fn moment(at: DateTime<Utc>, zone: impl Display) -> String {
    let local = at.with_timezone(&tz(&zone));
    format!("{}, {:02}:{:02} {}", dated(&local), local.hour(), local.minute(), local.format("%Z"))
}

/// A value of the log as people read it: a moment by their own clock, anything else as it is.
#[askama::filter_fn]
pub fn logged<V: Display, Z: Display>(value: V, _: &dyn askama::Values, zone: Z) -> askama::Result<String> {
    let value = value.to_string();
    Ok(match value.parse::<DateTime<Utc>>() {
        Ok(at) => moment(at, zone),
        Err(_) => value,
    })
}

/// "14:05" in the given time zone: the local time of a customer.
#[askama::filter_fn]
pub fn clock<T: Moment, Z: Display>(at: T, _: &dyn askama::Values, zone: Z) -> askama::Result<String> {
    let local = at.moment().with_timezone(&tz(&zone));
    Ok(format!("{:02}:{:02}", local.hour(), local.minute()))
}

/// Text with the addresses in it as links, as HTML. This is the one place where what people typed becomes HTML: every piece of it is
/// escaped, and a link goes to http, https or an email address, whatever stands in the text.
#[askama::filter_fn]
pub fn linked<T: Display>(text: T, _: &dyn askama::Values) -> askama::Result<askama::filters::Safe<String>> {
    Ok(askama::filters::Safe(with_links(&text.to_string())))
}

fn with_links(text: &str) -> String {
    let mut html = String::with_capacity(text.len() + 64);
    for span in LinkFinder::new().spans(text) {
        let shown = escaped(span.as_str());
        let scheme = match span.kind() {
            Some(LinkKind::Email) => Some("mailto:"),
            Some(LinkKind::Url) => is_web(span.as_str()).then_some(""),
            _ => None,
        };
        let _ = match scheme {
            Some(scheme) => {
                write!(html, r#"<a href="{scheme}{shown}" rel="noopener noreferrer nofollow">{shown}</a>"#)
            }
            None => write!(html, "{shown}"),
        };
    }
    html
}

fn is_web(url: &str) -> bool {
    let scheme = url.split_once("://").map(|(scheme, _)| scheme.to_ascii_lowercase());
    scheme.is_some_and(|scheme| scheme == "http" || scheme == "https")
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut html, c| {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            c => html.push(c),
        }
        html
    })
}

/// "the end of 27 Dec 2026" for the first moment of the 28th; any other moment as [`moment`] has it. For what holds until then.
pub fn until_moment(at: DateTime<Utc>, zone: impl Display) -> String {
    let local = at.with_timezone(&tz(&zone));
    match local.date_naive().pred_opt() {
        Some(day) if local.time() == chrono::NaiveTime::MIN => {
            format!("the end of {}", dated(&day))
        }
        _ => moment(at, zone),
    }
}

/// [`until_moment`] in the reader's time zone.
#[askama::filter_fn]
pub fn until<T: Moment, Z: Display>(at: T, _: &dyn askama::Values, zone: Z) -> askama::Result<String> {
    Ok(until_moment(at.moment(), zone))
}

/// What belongs in `<time datetime>`: to the minute, as everywhere on a page.
#[askama::filter_fn]
pub fn iso<T: Moment>(at: T, _: &dyn askama::Values) -> askama::Result<String> {
    let at = at.moment();
    Ok(format!("{:04}-{:02}-{:02}T{:02}:{:02}Z", at.year(), at.month(), at.day(), at.hour(), at.minute()))
}

/// "5 Mar 2026" of a day that has no time.
#[askama::filter_fn]
pub fn day(day: &NaiveDate, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(dated(day))
}

/// "12,345".
#[askama::filter_fn]
pub fn number<T: Display>(number: T, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(grouped(number))
}

/// "$1,234.50" from a decimal amount and the code of its currency; whole amounts lose their cents.
#[askama::filter_fn]
pub fn money<T: Display, C: Display>(
    amount: T,
    _: &dyn askama::Values,
    currency: C,
) -> askama::Result<String> {
    Ok(priced(&amount.to_string(), &currency.to_string()))
}

/// "NT" of "Northwind Traders", "N" of "Northwind".
#[askama::filter_fn]
pub fn initials<T: Display>(name: T, _: &dyn askama::Values) -> askama::Result<String> {
    Ok(initials_of(&name.to_string()))
}

/// A number from 1 to 8 that is always the same for the same text: its colour.
#[askama::filter_fn]
pub fn hue<T: Display>(text: T, _: &dyn askama::Values) -> askama::Result<u8> {
    Ok(hue_of(&text.to_string()))
}

/// "1 customer", "1,204 customers".
#[askama::filter_fn]
pub fn count<T: Display, A: Display, B: Display>(
    number: T,
    _: &dyn askama::Values,
    one: A,
    many: B,
) -> askama::Result<String> {
    Ok(counted(number, one, many))
}

/// The same outside templates.
pub fn counted(number: impl Display, one: impl Display, many: impl Display) -> String {
    let number = number.to_string();
    if number == "1" { format!("1 {one}") } else { format!("{} {many}", grouped(&number)) }
}

/// "3", or "99+" of what is counted up to a hundred; nothing for none.
pub fn few(number: i64) -> String {
    match number {
        ..=0 => String::new(),
        1..=99 => number.to_string(),
        _ => "99+".into(),
    }
}

/// "12,345": as the filter `number`, for code.
pub fn thousands(number: u64) -> String {
    grouped(number.to_string())
}

/// Whether two values are written the same way: how a macro knows which option is chosen.
pub fn same(a: impl Display, b: impl Display) -> bool {
    a.to_string() == b.to_string()
}

/// Whether the list, of whatever can be written, has this value.
pub fn among<T: Display>(list: impl IntoIterator<Item = T>, value: impl Display) -> bool {
    let value = value.to_string();
    list.into_iter().any(|item| item.to_string() == value)
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// "5 Mar 2026". Lists are full of times, and a format that is read anew for each took a tenth of what a page costs.
fn dated(day: &impl Datelike) -> String {
    format!("{} {} {:04}", day.day(), MONTHS.get(day.month0() as usize).unwrap_or(&""), day.year())
}

fn tz(zone: &impl Display) -> Tz {
    zone.to_string().parse().unwrap_or(Tz::UTC)
}

fn relative(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let seconds = (now - at).num_seconds();
    let (size, past) = (seconds.unsigned_abs(), seconds >= 0);
    let (count, unit) = match size {
        0..45 if past => return "just now".into(),
        0..3_600 => (((size + 30) / 60).max(1), "minute"),
        3_600..86_400 => (size / 3_600, "hour"),
        86_400..172_800 if past => return "yesterday".into(),
        86_400..2_592_000 => (size / 86_400, "day"),
        2_592_000..31_536_000 => (size / 2_592_000, "month"),
        _ => (size / 31_536_000, "year"),
    };
    let s = if count == 1 { "" } else { "s" };
    if past { format!("{count} {unit}{s} ago") } else { format!("in {count} {unit}{s}") }
}

/// A number with commas between thousands.
pub fn grouped(number: impl Display) -> String {
    let number = number.to_string();
    let (sign, rest) = number.strip_prefix('-').map_or(("", number.as_str()), |rest| ("−", rest));
    let (whole, fraction) = rest.split_once('.').map_or((rest, None), |(a, b)| (a, Some(b)));
    let mut text = sign.to_owned();
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.chars().count() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

fn priced(amount: &str, currency: &str) -> String {
    let short = amount.strip_suffix(".00").unwrap_or(amount);
    let (sign, size) = short.strip_prefix('-').map_or(("", short), |rest| ("−", rest));
    match currency {
        "USD" => format!("{sign}${}", grouped(size)),
        "EUR" => format!("{sign}€{}", grouped(size)),
        "GBP" => format!("{sign}£{}", grouped(size)),
        other => format!("{sign}{}\u{a0}{other}", grouped(size)).trim_end().to_owned(),
    }
}

fn initials_of(name: &str) -> String {
    let mut words = name.split_whitespace().filter_map(|word| word.chars().find(|c| c.is_alphanumeric()));
    let (first, last) = (words.next(), words.next_back());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// A stable colour number, 1 to 8, from a text.
pub fn hue_of(text: &str) -> u8 {
    let hash =
        text.bytes().fold(2_166_136_261_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(16_777_619));
    (((hash >> 16) ^ hash) % 8) as u8 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_become_links_and_nothing_else_becomes_html() {
        let link = |url: &str| format!(r#"<a href="{url}" rel="noopener noreferrer nofollow">{url}</a>"#);
        for (text, html) in [
            (
                "See https://acme.test/a?b=1, please.",
                format!("See {}, please.", link("https://acme.test/a?b=1")),
            ),
            ("(HTTP://acme.test/x_(y))", format!("({})", link("HTTP://acme.test/x_(y)"))),
            ("a&b <i>", "a&amp;b &lt;i&gt;".into()),
            (
                "javascript://acme.test/%0aalert(1) data:text/html,x ftp://acme.test",
                "javascript://acme.test/%0aalert(1) data:text/html,x ftp://acme.test".into(),
            ),
            ("  two\n\tlines", "  two\n\tlines".into()),
        ] {
            assert_eq!(with_links(text), html);
        }
        assert!(with_links("Mail ana@acme.test.").contains(r#"<a href="mailto:ana@acme.test" "#));
        let evil = with_links(
            r#"https://acme.test/"onmouseover="alert(1) https://acme.test/<script> 'https://acme.test/'x"#,
        );
        assert!(!evil.contains("\"onmouseover") && !evil.contains("<script"), "{evil}");
    }

    #[test]
    fn a_day_ends_at_its_end() {
        let at = "2026-12-28T05:00:00Z".parse().unwrap();
        assert_eq!(until_moment(at, "America/New_York"), "the end of 27 Dec 2026");
        assert_eq!(until_moment(at, "Europe/Berlin"), "28 Dec 2026, 06:00 CET");
    }

    use chrono::{TimeDelta, TimeZone};
    use proptest::prelude::*;

    fn now() -> DateTime<Utc> {
        Utc.with_ymd_and_hms(2026, 3, 5, 13, 5, 0).single().expect("a moment")
    }

    #[test]
    fn times_are_told_as_people_do() {
        for (seconds, words) in [
            (0, "just now"),
            (50, "1 minute ago"),
            (150, "3 minutes ago"),
            (7_200, "2 hours ago"),
            (90_000, "yesterday"),
            (3 * 86_400, "3 days ago"),
            (70 * 86_400, "2 months ago"),
            (800 * 86_400, "2 years ago"),
            (-30, "in 1 minute"),
            (-86_400 * 5, "in 5 days"),
        ] {
            assert_eq!(relative(now() - TimeDelta::seconds(seconds), now()), words);
        }
    }

    #[test]
    fn how_long_something_lasts_is_told_the_shorter_the_longer_it_is() {
        for (minutes, words) in [
            (0, "under a minute"),
            (59, "59 min"),
            (60, "1 h"),
            (125, "2 h 5 min"),
            (725, "12 h"),
            (2_880, "2 days"),
        ] {
            assert_eq!(duration(minutes), words);
        }
    }

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in
            [("0", "0"), ("999", "999"), ("1000", "1,000"), ("-1234567", "−1,234,567"), ("1234.5", "1,234.5")]
        {
            assert_eq!(grouped(number), text);
        }
    }

    #[test]
    fn money_is_written_with_its_currency() {
        assert_eq!(priced("1234.50", "USD"), "$1,234.50");
        assert_eq!(priced("-1200.00", "EUR"), "−€1,200");
        assert_eq!(priced("99", "CHF"), "99\u{a0}CHF");
    }

    #[test]
    fn a_zone_that_does_not_exist_is_utc() {
        assert_eq!(tz(&"Nowhere/Land"), Tz::UTC);
        assert_eq!(tz(&"Europe/Berlin"), Tz::Europe__Berlin);
    }

    #[test]
    fn initials_are_of_the_first_and_last_word() {
        for (name, text) in [
            ("Northwind", "N"),
            ("Northwind Traders", "NT"),
            ("Ada de la Cruz", "AC"),
            ("(old) éclair", "OÉ"),
            ("", ""),
        ] {
            assert_eq!(initials_of(name), text);
        }
    }

    proptest! {
        #[test]
        fn a_colour_is_one_of_eight(text in ".*") {
            prop_assert!((1..=8).contains(&hue_of(&text)));
        }

        #[test]
        fn nothing_that_is_written_fails(text in ".*") {
            let _ = (initials_of(&text), grouped(&text), priced(&text, &text));
        }
    }
}
