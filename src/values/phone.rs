//! A phone number: E.164, and an extension where there is one.
pub mod field;
mod reading;

use super::{Country, Invalid, traits::text_traits};
use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types::Text};
use reading::Typed;
use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, Region, ValidationError,
};
use std::{fmt, str::FromStr};

/// A number that can be dialled from anywhere. It is written and stored as E.164 (`+12125550123`), with an extension as in RFC 3966
/// (`+12125550123;ext=45`); what it is written as is read as itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Phone(String);

/// Why something is no phone number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotAPhone {
    /// It is something else, or more than one number.
    Unreadable,
    /// Without a country code, and nobody knows the country.
    NoCountry,
    /// `+999…`: nobody has that country code.
    UnknownCountryCode,
    /// The digits don't suffice, in a country or behind a country code.
    TooShort(Place),
    /// There are too many of them.
    TooLong(Place),
    /// There are numbers with fewer digits and with more, but none with so many.
    WrongLength(Place),
    /// The extension has more than ten digits.
    LongExtension,
}

/// Where a number is of, as a message names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place(String);

impl Place {
    fn of(code: i32) -> Self {
        let region = PHONE_NUMBER_UTIL.get_region_for_country_code(code);
        let country = region.and_then(|region| Country::by_code(&region.to_string()));
        // Several countries share the code of North America, so a number of that length tells none of them.
        Self(match country {
            Some(country) if code != 1 => format!("{} (+{code})", country.name()),
            _ => format!("country code +{code}"),
        })
    }
}

impl fmt::Display for NotAPhone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable => {
                f.write_str("Enter a phone number with its country code, like +1 212 555 0123.")
            }
            Self::NoCountry => {
                f.write_str("Begin the phone number with its country code, like +1 212 555 0123.")
            }
            Self::UnknownCountryCode => {
                f.write_str("No country has this country code. Check the digits after the +.")
            }
            Self::TooShort(place) => {
                write!(
                    f,
                    "This number is too short for {}. Check whether the area code or a digit is missing.",
                    place.0
                )
            }
            Self::TooLong(place) => write!(f, "This number is too long for {}.", place.0),
            Self::WrongLength(place) => {
                write!(f, "No number of {} has so many digits. Check the digits.", place.0)
            }
            Self::LongExtension => write!(f, "An extension may have {MOST_EXTENSION} digits."),
        }
    }
}

/// The digits of an extension.
const MOST_EXTENSION: usize = 10;

impl Phone {
    /// A number that names its country: `+49 30 901820`, `0049 30 901820`, `+49 (0)30 901820 ext. 45`.
    pub fn parse(typed: &str) -> Result<Self, NotAPhone> {
        Self::read(typed, None)
    }

    /// As [`Phone::parse`]; a number without a country code is one of `country`. What begins with `+` or `00` never is.
    pub fn in_country(typed: &str, country: Country) -> Result<Self, NotAPhone> {
        Self::read(typed, Some(country.region()))
    }

    /// What a row holds, which was read when it was written.
    pub fn stored(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    fn read(typed: &str, country: Option<Region>) -> Result<Self, NotAPhone> {
        let typed = Typed::take_apart(typed)?;
        let number = typed.number(country)?;
        let mut text = number.format_as(PhoneNumberFormat::E164).into_owned();
        if !typed.extension.is_empty() {
            text.push_str(";ext=");
            text.push_str(&typed.extension);
        }
        Ok(Self(text))
    }

    /// The number alone, in E.164.
    pub fn number(&self) -> &str {
        self.0.split_once(";ext=").map_or(&self.0, |(number, _)| number)
    }

    /// What to dial once it is answered.
    pub fn extension(&self) -> Option<&str> {
        self.0.split_once(";ext=").map(|(_, extension)| extension)
    }

    /// As it stands in a field: `+12125550123 ext. 45`.
    pub fn in_field(&self) -> String {
        self.with_extension(self.number().to_owned())
    }

    /// As people abroad read it: `+49 30 901820`.
    pub fn international(&self) -> String {
        self.formatted(PhoneNumberFormat::International)
    }

    /// As people at home read it: `030 901820`.
    pub fn national(&self) -> String {
        self.formatted(PhoneNumberFormat::National)
    }

    /// Why no such number can be; `Ok` for one that can. A row may hold one from before numbers were checked.
    pub fn check(&self) -> Result<(), NotAPhone> {
        reading::possible(&self.parts()?)
    }

    /// Whether numbers like this are given out, as far as is known: its country has the area code, and its length fits it.
    pub fn is_usual(&self) -> bool {
        self.parts().is_ok_and(|number| number.is_valid())
    }

    fn parts(&self) -> Result<PhoneNumber, NotAPhone> {
        reading::split(self.number().trim_start_matches('+'))
    }

    fn formatted(&self, format: PhoneNumberFormat) -> String {
        let number = self.parts().map(|number| number.format_as(format).into_owned());
        self.with_extension(number.unwrap_or_else(|_| self.number().to_owned()))
    }

    fn with_extension(&self, number: String) -> String {
        match self.extension() {
            Some(extension) => format!("{number} ext. {extension}"),
            None => number,
        }
    }
}

impl FromStr for Phone {
    type Err = Invalid;

