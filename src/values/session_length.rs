//! How long somebody stays signed in.
use super::Invalid;
use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, ToSql},
    sql_types::Integer,
};
use std::{fmt, str::FromStr};

/// In seconds: five minutes to a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, AsExpression, FromSqlRow)]
#[diesel(sql_type = Integer)]
#[serde(transparent)]
pub struct SessionLength(i32);

impl SessionLength {
    /// In seconds.
    pub const fn seconds(self) -> i32 {
        self.0
    }
}

impl FromStr for SessionLength {
    type Err = Invalid;

    fn from_str(typed: &str) -> Result<Self, Invalid> {
        let seconds = typed.trim().parse().ok().filter(|seconds| (300..=31_536_000).contains(seconds));
        seconds.map(Self).ok_or(Invalid::from("Choose a time from five minutes to a year."))
    }
}

impl fmt::Display for SessionLength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ToSql<Integer, Pg> for SessionLength {
    fn to_sql<'b>(&'b self, out: &mut serialize::Output<'b, '_, Pg>) -> serialize::Result {
        <i32 as ToSql<Integer, Pg>>::to_sql(&self.0, out)
    }
}

impl FromSql<Integer, Pg> for SessionLength {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        <i32 as FromSql<Integer, Pg>>::from_sql(bytes).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::laws;

    #[test]
    fn five_minutes_to_a_year() {
        assert_eq!(" 300 ".parse().map(SessionLength::seconds), Ok(300));
        assert!(
            ["", "299", "31536001", "-300", "1e4"]
                .iter()
                .all(|wrong| wrong.parse::<SessionLength>().is_err())
        );
    }

    proptest::proptest! {
        #[test]
        fn a_length_is_read_back(any in "\\PC*", number in "[0-9]{1,9}") {
            proptest::prop_assert!(laws::is_read_back::<SessionLength>(&any) && laws::is_read_back::<SessionLength>(&number));
        }
    }
}
