//! Postal addresses.
use super::Country;
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

/// The country whose phone numbers people write without a country code: that of the first address that names one, else the tenant's.
pub fn phone_country<'a>(addresses: impl IntoIterator<Item = &'a Address>, tenant: &str) -> Option<Country> {
    addresses.into_iter().find_map(Address::country).or_else(|| Country::by_code(tenant))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::phone::field;

    #[test]
    fn phones_are_of_the_address_before_the_tenant() {
        let address = |country: &str| Address { country: country.into(), ..Address::default() };
        let read = |text: &str, first: &str, second: &str| {
            let country = phone_country([&address(first), &address(second)], "US");
            field::read(text, country, None).map(|phone| phone.map(|phone| phone.to_string()))
        };
        assert_eq!(read("(212) 555-0123", "", ""), Ok(Some("+12125550123".into())));
        assert_eq!(read("030 1234567", "Germany", "US"), Ok(Some("+49301234567".into())));
        assert_eq!(read("030 1234567", "", "Deutschland"), Ok(Some("+49301234567".into())));
        assert_eq!(read("+1 212 555 0123", "Germany", ""), Ok(Some("+12125550123".into())));
        assert_eq!(read("  ", "Germany", ""), Ok(None));
        assert!(read("030 1234567", "Atlantis", "").is_err());
    }
}