    /// A number that names its country; [`Phone::in_country`] reads the rest.
    fn from_str(typed: &str) -> Result<Self, Invalid> {
        Self::parse(typed).map_err(Invalid::from)
    }
}

text_traits!(Phone);

impl From<NotAPhone> for Invalid {
    fn from(why: NotAPhone) -> Self {
        why.to_string().into()
    }
}

/// A length that the metadata finds wrong, in words.
fn wrong_length(code: i32, found: Result<NumberLengthType, ValidationError>) -> Result<(), NotAPhone> {
    Err(match found {
        Ok(NumberLengthType::IsPossible) => return Ok(()),
        Ok(NumberLengthType::IsPossibleLocalOnly) | Err(ValidationError::TooShort) => {
            NotAPhone::TooShort(Place::of(code))
        }
        Err(ValidationError::TooLong) => NotAPhone::TooLong(Place::of(code)),
        Err(ValidationError::InvalidCountryCode) => NotAPhone::UnknownCountryCode,
        Err(_) => NotAPhone::WrongLength(Place::of(code)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rlibphonenumber::PhoneNumberType::{
        self, FixedLine, Mobile, Pager, PersonalNumber, PremiumRate, SharedCost, TollFree, UAN, VoIP,
        VoiceMail,
    };

    const TYPES: [PhoneNumberType; 10] =
        [FixedLine, Mobile, TollFree, PremiumRate, SharedCost, VoIP, PersonalNumber, Pager, UAN, VoiceMail];

    /// Every country that the metadata knows.
    fn regions() -> Vec<Region> {
        let mut all: Vec<Region> = PHONE_NUMBER_UTIL.get_supported_regions().collect();
        all.sort_by_key(ToString::to_string);
        all
    }

    /// The examples of the metadata that can be dialled from abroad, with their country.
    fn examples() -> Vec<(Region, PhoneNumber)> {
        let of = |region: Region| {
            TYPES.into_iter().filter_map(move |kind| {
                let number = PHONE_NUMBER_UTIL.get_example_number_for_type_and_region(region, kind).ok()?;
                Some((region, number))
            })
        };
        regions().into_iter().flat_map(of).collect()
    }

    fn us(typed: &str) -> Result<String, NotAPhone> {
        Phone::in_country(typed, "US".parse().unwrap()).map(|phone| phone.to_string())
    }

    fn read(typed: &str, country: &str) -> String {
        Phone::in_country(typed, country.parse().unwrap())
            .unwrap_or_else(|why| panic!("{typed}: {why}"))
            .to_string()
    }

    #[test]
    fn every_example_comes_back_in_every_tenant() {
        let (examples, tenants) = (examples(), regions());
        assert!(examples.len() > 1_000, "{}", examples.len());
        let abroad = |tenant: &Region| {
            ["US", "DE", "IT", "AU", "BR", "JP", "RU", "AR", "HU", "IL", "KR", "MX"]
                .contains(&&*tenant.as_region_str())
        };
        for (region, number) in examples {
            let e164 = number.format_as(PhoneNumberFormat::E164).into_owned();
            let phone = Phone::parse(&e164).unwrap_or_else(|why| panic!("{e164} of {region}: {why}"));
            assert_eq!(phone.to_string(), e164);
            assert_eq!(phone.check(), Ok(()));
            for tenant in &tenants {
                assert_eq!(Phone::read(&e164, Some(*tenant)).as_ref(), Ok(&phone), "{e164} in {tenant}");
            }
            let forms = [
                phone.international(),
                phone.in_field(),
                number.format_as(PhoneNumberFormat::RFC3966).into_owned(),
                format!("00{}", &e164[1..]),
            ];
            for tenant in tenants.iter().filter(|tenant| abroad(tenant)) {
                for form in &forms {
                    assert_eq!(Phone::read(form, Some(*tenant)).as_ref(), Ok(&phone), "{form} in {tenant}");
                }
            }
            // Countries that share a code share the prefixes, too; each reads its own numbers.
            assert_eq!(
                Phone::read(&phone.national(), Some(region)).as_ref(),
                Ok(&phone),
                "{} in {region}",
                phone.national()
            );
        }
    }

    #[test]
    fn the_library_before_took_digits_off_and_this_one_does_not() {
        let before = |text: &str, country: &str| {
            let number = phonenumber::parse(country.parse().ok(), text).unwrap();
            number.format().mode(phonenumber::Mode::E164).to_string()
        };
        for (number, tenant) in [("+4915123456789", "US"), ("+33142685300", "US"), ("+390669812345", "DE")] {
            assert_ne!(before(number, tenant), number, "the fault is gone: compare the two anew");
            assert_eq!(read(number, tenant), number);
        }
        // Without a tenant's country they agree about nearly every number.
        let (examples, mut differ) = (examples(), vec![]);
        for (_, number) in &examples {
            let e164 = number.format_as(PhoneNumberFormat::E164).into_owned();
            let old = phonenumber::parse(None, &e164)
                .map(|old| old.format().mode(phonenumber::Mode::E164).to_string());
            if old.as_deref().ok() != Some(e164.as_str()) {
                differ.push((e164, old.ok()));
            }
        }
        assert!(differ.len() * 100 < examples.len(), "{differ:?}");
    }

    #[test]
    fn a_number_is_of_its_own_country() {
        for tenant in ["US", "DE", "IT", "BR", "JP", "GB"] {
            for (typed, expected) in [
                ("+4915123456789", "+4915123456789"),
                ("+33 1 42 68 53 00", "+33142685300"),
                ("+39 06 698 12345", "+390669812345"),
                ("+39 (0)6 698 12345", "+390669812345"),
                ("0049 30 901820", "+4930901820"),
                ("00 49 (0)30 901820", "+4930901820"),
                ("+49 (0)30 901820", "+4930901820"),
                ("+49 (0) 30 / 90 18 20", "+4930901820"),
                ("(+49) 30 901820", "+4930901820"),
                ("+49 (030) 901820", "+4930901820"),
                ("+44 (0)113 496 0073", "+441134960073"),
                ("+441134960073", "+441134960073"),
                ("+44 0113 496 0073", "+441134960073"),
                ("+49\u{a0}30–901820", "+4930901820"),
                ("＋４９ ３０ ９０１８２０", "+4930901820"),
                ("\u{202a}+49 30 901820\u{202c}", "+4930901820"),
                ("tel:+49-30-901820", "+4930901820"),
                ("+1 800 FLOWERS", "+18003569377"),
                ("+55 (11) 98765-4321", "+5511987654321"),
            ] {
                assert_eq!(read(typed, tenant), expected, "{typed} in {tenant}");
            }
        }
    }

    #[test]
    fn a_number_without_a_country_code_is_of_the_country_at_hand() {
        for (typed, country, expected) in [
            ("(212) 555-0123", "US", "+12125550123"),
            ("1-212-555-0123", "US", "+12125550123"),
            ("011 49 30 901820", "US", "+4930901820"),
            ("030 1234567", "DE", "+49301234567"),
            ("0151 23456789", "DE", "+4915123456789"),
            ("06 698 12345", "IT", "+390669812345"),
            ("(11) 98765-4321", "BR", "+5511987654321"),
            ("8 (912) 345-67-89", "RU", "+79123456789"),
            ("06 1 234 5678", "HU", "+3612345678"),
            ("0011 49 30 901820", "AU", "+4930901820"),
            ("011 15-2345-6789", "AR", "+5491123456789"),
            ("٠٣٠ ١٢٣٤٥٦٧", "DE", "+49301234567"),
        ] {
            assert_eq!(read(typed, country), expected, "{typed} in {country}");
        }
        assert_eq!(Phone::parse("030 1234567"), Err(NotAPhone::NoCountry));
    }

    #[test]
    fn an_extension_stays() {
        for typed in [
            "+1 212 555 0123 ext. 45",
            "+12125550123x45",
            "+1 212 555 0123 x 45",
            "+1 212 555 0123 #45",
            "+1 212 555 0123, ext 45",
            "+1 212 555 0123 Durchwahl 45",
            "+1 212 555 0123 (ext. 45)",
            "+12125550123;ext=45",
            "tel:+1-212-555-0123;ext=45",
            "+1 212 555 0123 DW: 45",
            "+1 212 555 0123 extension 45",
            "(212) 555-0123 Ext.45",
            "+1 212 555 0123,45#",
        ] {
            let phone = Phone::in_country(typed, "US".parse().unwrap())
                .unwrap_or_else(|why| panic!("{typed}: {why}"));
            assert_eq!((phone.number(), phone.extension()), ("+12125550123", Some("45")), "{typed}");
            assert_eq!(phone.to_string(), "+12125550123;ext=45");
            for written in [phone.to_string(), phone.in_field(), phone.international(), phone.national()] {
                assert_eq!(
                    Phone::in_country(&written, "US".parse().unwrap()).as_ref(),
                    Ok(&phone),
                    "{written}"
                );
            }
        }
        assert_eq!(us("+1 212 555 0123 ext. 12345678901"), Err(NotAPhone::LongExtension));
    }

    #[test]
    fn what_can_be_no_number_is_refused_with_the_reason() {
        let why = |typed: &str| us(typed).unwrap_err().to_string();
        assert_eq!(
            why("+49 15"),
            "This number is too short for Germany (+49). Check whether the area code or a digit is missing."
        );
        assert_eq!(why("+44 113 496 00735"), "This number is too long for United Kingdom (+44).");
        assert_eq!(why("+999 123 4567"), "No country has this country code. Check the digits after the +.");
        assert_eq!(
            why("555-0123"),
            "This number is too short for country code +1. Check whether the area code or a digit is missing."
        );
        assert_eq!(why("+1 212 555 01234"), "This number is too long for country code +1.");
        for typed in [
            "call me",
            "12",
            "+",
            "++1",
            "١٢٣",
            "030 901820 or mobile",
            "030 901820, 0171 1234567",
            "+49 30 901820 / +49 171 1234567",
            "a@b.test",
        ] {
            assert!(us(typed).is_err(), "{typed}: {:?}", us(typed));
        }
    }

    #[test]
    fn a_stored_number_is_judged_and_shown_whatever_it_is() {
        let broken = Phone::stored("+1212555");
        assert!(broken.check().is_err() && !broken.is_usual());
        assert_eq!(Phone::stored("+9991234").check(), Err(NotAPhone::UnknownCountryCode));
        assert_eq!(Phone::stored("+9991234").international(), "+9991234");
        assert_eq!(Phone::stored("+4930901820;ext=7").international(), "+49 30 901820 ext. 7");
        assert_eq!(Phone::stored("+4930901820;ext=7").national(), "030 901820 ext. 7");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4_000))]

        #[test]
        fn what_is_read_is_read_as_itself_again(typed in r"(\+|00|0|)[1-9][0-9 ()./-]{2,16}( ?(ext\.|x|#) ?[0-9]{1,6})?", tenant in 0_usize..245) {
            let tenants = regions();
            let tenant = tenants[tenant % tenants.len()];
            if let Ok(phone) = Phone::read(&typed, Some(tenant)) {
                prop_assert_eq!(Phone::parse(&format!("{phone}")), Ok(phone.clone()));
                prop_assert_eq!(Phone::read(&phone.in_field(), Some(tenant)), Ok(phone.clone()));
                prop_assert_eq!(Phone::read(&phone.international(), Some(tenant)), Ok(phone.clone()));
                prop_assert_eq!(phone.check(), Ok(()));
                let shape = phone.number();
                prop_assert!(shape.starts_with('+') && (5..=16).contains(&shape.len()) && shape[1..].bytes().all(|b| b.is_ascii_digit()));
            }
        }

        #[test]
        fn e164_that_can_be_comes_back_unchanged(code in 0_usize..200, digits in "[1-9][0-9]{6,11}", tenant in 0_usize..245) {
            let tenants = regions();
            let mut codes: Vec<i32> = PHONE_NUMBER_UTIL.get_supported_calling_codes().collect();
            codes.sort_unstable();
            let typed = format!("+{}{digits}", codes[code % codes.len()]);
            if let Ok(number) = reading::split(&typed[1..]) && number.is_valid() {
                let phone = Phone::read(&typed, Some(tenants[tenant % tenants.len()])).unwrap();
                prop_assert_eq!(phone.to_string(), typed);
            }
        }

        #[test]
        fn nothing_that_is_typed_makes_it_panic(typed: String) {
            let _ = (Phone::parse(&typed), us(&typed), Phone::stored(typed).international());
        }
    }
}
