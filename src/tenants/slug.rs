//! The short name of a tenant.
use crate::values::{Invalid, traits::text_traits};
use diesel::{deserialize::FromSqlRow, expression::AsExpression, sql_types::Text};
use std::str::FromStr;

/// 1 to 63 letters from a to z, digits, and hyphens between them: it may stand in a host name. The database has the same rule
/// (`tenants_slug_form`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Slug(String);

impl FromStr for Slug {
    type Err = Invalid;

    fn from_str(typed: &str) -> Result<Self, Invalid> {
        let slug = typed.trim().to_lowercase();
        let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if (1..=63).contains(&slug.len())
            && slug.chars().all(is_plain)
            && !slug.starts_with('-')
            && !slug.ends_with('-')
        {
            Ok(Self(slug))
        } else {
            Err(Invalid::from("Use 1 to 63 letters from a to z, digits, and hyphens between them."))
        }
    }
}

text_traits!(Slug);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::laws;

    #[test]
    fn a_slug_may_stand_in_a_host_name() {
        assert_eq!(" Acme-2 ".parse::<Slug>().map(String::from), Ok("acme-2".into()));
        for wrong in ["", "-a", "a-", "a b", "a_b", "ä", "a.b"] {
            assert!(wrong.parse::<Slug>().is_err(), "{wrong}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_slug_is_read_back(any in "\\PC*", slug in "[a-zA-Z0-9 -]{1,70}") {
            proptest::prop_assert!(laws::is_read_back::<Slug>(&any) && laws::is_read_back::<Slug>(&slug));
        }
    }
}
