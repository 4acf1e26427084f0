//! Names of persons. They stand at the head of mails and of messages, so they can't be used to send words of a stranger.
use super::{Invalid, domain, text, traits::text_traits};
use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types};
use std::str::FromStr;
use unicode_normalization::UnicodeNormalization;

/// A name, or a part of one: one line of 1 to [`Self::LIMIT`] characters in which no mail program finds an address to link.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = sql_types::Text)]
pub struct PersonName(String);

impl PersonName {
    /// In characters. The database has the same rule (`is_person_name`).
    pub const LIMIT: usize = 80;
}

impl FromStr for PersonName {
    type Err = Invalid;

    fn from_str(typed: &str) -> Result<Self, Invalid> {
        let name = text::line(typed);
        match name.chars().count() {
            0 => Err("Enter a name.".into()),
            1..=Self::LIMIT if is_linked(&name) => Err(
                "Enter a name without a web or email address. If it is none, put a space after the full stop."
                    .into(),
            ),
            1..=Self::LIMIT => Ok(Self(name)),
            _ => Err("A name may have 80 characters.".into()),
        }
    }
}

text_traits!(PersonName);

/// What begins an address that is opened by a click.
const SCHEMES: &[&str] = &["://", "www.", "http:", "https:", "ftp:", "file:", "mailto:", "sms:", "tel:"];

/// Whether a mail program would make a link of some of it: they look for schemes, and for words that end like a domain.
pub fn is_linked(text: &str) -> bool {
    let plain = text.nfkc().collect::<String>().replace('。', ".");
    let small = plain.to_lowercase();
    SCHEMES.iter().any(|scheme| small.contains(scheme))
        || plain.split(|c: char| !c.is_alphanumeric() && !matches!(c, '.' | '-' | '/')).any(has_domain)
}

/// Whether a word has a domain in it. Initials before a name, as in J.R.Li or M.Sc, are none.
fn has_domain(word: &str) -> bool {
    let (dotted, path) = word.split_once('/').map_or((word, false), |(dotted, _)| (dotted, true));
    if path && dotted.trim_end_matches('.').contains('.') {
        return true;
    }
    dotted.split("..").any(|dotted| {
        let labels: Vec<&str> = dotted.split('.').collect();
        (1..labels.len()).any(|last| {
            let (before, tld) =
                (labels.get(..last).unwrap_or_default(), labels.get(last).copied().unwrap_or(""));
            before.last().is_some_and(|label| !label.is_empty())
                && domain::is_top_level(tld)
                && !(before.iter().all(|label| is_initial(label)) && is_capitalised(tld))
        })
    })
}

fn is_initial(label: &str) -> bool {
    let mut letters = label.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.next().is_none()
}

fn is_capitalised(label: &str) -> bool {
    let mut letters = label.chars();
    letters.next().is_some_and(char::is_uppercase) && letters.all(char::is_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(typed: &str) -> Result<PersonName, Invalid> {
        typed.parse()
    }

    #[test]
    fn names_of_people_are_names() {
        for name in [
            "Zoë Park",
            "J. R. R. Tolkien",
            "J.R.Li",
            "M.Sc. Ana Ruiz",
            "St.John",
            "O’Neil-Smith Jr.",
            "Ph.D. Ng",
            "李小龍",
            "محمد",
            "می\u{200C}ترا",
            "Ada 👩\u{200D}💻",
            "Müller/Meier",
            "Miss...Marple",
            "X",
        ] {
            assert_eq!(parse(name).map(|name| name.to_string()), Ok(name.to_owned()));
        }
    }

    #[test]
    fn what_leads_elsewhere_is_no_name() {
        for typed in [
            "URGENT: read https://evil.example/x",
            "you\n\nhttps://evil.test",
            "www.evil.example",
            "WWW.Evil.com",
            "go to evil.com",
            "evil.co.uk now",
            "a@evil.com",
            "evil.test/x",
            "evil．com",
            "evil。com",
            "ｗｗｗ.evil",
            "mailto:x",
            "evil.com.Smith",
            "x.com/unlock",
            "tel:+1900",
            "evil\u{200B}.com",
            "пример.рф",
            "E.vil.com",
            "hxxp://x",
        ] {
            assert!(parse(typed).is_err(), "{typed}");
        }
        assert!(parse(&"x".repeat(81)).is_err());
        assert!(parse("\u{200B}\u{202E}\n").is_err());
    }

    proptest::proptest! {
        #[test]
        fn a_name_that_is_read_reads_as_itself(typed in "\\PC{0,90}") {
            if let Ok(name) = parse(&typed) {
                proptest::prop_assert_eq!(parse(name.as_str()), Ok(name));
            }
        }
    }
}
