//! The host at which a site is reached.
use super::{Invalid, domain, traits::text_traits};
use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types::Text};
use std::str::FromStr;

/// A host name in lower case and in the ASCII form of international names, without scheme and port.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Host(String);

impl FromStr for Host {
    type Err = Invalid;

    fn from_str(typed: &str) -> Result<Self, Invalid> {
        let wrong = "Enter a host like support.example.com, without https:// and without a port.";
        domain::ascii(typed.trim()).map(Self).ok_or(Invalid::from(wrong))
    }
}

text_traits!(Host);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::laws;

    #[test]
    fn a_host_is_a_name_alone() {
        let read = |typed: &str| typed.parse::<Host>().map(String::from);
        assert_eq!(read("Support.Example.COM"), Ok("support.example.com".into()));
        assert_eq!(read("bücher.example"), Ok("xn--bcher-kva.example".into()));
        for wrong in ["", "https://a.example", "a.example:8080", "a b", "a/b", "a_b.example", "."] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_host_is_read_back(any in "\\PC*", host in "[ A-Za-z0-9.üß-]{1,20}") {
            proptest::prop_assert!(laws::is_read_back::<Host>(&any) && laws::is_read_back::<Host>(&host));
        }
    }
}
