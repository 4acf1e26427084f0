//! A country, by its code or by what people call it.
use super::Invalid;
use rlibphonenumber::{PHONE_NUMBER_UTIL, Region};
use std::{collections::HashMap, fmt, str::FromStr, sync::LazyLock};

/// A country of ISO 3166-1.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Country(Region);

/// Code, English name, and then what the country is called in the languages that addresses are written in, as [`folded`].
/// From the Unicode CLDR.
const LIST: &str = include_str!("countries.txt");

static BY_NAME: LazyLock<HashMap<&'static str, Country>> = LazyLock::new(|| {
    let names = LIST.lines().flat_map(|line| {
        let mut parts = line.split('|');
        let country = parts.next().and_then(|code| Region::from_code(code).ok()).map(Country);
        parts.skip(1).filter_map(move |name| Some((name, country?)))
    });
    names.collect()
});

static BY_CODE: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    LIST.lines()
        .filter_map(|line| {
            let mut parts = line.split('|');
            Some((parts.next()?, parts.next()?))
        })
        .collect()
});

impl Country {
    /// The country that has these two letters, in either case.
    pub fn by_code(code: &str) -> Option<Self> {
        let code = code.trim().to_ascii_uppercase();
        BY_CODE.contains_key(code.as_str()).then(|| Region::from_code(&code).ok().map(Self)).flatten()
    }

    /// The country that is meant in an address: by its two letters, or by a name of it ("Germany", "Deutschland", "U.S.A.").
    pub fn named(text: &str) -> Option<Self> {
        Self::by_code(text).or_else(|| BY_NAME.get(folded(text).as_str()).copied())
    }

    /// Its English name.
    pub fn name(self) -> &'static str {
        BY_CODE.get(self.0.as_region_str().as_str()).copied().unwrap_or_default()
    }

    /// The digits that its phone numbers begin with abroad; `None` where nobody has a telephone.
    pub fn calling_code(self) -> Option<i32> {
        PHONE_NUMBER_UTIL.get_country_code_for_region(self.0)
    }

    /// As the metadata of phone numbers calls it.
    pub(super) fn region(self) -> Region {
        self.0
    }
}

/// Letters and digits in lower case.
fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

impl FromStr for Country {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::by_code(text).ok_or(Invalid::from("Enter the two letters of a country, like US or DE."))
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.as_region_str())
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Country({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_country_is_known_by_its_code_and_by_its_names() {
        let code = |text: &str| Country::named(text).map(|country| country.to_string());
        for text in ["DE", "de", " Germany ", "Deutschland", "ALLEMAGNE", "DEU"] {
            assert_eq!(code(text).as_deref(), Some("DE"), "{text}");
        }
        for (text, expected) in [
            ("U.S.A.", "US"),
            ("United States", "US"),
            ("UK", "GB"),
            ("Österreich", "AT"),
            ("Oesterreich", "AT"),
            ("日本", "JP"),
            ("Côte d’Ivoire", "CI"),
        ] {
            assert_eq!(code(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "Atlantis", "XX", "CA 94103", "1"] {
            assert_eq!(code(text), None, "{text}");
        }
    }

    #[test]
    fn every_line_of_the_list_names_one_country() {
        for line in LIST.lines() {
            let mut parts = line.split('|');
            let (code, name) = (parts.next().unwrap(), parts.next().unwrap());
            let country = Country::by_code(code).unwrap();
            assert_eq!((country.to_string().as_str(), country.name()), (code, name));
            for name in parts {
                assert_eq!((Country::named(name), folded(name).as_str()), (Some(country), name));
            }
        }
    }
}
