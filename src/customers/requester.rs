//! Who asks: somebody of a customer, as tickets and calls name them.
use crate::{
    infra::{
        db::{
            Tx,
            ids::{ContactId, CustomerId, UserId},
            schema::{contacts, users},
        },
        web::errors::Result,
    },
    values::Invalid,
};
use diesel::prelude::*;
use std::{fmt, str::FromStr};

/// A portal user, or a contact. In forms: `user`, or `contact`, and an id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requester {
    User(UserId),
    Contact(ContactId),
}

/// What is known of a requester.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    pub name: String,
    /// The clock that they read; of a contact nobody knows it.
    pub time_zone: Option<String>,
}

impl Requester {
    /// The portal user, where they are one.
    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::User(id) => Some(id),
            Self::Contact(_) => None,
        }
    }

    /// The contact, where they are one.
    pub const fn contact(self) -> Option<ContactId> {
        match self {
            Self::User(_) => None,
            Self::Contact(id) => Some(id),
        }
    }

    /// Who they are; `None` where they are not of this customer.
    pub fn known(self, tx: &mut Tx, customer: CustomerId) -> Result<Option<Known>> {
        Ok(match self {
            Self::User(id) => users::table
                .filter(users::id.eq(id))
                .filter(users::customer_id.eq(customer))
                .select((users::name, users::time_zone))
                .first::<(String, String)>(tx.conn)
                .optional()?
                .map(|(name, zone)| Known { name, time_zone: Some(zone) }),
            Self::Contact(id) => contacts::table
                .filter(contacts::id.eq(id))
                .filter(contacts::customer_id.eq(customer))
                .select((contacts::first_name, contacts::last_name))
                .first::<(String, String)>(tx.conn)
                .optional()?
                .map(|(first, last)| Known {
                    name: format!("{first} {last}").trim().to_owned(),
                    time_zone: None,
                }),
        })
    }
}

impl fmt::Display for Requester {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id) => write!(f, "user {id}"),
            Self::Contact(id) => write!(f, "contact {id}"),
        }
    }
}

impl FromStr for Requester {
    type Err = Invalid;

    fn from_str(written: &str) -> Result<Self, Invalid> {
        let found = match written.trim().split_once(' ') {
            Some(("user", id)) => id.parse().ok().map(Self::User),
            Some(("contact", id)) => id.parse().ok().map(Self::Contact),
            _ => None,
        };
        found.ok_or_else(|| Invalid::from("Choose somebody of this customer."))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::laws;

    #[test]
    fn a_requester_is_a_user_or_a_contact() {
        let (user, contact) = (UserId::new(), ContactId::new());
        assert_eq!(format!("user {user}").parse(), Ok(Requester::User(user)));
        assert_eq!(format!("contact {contact}").parse(), Ok(Requester::Contact(contact)));
        for wrong in [String::new(), user.to_string(), format!("colleague {user}"), "user x".into()] {
            assert!(wrong.parse::<Requester>().is_err(), "{wrong}");
        }
    }

    proptest::proptest! {
        #[test]
        fn a_requester_is_read_back(any in "\\PC*", named in " ?(user|contact) [0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}") {
            proptest::prop_assert!(laws::is_read_back::<Requester>(&any) && laws::is_read_back::<Requester>(&named));
        }
    }
}
