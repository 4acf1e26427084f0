//! Web addresses.
use super::{Domain, Invalid, domain, traits::text_traits};
use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types::Text};
use std::str::FromStr;
use validator::ValidateUrl;

/// An address of the web with its scheme, its host in lower case and ASCII.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct WebAddress(String);

impl WebAddress {
    /// The most bytes that one may have.
    pub const LIMIT: usize = 500;

    /// The domain that it is at, without `www.`.
    pub fn domain(&self) -> Option<Domain> {
        let host = host(&self.0)?;
        host.strip_prefix("www.").unwrap_or(host).parse().ok()
    }
}

impl FromStr for WebAddress {
    type Err = Invalid;

    /// `https://` is added where no scheme is written.
    fn from_str(typed: &str) -> Result<Self, Invalid> {
        let text = typed.trim();
        let text = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let text = in_ascii(text);
        let is_web = text.starts_with("https://") || text.starts_with("http://");
        if is_web
            && text.len() <= Self::LIMIT
            && text.validate_url()
            && host(&text).is_some_and(|host| host.contains('.'))
        {
            Ok(Self(text))
        } else {
            Err(Invalid::from("Enter a web address like https://example.com."))
        }
    }
}

text_traits!(WebAddress);

/// A web address with its scheme and host in lower case and ASCII.
fn in_ascii(text: String) -> String {
    let Some((scheme, rest)) = text.split_once("://") else { return text };
    let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (user, place) = authority.rsplit_once('@').map_or(("", authority), |(user, place)| (user, place));
    let (host, port) = place.split_at(place.find(':').unwrap_or(place.len()));
    let Some(ascii) = domain::ascii(host) else { return text };
    let at = if user.is_empty() { "" } else { "@" };
    format!("{}://{user}{at}{ascii}{port}{path}", scheme.to_lowercase())
}

/// The host of a web address.
fn host(url: &str) -> Option<&str> {
    let rest = url.split_once("://")?.1;
    rest.split(['/', '?', '#']).next()?.rsplit('@').next()?.split(':').next()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::laws;

    #[test]
    fn web_addresses_get_their_scheme_and_nothing_else_passes() {
        let read = |typed: &str| typed.parse::<WebAddress>().map(String::from);
        assert_eq!(read("northwind.test"), Ok("https://northwind.test".into()));
        let typed = "HTTPS://Bücher.example:8443/Über?q=ä";
        let kept = "https://xn--bcher-kva.example:8443/Über?q=ä";
        assert_eq!(read(typed), Ok(kept.into()));
        assert_eq!(read(kept), Ok(kept.into()));
        for wrong in ["", "javascript:alert(1)", "ftp://a.test", "https://", "https://localhost", "a b"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_domain_of_an_address_is_without_www() {
        let domain = |typed: &str| typed.parse::<WebAddress>().unwrap().domain().map(String::from);
        assert_eq!(domain("https://www.acme.test/x").as_deref(), Some("acme.test"));
        assert_eq!(domain("https://192.0.2.1/x"), None);
    }

    proptest::proptest! {
        #[test]
        fn a_web_address_is_read_back(
            any in "\\PC*",
            address in "(https?://|HTTP://|)([a-z]{1,3}@)?[A-Za-zü.-]{1,9}\\.[a-z]{2,4}(:[0-9]{1,4})?(/[a-zü?#@:]{0,6})?",
        ) {
            proptest::prop_assert!(laws::is_read_back::<WebAddress>(&any) && laws::is_read_back::<WebAddress>(&address));
        }
    }
}
