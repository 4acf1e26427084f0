//! Email addresses.
use super::{Invalid, domain, traits::text_traits};
use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types::Text};
use std::str::FromStr;
use validator::ValidateEmail;

/// An email address in lower case, its domain in ASCII, so that UNIQUE and `=` need no `lower()`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Email(String);

impl Email {
    /// The most characters that one may have (RFC 5321).
    pub const LIMIT: usize = 254;

    /// The domain at which it is.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }
}

impl FromStr for Email {
    type Err = Invalid;

    fn from_str(typed: &str) -> Result<Self, Invalid> {
        let text = typed.trim().to_lowercase();
        let parts = text.rsplit_once('@').and_then(|(local, host)| Some((local, domain::parse(host)?)));
        let address = parts.map(|(local, host)| format!("{local}@{host}"));
        match address {
            Some(address) if address.chars().count() <= Self::LIMIT && address.validate_email() => {
                Ok(Self(address))
            }
            _ => Err(Invalid::from("Enter an email address like name@example.com.")),
        }
    }
}

text_traits!(Email);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::laws;

    proptest::proptest! {
        #[test]
        fn an_email_address_is_read_back(
            any in "\\PC*",
            address in "[ A-Za-z0-9.+ßΣİ]{1,9}@[A-Za-z0-9.ü-]{1,12}\\.[a-zA-Z]{2,4} ?",
        ) {
            proptest::prop_assert!(laws::is_read_back::<Email>(&any) && laws::is_read_back::<Email>(&address));
        }
    }

    #[test]
    fn an_address_is_kept_in_lower_case_and_ascii() {
        let read = |typed: &str| typed.parse::<Email>().map(String::from);
        assert_eq!(read(" Ada@Bücher.Example "), Ok("ada@xn--bcher-kva.example".into()));
        assert_eq!(read("ada@example.com").map(|_| ()), Ok(()));
        assert!(read(&format!("{}@acme.test", "a".repeat(300))).is_err());
        for wrong in
            ["ada@127.0.0.1", "", "ada", "ada@", "@example.com", "a b@example.com", "ada@example.com\nbob"]
        {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
