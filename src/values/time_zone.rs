//! Time zones.
use super::Invalid;
use chrono_tz::Tz;
use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, ToSql},
    sql_types::Text,
};
use std::{fmt, ops::Deref, str::FromStr};

/// A zone of the IANA database, like `Europe/Berlin`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct TimeZone(pub Tz);

impl FromStr for TimeZone {
    type Err = Invalid;

    fn from_str(typed: &str) -> Result<Self, Invalid> {
        typed.trim().parse().map(Self).map_err(|_| Invalid::from("Choose a time zone from the list."))
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.name())
    }
}

impl Deref for TimeZone {
    type Target = Tz;
    fn deref(&self) -> &Tz {
        &self.0
    }
}

impl serde::Serialize for TimeZone {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.name())
    }
}

impl ToSql<Text, Pg> for TimeZone {
    fn to_sql<'b>(&'b self, out: &mut serialize::Output<'b, '_, Pg>) -> serialize::Result {
        <str as ToSql<Text, Pg>>::to_sql(self.0.name(), &mut out.reborrow())
    }
}

impl FromSql<Text, Pg> for TimeZone {
    /// A zone that this server's table has no more is shown as UTC: a record must stay readable.
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        let name = <String as FromSql<Text, Pg>>::from_sql(bytes)?;
        Ok(Self(name.parse().unwrap_or(Tz::UTC)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::laws;

    #[test]
    fn every_zone_is_read_back() {
        for zone in chrono_tz::TZ_VARIANTS {
            assert_eq!(zone.name().parse(), Ok(TimeZone(zone)));
        }
        assert!("Mars/Olympus".parse::<TimeZone>().is_err());
    }

    proptest::proptest! {
        #[test]
        fn a_zone_is_read_back(any in "\\PC*") {
            proptest::prop_assert!(laws::is_read_back::<TimeZone>(&any));
        }
    }
}
