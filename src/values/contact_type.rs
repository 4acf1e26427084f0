//! What a contact is to its customer.
use super::{Invalid, kinds::Word, text, traits::text_traits};
use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types::Text};
use std::str::FromStr;

/// One of the kinds that every tenant has, by its code, or an own word of the tenant. May be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct ContactType(String);

impl ContactType {
    /// The most characters that an own word may have.
    pub const LIMIT: usize = 50;

    /// The kinds that every tenant has: codes and labels.
    pub const WORDS: &'static [Word] =
        &[("account_owner", "Account owner"), ("billing", "Billing"), ("technical", "Technical")];

    /// As people read it: an own word as it is.
    pub fn label(&self) -> &str {
        Self::WORDS.iter().find(|(code, _)| *code == self.0).map_or(&self.0, |(_, label)| label)
    }
}

impl FromStr for ContactType {
    type Err = Invalid;

    /// A known kind by its code or its label, in any case; any other word is the tenant's own.
    fn from_str(typed: &str) -> Result<Self, Invalid> {
        let word = text::line(typed);
        let is = |(code, label): &&Word| word.eq_ignore_ascii_case(code) || word.eq_ignore_ascii_case(label);
        match Self::WORDS.iter().find(is) {
            Some((code, _)) => Ok(Self((*code).to_owned())),
            None if word.chars().count() > Self::LIMIT => {
                Err(Invalid::from("The type may have 50 characters."))
            }
            None => Ok(Self(word)),
        }
    }
}

text_traits!(ContactType);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::laws;

    #[test]
    fn a_known_type_is_kept_by_its_code_and_an_own_word_as_it_is() {
        let read = |typed: &str| typed.parse::<ContactType>().unwrap();
        for typed in ["account OWNER", "account_owner", " Account owner "] {
            assert_eq!((read(typed).as_str(), read(typed).label()), ("account_owner", "Account owner"));
        }
        assert_eq!((read("Gatekeeper").as_str(), read("Gatekeeper").label()), ("Gatekeeper", "Gatekeeper"));
        assert_eq!(read("").as_str(), "");
        assert!("x".repeat(51).parse::<ContactType>().is_err());
    }

    proptest::proptest! {
        #[test]
        fn a_contact_type_is_read_back(any in "\\PC*", word in "(account[ _]owner|BILLING|[a-zé ]{0,52})") {
            proptest::prop_assert!(laws::is_read_back::<ContactType>(&any) && laws::is_read_back::<ContactType>(&word));
        }
    }
}
