//! The row, its queries, its first verbs.
use crate::{
    infra::{
        db::{
            Tx,
            ids::{CompanyId, CustomerId, UserId},
            schema::{companies, customers, users},
        },
        web::errors::{AppError, Result},
    },
    values::{
        Country, Phone,
        parsing::{Address, phone_country},
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::Serialize;

/// An account that the tenant serves.
#[derive(HasQuery, Identifiable, Clone, Debug, Serialize)]
pub struct Customer {
    pub id: CustomerId,
    pub name: String,
    pub customer_type: String,
    pub lifecycle_stage: String,
    pub source: String,
    pub company_id: Option<CompanyId>,
    pub email: Option<String>,
    pub email_domain: Option<String>,
    pub phone: Option<String>,
    pub website: Option<String>,
    pub billing_address: serde_json::Value,
    pub service_address: serde_json::Value,
    pub notes: String,
    pub products: Vec<Option<String>>,
    pub external_id: Option<String>,
    pub vat_number: Option<String>,
    pub industry_sector: Option<String>,
    pub industry_group: Option<String>,
    pub classification: Option<String>,
    pub size_range: Option<String>,
    pub linkedin_url: Option<String>,
    pub x_url: Option<String>,
    pub facebook_url: Option<String>,
    pub instagram_url: Option<String>,
    pub youtube_url: Option<String>,
    pub github_url: Option<String>,
    pub session_expiration_seconds: Option<i32>,
    pub call_requests_allowed: bool,
    /// It runs a tenant of its own.
    pub is_tenant_customer: bool,
    pub first_purchase_on: Option<NaiveDate>,
    pub last_purchase_on: Option<NaiveDate>,
    pub churned_at: Option<DateTime<Utc>>,
    pub created_by: Option<UserId>,
    pub updated_by: Option<UserId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i32,
    portal_changed_at: Option<DateTime<Utc>>,
}

/// A customer that is fit to be saved. `None` clears a field.
#[derive(Insertable, AsChangeset, Clone, Debug, PartialEq, Serialize)]
#[diesel(table_name = customers, treat_none_as_null = true)]
pub struct CustomerDraft {
    pub name: String,
    pub customer_type: String,
    pub lifecycle_stage: String,
    pub source: String,
    pub company_id: Option<CompanyId>,
    pub email: Option<String>,
    pub email_domain: Option<String>,
    pub phone: Option<Phone>,
    pub website: Option<String>,
    pub billing_address: serde_json::Value,
    pub service_address: serde_json::Value,
    pub notes: String,
    pub products: Vec<String>,
    pub external_id: Option<String>,
    pub vat_number: Option<String>,
    pub industry_sector: Option<String>,
    pub industry_group: Option<String>,
    pub classification: Option<String>,
    pub size_range: Option<String>,
    pub linkedin_url: Option<String>,
    pub x_url: Option<String>,
    pub facebook_url: Option<String>,
    pub instagram_url: Option<String>,
    pub youtube_url: Option<String>,
    pub github_url: Option<String>,
    pub session_expiration_seconds: Option<i32>,
    pub call_requests_allowed: bool,
}

/// Why a customer could not be saved.
pub enum Unsaved {
    /// A field is wrong in a way that only the database knows: field and message.
    Field(&'static str, &'static str),
    /// Somebody saved first: this is what stands now.
    Outdated(Box<Customer>),
}

impl Customer {
    /// The customer, where the person at work may see it.
    pub fn find(tx: &mut Tx, id: CustomerId) -> Result<Self> {
        Ok(Self::query().filter(customers::id.eq(id)).first(tx.conn)?)
    }

    /// The country of its phone numbers without a country code: of its addresses, else the tenant's.
    pub fn phone_country(&self, tenant: &str) -> Option<Country> {
        phone_country(
            &[Address::from_json(&self.billing_address), Address::from_json(&self.service_address)],
            tenant,
        )
    }

    /// Makes a customer.
    pub fn create(tx: &mut Tx, draft: &CustomerDraft) -> Result<Result<CustomerId, Unsaved>> {
        let id = CustomerId::new();
        let made =
            diesel::insert_into(customers::table).values((draft, customers::id.eq(id))).execute(tx.conn);
        Ok(refused_by_constraint(made)?.map(|_| id))
    }

    /// Saves over the version that the form was made from, and over no other.
    pub fn update(
        tx: &mut Tx,
        id: CustomerId,
        version: i32,
        draft: &CustomerDraft,
    ) -> Result<Result<(), Unsaved>> {
        let known = customers::table.filter(customers::id.eq(id)).filter(customers::version.eq(version));
        match refused_by_constraint(diesel::update(known).set(draft).execute(tx.conn))? {
            Err(refusal) => Ok(Err(refusal)),
            Ok(0) => Ok(Err(Unsaved::Outdated(Box::new(Self::find(tx, id)?)))),
            Ok(_) => Ok(Ok(())),
        }
    }

    /// Deletes it with all that belongs to it.
    pub fn delete(tx: &mut Tx, id: CustomerId) -> Result<()> {
        match diesel::delete(customers::table.filter(customers::id.eq(id))).execute(tx.conn)? {
            0 => Err(AppError::NotFound),
            _ => Ok(()),
        }
    }

    /// When something last changed that its own people see of it. Notes and what else staff keep of it are not among that.
    pub fn changed_for_portal_at(&self) -> DateTime<Utc> {
        self.portal_changed_at.unwrap_or(self.created_at)
    }

    /// Products without the NULLs that an array might hold.
    pub fn products(&self) -> Vec<String> {
        self.products.iter().flatten().cloned().collect()
    }
}

fn refused_by_constraint(outcome: QueryResult<usize>) -> Result<Result<usize, Unsaved>> {
    match outcome {
        Ok(rows) => Ok(Ok(rows)),
        Err(error) => match AppError::constraint(&error) {
            Some("customers_external_id_taken") => {
                Ok(Err(Unsaved::Field("external_id", "Another customer has this external id.")))
            }
            Some("customers_company") => {
                Ok(Err(Unsaved::Field("company_id", "Choose a company from the list.")))
            }
            _ => Err(error.into()),
        },
    }
}

/// The tenant's companies as options of a select.
pub fn company_options(tx: &mut Tx) -> Result<Vec<(String, String)>> {
    let found: Vec<(CompanyId, String)> = companies::table
        .select((companies::id, companies::name))
        .order(companies::name)
        .limit(200)
        .load(tx.conn)?;
    Ok(found.into_iter().map(|(id, name)| (id.to_string(), name)).collect())
}

/// The name of somebody, for "saved by".
pub fn user_name(tx: &mut Tx, id: Option<UserId>) -> Result<Option<String>> {
    let Some(id) = id else { return Ok(None) };
    Ok(users::table.filter(users::id.eq(id)).select(users::name).first(tx.conn).optional()?)
}
