//! What a tag is made of, as values that can't be wrong.
use crate::{
    infra::web::filters,
    values::{Invalid, bounded::bounded_text},
};
use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, ToSql},
    sql_types::Int2,
};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

bounded_text! {
    /// The word itself.
    TagName: line 50, empty "Enter a name of 1 to 50 characters.", long "Enter a name of 1 to 50 characters.";
}

/// One of the eight colours that a tag can have, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, AsExpression, FromSqlRow)]
#[diesel(sql_type = Int2)]
#[serde(transparent)]
pub struct TagColour(i16);

impl TagColour {
    /// The one that follows from a name, for tags of which nobody chooses it.
    pub fn of_name(name: &str) -> Self {
        Self(filters::hue_of(name).into())
    }

    /// Its number.
    pub fn number(self) -> i64 {
        self.0.into()
    }
}

impl FromStr for TagColour {
    type Err = Invalid;

    fn from_str(typed: &str) -> Result<Self, Invalid> {
        let number = typed.trim().parse().ok().filter(|number| (1..=8).contains(number));
        number.map(Self).ok_or(Invalid::from("Choose a colour."))
    }
}

impl fmt::Display for TagColour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ToSql<Int2, Pg> for TagColour {
    fn to_sql<'b>(&'b self, out: &mut serialize::Output<'b, '_, Pg>) -> serialize::Result {
        <i16 as ToSql<Int2, Pg>>::to_sql(&self.0, out)
    }
}

impl FromSql<Int2, Pg> for TagColour {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        <i16 as FromSql<Int2, Pg>>::from_sql(bytes).map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::laws;

    #[test]
    fn there_are_eight_colours() {
        let all: Vec<i16> =
            (-9..99).filter(|number| number.to_string().parse::<TagColour>().is_ok()).collect();
        assert_eq!(all, [1, 2, 3, 4, 5, 6, 7, 8]);
    }

    proptest::proptest! {
        #[test]
        fn a_colour_is_read_back(any in "\\PC*", number in "[+ 0-9]{1,3}") {
            proptest::prop_assert!(laws::is_read_back::<TagColour>(&any) && laws::is_read_back::<TagColour>(&number));
            proptest::prop_assert!(laws::is_read_back::<TagColour>(&TagColour::of_name(&any).to_string()));
        }
    }
}
