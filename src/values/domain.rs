//! Domains: one form of international names everywhere (ASCII, in lower case), and what kind of domain it is.
use super::{Email, Invalid, WebAddress, traits::text_traits};
use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types::Text};
use std::{collections::HashSet, net::IpAddr, str::FromStr, sync::LazyLock};

/// A domain that people can have addresses at, in lower case and in the ASCII form of international names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Domain(String);

impl FromStr for Domain {
    type Err = Invalid;

    /// An `@` before it, as people write it, is passed over.
    fn from_str(typed: &str) -> Result<Self, Invalid> {
        let domain = parse(typed.trim().trim_start_matches('@'));
        domain.map(Self).ok_or(Invalid::from("Enter a domain like example.com."))
    }
}

text_traits!(Domain);

/// What top levels are kept for trials and private networks (RFC 2606, RFC 6761). No public list has them.
const RESERVED: &[&str] = &["example", "invalid", "localhost", "onion", "test"];

/// A host as it is kept and compared: in lower case and in the ASCII form of international names (UTS #46). `None` where it is no host.
pub fn ascii(host: &str) -> Option<String> {
    let ascii = idna::domain_to_ascii_strict(host).ok()?;
    let is_plain = ascii.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
    (is_plain && (1..=253).contains(&ascii.len())).then_some(ascii)
}

/// A domain that people can have addresses at, as [`ascii`] gives it: a name with a dot in it, no IP address.
pub fn parse(typed: &str) -> Option<String> {
    let ascii = ascii(typed)?;
    let is_number = ascii.rsplit('.').next().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
    (ascii.contains('.') && !is_number && ascii.parse::<IpAddr>().is_err()).then_some(ascii)
}

/// What is searched for, its international domains and addresses in the form in which they are kept.
pub fn searched(typed: &str) -> String {
    let word = |word: &str| {
        let (before, host) = word.rfind('@').map_or(("", word), |at| word.split_at(at + 1));
        let is_domain = !host.is_ascii() && host.rsplit_once('.').is_some_and(|(_, last)| is_top_level(last));
        match is_domain.then(|| parse(host)).flatten() {
            Some(domain) => format!("{before}{domain}"),
            None => word.to_owned(),
        }
    };
    typed.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

/// Whether a label is a top-level domain, as a program that looks for links believes.
pub fn is_top_level(label: &str) -> bool {
    let Some(label) = ascii(label) else { return false };
    RESERVED.contains(&label.as_str()) || psl::suffix(label.as_bytes()).is_some_and(|found| found.is_known())
}

/// Whether names are given away below this domain: `co.uk`, `github.io` (the Public Suffix List).
pub fn is_public_suffix(domain: &str) -> bool {
    psl::suffix(domain.as_bytes()).is_some_and(|suffix| suffix == domain.as_bytes())
}

/// Providers whose domain says nothing about whoever has an address there: free ones (a list of the field, beside this file), and those
/// for addresses that are thrown away (the crate `mailchecker`).
static PUBLIC: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let free = include_str!("public_mail.txt").lines().filter(|line| !line.starts_with('#'));
    free.chain(mailchecker::blacklist()).collect()
});

/// Whether anybody can have an address at this domain, or below the name that it belongs to.
pub fn is_public_provider(domain: &str) -> bool {
    PUBLIC.contains(domain) || psl::domain_str(domain).is_some_and(|registered| PUBLIC.contains(registered))
}

/// The domain that an email address or a website tells, unless it is a public provider's.
pub fn of(email: Option<&Email>, website: Option<&WebAddress>) -> Option<Domain> {
    let of_email = email.and_then(|email| email.domain().parse::<Domain>().ok());
    let of_email = of_email.filter(|found| !is_public_provider(found));
    of_email.or_else(|| website.and_then(WebAddress::domain))
}

/// Why people can't register with a domain, where that is so: anybody can have an address there.
pub fn is_everybodys(domain: &str) -> Option<&'static str> {
    if is_public_provider(domain) {
        Some("is a public mail provider: anybody can have an address there")
    } else if is_public_suffix(domain) {
        Some("is a public suffix: anybody can register a domain below it")
    } else {
        None
    }
}

/// Why something is no domain as it is kept: in lower case and ASCII.
pub fn is_no_domain(text: &str) -> Option<&'static str> {
    let is_one = text.parse::<Domain>().is_ok_and(|found| found.as_str() == text);
    (!is_one).then_some("is not a domain like example.com")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_domain_has_one_form() {
        for typed in ["Bücher.Example", "bu\u{308}cher.example", "xn--bcher-kva.example", "BÜCHER．example"]
        {
            assert_eq!(parse(typed).as_deref(), Some("xn--bcher-kva.example"), "{typed}");
        }
    }

    #[test]
    fn what_has_no_mailboxes_of_its_own_is_no_domain() {
        for wrong in [
            "",
            "localhost",
            "127.0.0.1",
            "0x7f.1",
            "1.2.3",
            "[::1]",
            "::1",
            "a b.test",
            "a_b.test",
            "a..test",
            ".test",
            "a/b.test",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_is_searched_for_has_the_form_that_is_kept() {
        assert_eq!(searched("hi@Bücher.example x"), "hi@xn--bcher-kva.example x");
        for same in ["Müller", "Gebr.Müller", "acme.test", "a@b", "電力"] {
            assert_eq!(searched(same), same);
        }
    }

    #[test]
    fn the_domain_of_a_public_provider_tells_nothing() {
        let of = |email: &str, website: &str| {
            of(email.parse().ok().as_ref(), website.parse().ok().as_ref()).map(String::from)
        };
        assert_eq!(of("a@gmail.com", "https://www.acme.test/x").as_deref(), Some("acme.test"));
        assert_eq!(of("a@acme.test", "").as_deref(), Some("acme.test"));
        assert_eq!(of("a@gmail.com", ""), None);
    }

    #[test]
    fn public_suffixes_are_known() {
        for suffix in ["co.uk", "com.au", "github.io", "k12.ca.us", "com"] {
            assert!(is_public_suffix(suffix), "{suffix}");
        }
        assert!(!is_public_suffix("northwind.test") && !is_public_suffix("acme.co.uk"));
        assert!(is_top_level("com") && is_top_level("РФ") && is_top_level("test") && !is_top_level("john"));
    }

    #[test]
    fn providers_are_known_in_every_country_and_below_their_name() {
        for public in [
            "gmail.com",
            "outlook.fr",
            "yahoo.co.uk",
            "hotmail.co.uk",
            "gmx.de",
            "t-online.de",
            "mailinator.com",
            "eu.mailinator.com",
            "hey.com",
        ] {
            assert!(is_public_provider(public), "{public}");
        }
        assert!(!is_public_provider("northwind.test") && !is_public_provider("acme.co.uk"));
    }

    proptest::proptest! {
        #[test]
        fn a_domain_that_is_read_reads_as_itself(typed in "[a-zA-Zäß0-9.。-]{1,20}\\.[a-z]{2,5}") {
            proptest::prop_assert!(crate::values::laws::is_read_back::<Domain>(&typed));
        }
    }
}
