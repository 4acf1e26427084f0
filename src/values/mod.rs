//! Values that can't be wrong: what people type is read into them once, where it comes in. Each obeys one law:
//! `parse(value.to_string()) == value`.
pub mod address;
pub mod bounded;
mod contact_type;
pub mod country;
pub mod domain;
mod email;
mod host;
mod joiners;
pub mod kinds;
pub mod lists;
pub mod person_name;
pub mod phone;
mod session_length;
pub mod text;
mod time_zone;
pub(crate) mod traits;
mod web_address;

pub use address::Address;
pub use contact_type::ContactType;
pub use country::Country;
pub use domain::Domain;
pub use email::Email;
pub use host::Host;
pub use kinds::{
    Classification, CustomerSource, CustomerType, Industry, IndustryGroup, Sector, SizeRange, Stage,
};
pub use person_name::PersonName;
pub use phone::Phone;
pub use session_length::SessionLength;
pub use time_zone::TimeZone;
pub use web_address::WebAddress;

use kinds::Word;
use std::{borrow::Cow, fmt};

/// Why a text is not such a value: a sentence for beside its field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid(pub Cow<'static, str>);

impl Invalid {
    /// It is none of these words.
    pub fn not_one_of(written: &str, words: &[Word]) -> Self {
        let known = words.iter().map(|(_, label)| *label).collect::<Vec<_>>().join(", ");
        let start: String = written.trim().chars().take(40).collect();
        Self(format!("“{start}” is not one of: {known}.").into())
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Invalid {}

impl From<&'static str> for Invalid {
    fn from(why: &'static str) -> Self {
        Self(why.into())
    }
}

impl From<String> for Invalid {
    fn from(why: String) -> Self {
        Self(why.into())
    }
}

#[cfg(test)]
pub(crate) mod laws {
    use std::{fmt::Display, str::FromStr};

    /// The law of values, for what was typed: it is none, or it is read back from its text as the same.
    pub(crate) fn is_read_back<V: FromStr + Display + PartialEq>(typed: &str) -> bool {
        let again = |value: V| value.to_string().parse::<V>().is_ok_and(|again| again == value);
        typed.parse::<V>().map_or(true, again)
    }
}
