//! A phone number in a field of a form.
use super::Phone;
use crate::values::{Country, Invalid};

/// The number that was typed, which may be missing; one without a country code is of `country`. Where `stored` is in the field already,
/// what nobody changed stays as it is, however it once got there.
pub fn read(typed: &str, country: Option<Country>, stored: Option<&str>) -> Result<Option<Phone>, Invalid> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    if let Some(stored) = stored.map(Phone::stored)
        && (typed == stored.in_field() || typed == stored.as_str())
    {
        return Ok(Some(stored));
    }
    let read = match country {
        Some(country) => Phone::in_country(typed, country),
        None => Phone::parse(typed),
    };
    read.map(Some).map_err(Invalid::from)
}

/// A stored number as it stands in a field.
pub fn shown(stored: Option<&str>) -> String {
    stored.map(|number| Phone::stored(number).in_field()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_nobody_changed_stays() {
        let stored = "+49030901820999999";
        let over = |text: &str| read(text, Country::by_code("US"), Some(stored));
        assert_eq!(over(stored), Ok(Some(Phone::stored(stored))));
        assert!(over("+49030901820999998").is_err());
    }

    proptest::proptest! {
        #[test]
        fn nothing_that_is_typed_makes_it_panic(text: String) {
            let _ = read(&text, Country::by_code("US"), None);
        }
    }
}
