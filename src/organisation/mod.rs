//! How a customer is organised: for now, the places at which it is found.
pub mod entity;
pub mod subscribers;

use crate::infra::{
    db::{
        Tx,
        ids::{CustomerId, LocationId},
        schema::locations,
    },
    web::errors::Result,
};
use diesel::prelude::*;
use serde::Deserialize;
use serde_json::Value;

/// A place at which a customer is found.
#[derive(HasQuery, Deserialize, Clone, Debug)]
pub struct Location {
    pub id: LocationId,
    pub name: String,
    pub secondary_name: String,
    pub address: Value,
    /// ISO 3166-1.
    pub country_code: String,
    pub is_hq: bool,
    pub is_active: bool,
}

impl Location {
    /// Those of a customer, its headquarters first; at most 50.
    pub fn of(tx: &mut Tx, customer: CustomerId) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(locations::customer_id.eq(customer))
            .order((locations::is_hq.desc(), locations::name, locations::id))
            .limit(50)
            .load(tx.conn)?)
    }
}
