//! The words that a ticket is described with: each a code in the database and a name for people.
use diesel::{
    backend::Backend,
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::Pg,
    serialize::{self, Output, ToSql},
    sql_types::Text,
};

macro_rules! words {
    ($(#[$doc:meta])* $kind:ident { $($(#[$item_doc:meta])* $item:ident = $code:literal, $name:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, AsExpression, FromSqlRow, serde::Serialize, serde::Deserialize)]
        #[diesel(sql_type = Text)]
        #[serde(rename_all = "snake_case")]
        pub enum $kind { $($(#[$item_doc])* $item),+ }

        impl $kind {
            /// All of them, in the order in which people read them.
            pub const ALL: &'static [Self] = &[$(Self::$item),+];

            /// Codes and names.
            pub const WORDS: &'static [crate::values::kinds::Word] = &[$(($code, $name)),+];

            /// As the database and the API spell it.
            pub fn code(self) -> &'static str {
                match self { $(Self::$item => $code),+ }
            }

            /// As staff read it.
            pub fn name(self) -> &'static str {
                match self { $(Self::$item => $name),+ }
            }
        }

        impl std::str::FromStr for $kind {
            type Err = ();
            fn from_str(code: &str) -> Result<Self, ()> {
                Self::ALL.iter().copied().find(|word| word.code() == code).ok_or(())
            }
        }

        impl ToSql<Text, Pg> for $kind {
            fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
                <str as ToSql<Text, Pg>>::to_sql(self.code(), out)
            }
        }

        impl FromSql<Text, Pg> for $kind {
            fn from_sql(bytes: <Pg as Backend>::RawValue<'_>) -> deserialize::Result<Self> {
                let code = <String as FromSql<Text, Pg>>::from_sql(bytes)?;
                code.parse().map_err(|()| format!("there is no {} {code}", stringify!($kind)).into())
            }
        }
    };
}

words!(
    /// Where a ticket stands (SPEC §9).
    Status {
        /// Staff have to do something.
        Open = "open", "Open";
        /// The customer has to answer.
        Pending = "pending", "Pending";
        /// Answered; a reply opens it again.
        Solved = "solved", "Solved";
        /// Over.
        Closed = "closed", "Closed";
    }
);

words!(
    /// How pressing a ticket is.
    Priority {
        Urgent = "urgent", "Urgent";
        High = "high", "High";
        Normal = "normal", "Normal";
        Low = "low", "Low";
    }
);

impl Status {
    /// Whether nothing is left to do.
    pub fn is_done(self) -> bool {
        matches!(self, Self::Solved | Self::Closed)
    }

    /// As its customer reads it: what happens next.
    pub fn to_customer(self) -> &'static str {
        match self {
            Self::Open => "With us",
            Self::Pending => "Waiting for you",
            Self::Solved => "Solved",
            Self::Closed => "Closed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_read_back_as_written() {
        for status in Status::ALL {
            assert_eq!(status.code().parse(), Ok(*status));
        }
        for priority in Priority::ALL {
            assert_eq!(priority.code().parse(), Ok(*priority));
        }
        assert_eq!("gone".parse::<Status>(), Err(()));
    }
}
