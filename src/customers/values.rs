//! What a customer is described with, as values that can't be wrong.
use crate::values::{Address, Invalid, bounded::bounded_text, lists, traits::choice};
use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    expression::AsExpression,
    pg::{Pg, PgValue},
    serialize::{self, IsNull, ToSql},
    sql_types::{Array, Jsonb, Nullable, Text},
};
use serde::Serialize;
use std::{fmt, io::Write, ops::Deref, str::FromStr};

bounded_text! {
    /// What a customer is called.
    CustomerName: line 200, empty "Enter the customer's name.", long "The name may have 200 characters.";
    /// What else there is to know about it.
    About: lines 20_000, long "This may have 20,000 characters.";
    /// What another system calls it.
    ExternalId: line 100, empty "Enter an external id.", long "An external id may have 100 characters.";
    /// By which it pays VAT.
    VatNumber: line 20, empty "Enter a VAT number.", long "A VAT number may have 20 characters.";
    /// Something that it buys.
    Product: lines 100, empty "Name a product.", long "Name at most 50 products, of 100 characters each.";
}

choice!(
    /// Whether portal users may ask for calls.
    CallRequests {
        Allowed = "allowed", "Allowed";
        Off = "off", "Switched off";
    }
);

impl CallRequests {
    /// As a flag says.
    pub const fn of(are_allowed: bool) -> Self {
        if are_allowed { Self::Allowed } else { Self::Off }
    }
}

/// The products of a customer, each once. Written and read as names between commas (see [`lists`]).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, AsExpression, FromSqlRow)]
#[diesel(sql_type = Array<Nullable<Text>>)]
#[serde(transparent)]
pub struct Products(Vec<Product>);

impl Products {
    /// The most that a customer may have.
    pub const LIMIT: usize = 50;

    /// One after the other.
    pub fn into_inner(self) -> Vec<Product> {
        self.0
    }
}

impl Deref for Products {
    type Target = [Product];

    fn deref(&self) -> &[Product] {
        &self.0
    }
}

impl FromStr for Products {
    type Err = Invalid;

    fn from_str(typed: &str) -> Result<Self, Invalid> {
        // Of a name in which nothing is to be seen nothing is left.
        let names = lists::read(typed).into_iter().filter(|name| !crate::values::text::line(name).is_empty());
        let mut products: Vec<Product> = vec![];
        for name in names {
            let product = name.parse()?;
            if !products.contains(&product) {
                products.push(product);
            }
            if products.len() > Self::LIMIT {
                return Err(Invalid::from("Name at most 50 products, of 100 characters each."));
            }
        }
        Ok(Self(products))
    }
}

impl fmt::Display for Products {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&lists::written(&self.0))
    }
}

impl ToSql<Array<Nullable<Text>>, Pg> for Products {
    fn to_sql<'b>(&'b self, out: &mut serialize::Output<'b, '_, Pg>) -> serialize::Result {
        <Vec<Product> as ToSql<Array<Nullable<Text>>, Pg>>::to_sql(&self.0, out)
    }
}

impl FromSql<Array<Nullable<Text>>, Pg> for Products {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        let found = <Vec<Option<Product>> as FromSql<Array<Nullable<Text>>, Pg>>::from_sql(bytes)?;
        Ok(Self(found.into_iter().flatten().collect()))
    }
}

/// A postal address of which every line is short enough for an envelope.
#[derive(Clone, Debug, Default, PartialEq, Eq, AsExpression)]
#[diesel(sql_type = Jsonb)]
pub struct PostalAddress(Address);

impl PostalAddress {
    /// The most characters of a line.
    pub const LINE_LIMIT: usize = 500;
}

impl TryFrom<Address> for PostalAddress {
    type Error = Invalid;

    fn try_from(address: Address) -> Result<Self, Invalid> {
        let is_long = |line: &String| line.chars().count() > Self::LINE_LIMIT;
        if address.lines().iter().any(is_long) {
            return Err(Invalid::from("An address may have 500 characters a line."));
        }
        Ok(Self(address))
    }
}

impl Deref for PostalAddress {
    type Target = Address;

    fn deref(&self) -> &Address {
        &self.0
    }
}

impl ToSql<Jsonb, Pg> for PostalAddress {
    fn to_sql<'b>(&'b self, out: &mut serialize::Output<'b, '_, Pg>) -> serialize::Result {
        // The version of the binary form of jsonb.
        out.write_all(&[1])?;
        serde_json::to_writer(out, &self.0)?;
        Ok(IsNull::No)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::laws;

    #[test]
    fn products_are_named_once_and_bounded() {
        let read = |typed: &str| typed.parse::<Products>().map(|products| products.to_string());
        assert_eq!(read(" Care;Parts\nCare, \u{200B} "), Ok("Care, Parts".into()));
        assert_eq!(read("a  b, a b"), Ok("a  b, a b".into()));
        assert_eq!(read(""), Ok(String::new()));
        let many = |number: usize| (0..number).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
        assert!(read(&many(Products::LIMIT)).is_ok());
        for wrong in [many(Products::LIMIT + 1), "x".repeat(101)] {
            assert_eq!(read(&wrong).unwrap_err().0, "Name at most 50 products, of 100 characters each.");
        }
    }

    proptest::proptest! {
        #[test]
        fn they_are_read_back(any in "\\PC*", list in "[a-c,;\" \n]{0,24}") {
            proptest::prop_assert!(laws::is_read_back::<Products>(&any) && laws::is_read_back::<Products>(&list));
            proptest::prop_assert!(laws::is_read_back::<CallRequests>(&any));
        }
    }
}
