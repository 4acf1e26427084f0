//! By what a form is read.
use crate::{
    calls::times,
    customers::model::Customer,
    infra::{
        db::{self, ids::CustomerId},
        web::{auth::SignedIn, errors::Result},
    },
    values::Country,
};
use chrono::{DateTime, Utc};
use chrono_tz::Tz;

/// The clock of whoever typed it, the country of phone numbers without a country code, and the time.
#[derive(Clone, Copy, Debug)]
pub struct Basis {
    pub clock: Tz,
    pub country: Option<Country>,
    pub now: DateTime<Utc>,
}

impl Basis {
    /// Of a form about this customer.
    pub async fn of(person: &SignedIn, customer: CustomerId) -> Result<Self> {
        let (tenant, clock) = (person.country.clone(), times::zone(&person.time_zone).unwrap_or(Tz::UTC));
        person
            .read(move |tx| {
                let country = Customer::find(tx, customer)?.phone_country(&tenant);
                Ok(Self { clock, country, now: db::now(tx)? })
            })
            .await
    }
}
