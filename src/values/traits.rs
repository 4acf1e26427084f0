//! What the values of the domain have in common. Macros, because the traits are foreign, so that no trait of ours can implement them
//! for all values at once.

/// `Display`, serde's and Diesel's traits for a value that is a text and has `FromStr`. What a row holds was parsed when it was
/// written and is taken as it is: a rule that has become stricter since must not make a record unreadable.
macro_rules! text_traits {
    ($value:ident) => {
        const _: () = {
            use crate::values::Invalid;
            use diesel::{
                deserialize::{self, FromSql},
                pg::{Pg, PgValue},
                serialize::{self, ToSql},
                sql_types,
            };

            impl $value {
                /// The value as text.
                pub fn as_str(&self) -> &str {
                    &self.0
                }
            }
            impl std::fmt::Display for $value {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str(&self.0)
                }
            }
            impl std::ops::Deref for $value {
                type Target = str;
                fn deref(&self) -> &str {
                    &self.0
                }
            }
            impl AsRef<str> for $value {
                fn as_ref(&self) -> &str {
                    &self.0
                }
            }
            impl TryFrom<String> for $value {
                type Error = Invalid;
                fn try_from(text: String) -> Result<Self, Invalid> {
                    text.parse().map_err(Invalid::from)
                }
            }
            impl From<$value> for String {
                fn from(value: $value) -> Self {
                    value.0
                }
            }
            impl serde::Serialize for $value {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.serialize_str(&self.0)
                }
            }
            impl<'de> serde::Deserialize<'de> for $value {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                    text.parse().map_err(serde::de::Error::custom)
                }
            }
            impl ToSql<sql_types::Text, Pg> for $value {
                fn to_sql<'b>(&'b self, out: &mut serialize::Output<'b, '_, Pg>) -> serialize::Result {
                    <str as ToSql<sql_types::Text, Pg>>::to_sql(&self.0, out)
                }
            }
            impl FromSql<sql_types::Text, Pg> for $value {
                fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
                    <String as FromSql<sql_types::Text, Pg>>::from_sql(bytes).map(Self)
                }
            }
        };
    };
}
pub(crate) use text_traits;

/// An enum of the domain, with a code and a label beside each variant: the code stands in the database, the API and URLs, the label
/// on pages.
macro_rules! choice {
    ($(#[$of:meta])* $name:ident { $($(#[$of_variant:meta])* $variant:ident = $code:literal, $label:literal $(, also $($also:literal)+)?;)+ }) => {
        $(#[$of])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(diesel::expression::AsExpression, diesel::deserialize::FromSqlRow)]
        #[diesel(sql_type = diesel::sql_types::Text)]
        pub enum $name { $($(#[$of_variant])* $variant),+ }

        impl $name {
            /// All of them, in the order in which people read them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Codes and labels.
            pub const WORDS: &'static [crate::values::kinds::Word] = &[$(($code, $label)),+];

            /// As the database, the API and URLs spell it.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// As people read it.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }
        }

        const _: () = {
            use crate::values::Invalid;
            use diesel::{
                deserialize::{self, FromSql},
                pg::{Pg, PgValue},
                serialize::{self, ToSql},
                sql_types,
            };

            impl std::str::FromStr for $name {
                type Err = Invalid;
                /// By its code or its label, in any case.
                fn from_str(written: &str) -> Result<Self, Invalid> {
                    let word = written.trim().to_lowercase();
                    let is = |one: &&Self| one.code() == word || one.label().to_lowercase() == word;
                    match word.as_str() {
                        $($($($also)|+ => Ok(Self::$variant),)?)+
                        _ => Self::ALL.iter().find(is).copied().ok_or_else(|| Invalid::not_one_of(written, Self::WORDS)),
                    }
                }
            }
            impl std::fmt::Display for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str(self.code())
                }
            }
            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.serialize_str(self.code())
                }
            }
            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let code = <String as serde::Deserialize>::deserialize(deserializer)?;
                    code.parse().map_err(serde::de::Error::custom)
                }
            }
            impl ToSql<sql_types::Text, Pg> for $name {
                fn to_sql<'b>(&'b self, out: &mut serialize::Output<'b, '_, Pg>) -> serialize::Result {
                    <str as ToSql<sql_types::Text, Pg>>::to_sql(self.code(), out)
                }
            }
            impl FromSql<sql_types::Text, Pg> for $name {
                fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
                    let code = <String as FromSql<sql_types::Text, Pg>>::from_sql(bytes)?;
                    let known = Self::ALL.iter().copied().find(|one| one.code() == code);
                    known.ok_or_else(|| Invalid::not_one_of(&code, Self::WORDS).into())
                }
            }
        };
    };
}
pub(crate) use choice;
