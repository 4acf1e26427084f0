//! Text as people write it, into values that can't be wrong. Forms, imports and the API all come through here.
use crate::values::{Country, Domain, Email, Phone, WebAddress, domain};
use serde::{Deserialize, Serialize};

/// A postal address; any part may be missing (S003).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub street: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub city: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub state: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub zip: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub country: String,
}

impl Address {
    /// Whether no part is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Its lines, as on an envelope.
    pub fn lines(&self) -> Vec<String> {
        let town = [self.city.as_str(), self.state.as_str(), self.zip.as_str()];
        let town = town.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(", ");
        [self.street.clone(), town, self.country.clone()]
            .into_iter()
            .filter(|line| !line.is_empty())
            .collect()
    }

    /// The country that it names, where that is one.
    pub fn country(&self) -> Option<Country> {
        Country::named(&self.country)
    }

    /// From a JSON column.
    pub fn from_json(value: &serde_json::Value) -> Self {
        serde_json::from_value(value.clone()).unwrap_or_default()
    }

    /// For a JSON column.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_else(|_| serde_json::json!({}))
    }
}

/// A text that may stay empty.
pub fn optional(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// An email address in lower case, its domain in ASCII.
pub fn email(text: &str) -> Result<Option<String>, String> {
    value::<Email>(text)
}

fn value<V: std::str::FromStr<Err = super::Invalid> + Into<String>>(
    text: &str,
) -> Result<Option<String>, String> {
    let Some(text) = optional(text) else { return Ok(None) };
    text.parse::<V>().map(|value| Some(value.into())).map_err(|why| why.to_string())
}

/// An address that an account is known by.
pub fn account_email(text: &str) -> Result<Option<String>, String> {
    email(text)
}

/// A phone number; one without a country code is of `country`.
pub fn phone(text: &str, country: Option<Country>) -> Result<Option<Phone>, String> {
    phone_over(text, country, None)
}

/// As [`phone`], where `stored` is in the field already: what nobody changed stays as it is, however it once got there.
pub fn phone_over(
    text: &str,
    country: Option<Country>,
    stored: Option<&str>,
) -> Result<Option<Phone>, String> {
    let Some(text) = optional(text) else { return Ok(None) };
    if let Some(stored) = stored.map(Phone::stored)
        && (text == stored.in_field() || text == stored.as_ref())
    {
        return Ok(Some(stored));
    }
    let read = match country {
        Some(country) => Phone::in_country(&text, country),
        None => Phone::parse(&text),
    };
    read.map(Some).map_err(|why| why.to_string())
}

/// A stored phone number as it stands in a field.
pub fn phone_in_field(stored: Option<&str>) -> String {
    stored.map(|number| Phone::stored(number).in_field()).unwrap_or_default()
}

/// The country whose phone numbers people write without a country code: that of the first address that names one, else the tenant's.
pub fn phone_country<'a>(addresses: impl IntoIterator<Item = &'a Address>, tenant: &str) -> Option<Country> {
    addresses.into_iter().find_map(Address::country).or_else(|| Country::by_code(tenant))
}

/// A web address, its host in ASCII; `https://` is added where no scheme is written.
pub fn web_address(text: &str) -> Result<Option<String>, String> {
    value::<WebAddress>(text)
}

/// A domain in lower case and in the ASCII form of international names.
pub fn domain(text: &str) -> Result<Option<String>, String> {
    value::<Domain>(text)
}

/// The domain that a customer's address tells, unless it is a public provider's.
pub fn domain_of(email: Option<&Email>, website: Option<&WebAddress>) -> Option<Domain> {
    let of_email = email.and_then(|email| email.domain().parse::<Domain>().ok());
    let of_email = of_email.filter(|found| !domain::is_public_provider(found));
    of_email.or_else(|| website.and_then(WebAddress::domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_are_of_the_address_before_the_tenant() {
        let address = |country: &str| Address { country: country.into(), ..Address::default() };
        let read = |text: &str, first: &str, second: &str| {
            let country = phone_country([&address(first), &address(second)], "US");
            phone(text, country).map(|phone| phone.map(|phone| phone.to_string()))
        };
        assert_eq!(read("(212) 555-0123", "", ""), Ok(Some("+12125550123".into())));
        assert_eq!(read("030 1234567", "Germany", "US"), Ok(Some("+49301234567".into())));
        assert_eq!(read("030 1234567", "", "Deutschland"), Ok(Some("+49301234567".into())));
        assert_eq!(read("+1 212 555 0123", "Germany", ""), Ok(Some("+12125550123".into())));
        assert_eq!(read("  ", "Germany", ""), Ok(None));
        assert!(read("030 1234567", "Atlantis", "").is_err());
    }

    #[test]
    fn a_number_that_nobody_changed_stays() {
        let stored = "+49030901820999999";
        let over = |text: &str| phone_over(text, Country::by_code("US"), Some(stored));
        assert_eq!(over(stored), Ok(Some(Phone::stored(stored))));
        assert!(over("+49030901820999998").is_err());
    }

    #[test]
    fn emails_are_lower_case() {
        assert_eq!(email("Ada@Acme.TEST"), Ok(Some("ada@acme.test".into())));
        assert_eq!(email("ada@Bücher.Example"), Ok(Some("ada@xn--bcher-kva.example".into())));
        assert!(email("ada").is_err() && email("ada@127.0.0.1").is_err());
        assert!(email(&format!("{}@acme.test", "a".repeat(300))).is_err());
    }

    #[test]
    fn web_addresses_get_their_scheme_and_nothing_else_passes() {
        assert_eq!(web_address("northwind.test"), Ok(Some("https://northwind.test".into())));
        let typed = "HTTPS://Bücher.example:8443/Über?q=ä";
        let kept = "https://xn--bcher-kva.example:8443/Über?q=ä";
        assert_eq!(web_address(typed), Ok(Some(kept.into())));
        assert_eq!(web_address(kept), Ok(Some(kept.into())));
        for wrong in ["javascript:alert(1)", "ftp://a.test", "https://", "https://localhost", "a b"] {
            assert!(web_address(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn domains_are_ascii_and_public_providers_tell_nothing() {
        assert_eq!(domain("Bücher.example"), Ok(Some("xn--bcher-kva.example".into())));
        let of = |email: &str, website: &str| {
            domain_of(email.parse().ok().as_ref(), website.parse().ok().as_ref()).map(String::from)
        };
        assert_eq!(of("a@gmail.com", "https://www.acme.test/x").as_deref(), Some("acme.test"));
        assert_eq!(of("a@acme.test", "").as_deref(), Some("acme.test"));
        assert_eq!(of("a@gmail.com", ""), None);
    }

    proptest::proptest! {
        #[test]
        fn nothing_that_is_typed_makes_them_panic(text: String) {
            let _ = (phone(&text, Country::by_code("US")), email(&text), web_address(&text), domain(&text));
        }
    }
}
