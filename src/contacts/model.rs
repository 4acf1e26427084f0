//! The row and its queries.
use crate::platform::{
    db::Tx,
    errors::Result,
    ids::{ContactId, CustomerId},
    schema::contacts,
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::Serialize;

/// A person at a customer.
#[derive(HasQuery, Clone, Debug, Serialize)]
pub struct Contact {
    pub id: ContactId,
    pub customer_id: CustomerId,
    pub first_name: String,
    pub last_name: String,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub job_role: String,
    pub contact_type: String,
    pub location: String,
    pub notes: String,
    pub is_primary: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i32,
}

impl Contact {
    /// Whom to ask first at a customer.
    pub fn primary_of(tx: &mut Tx, customer: CustomerId) -> Result<Option<Self>> {
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

    /// The kind of contact in words; a tenant's own word as it is.
    pub fn type_name(&self) -> String {
        match self.contact_type.as_str() {
            "account_owner" => "Account owner".into(),
            "billing" => "Billing".into(),
            "technical" => "Technical".into(),
            own => own.to_owned(),
        }
    }
}
