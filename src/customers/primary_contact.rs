//! Whom to ask first at a customer, as its own pages show it. Contacts are a feature that stands on this one.
use crate::{
    infra::{
        db::{
            Tx,
            ids::{ContactId, CustomerId},
            schema::contacts,
        },
        web::errors::Result,
    },
    values::{ContactType, Email, Phone},
};
use diesel::prelude::*;

/// The contact that is marked as primary.
#[derive(HasQuery, Clone, Debug)]
#[diesel(table_name = contacts)]
pub struct PrimaryContact {
    pub id: ContactId,
    pub first_name: String,
    pub last_name: String,
    pub email: Option<Email>,
    pub phone: Option<Phone>,
    pub job_role: String,
    pub contact_type: ContactType,
}

impl PrimaryContact {
    /// That of a customer, if there is one.
    pub fn of(tx: &mut Tx, customer: CustomerId) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(contacts::customer_id.eq(customer))
            .filter(contacts::is_primary)
            .first(tx.conn)
            .optional()?)
    }

    /// First and last name.
    pub fn name(&self) -> String {
        format!("{} {}", self.first_name, self.last_name).trim().to_owned()
    }
}
