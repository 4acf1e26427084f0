//! A phone number: E.164, and an extension where there is one.
mod reading;

use super::Country;
use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, Output, ToSql},
    sql_types::Text,
};
use reading::Typed;
use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, Region, ValidationError,
};
use std::fmt;

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

impl fmt::Display for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Phone {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl ToSql<Text, Pg> for Phone {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        <String as ToSql<Text, Pg>>::to_sql(&self.0, out)
    }
}

impl FromSql<Text, Pg> for Phone {
    fn from_sql(value: PgValue<'_>) -> deserialize::Result<Self> {
        <String as FromSql<Text, Pg>>::from_sql(value).map(Self)
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
mod tests;
