//! The row, its queries, its first verbs.
use super::values::{About, CustomerName, ExternalId, PostalAddress, Products, VatNumber};
use crate::{
    infra::{
        db::{
            Tx,
            cached::Cached,
            ids::{CompanyId, CustomerId, UserId},
            schema::{companies, customers, users},
        },
        web::errors::{AppError, Result},
    },
    values::{
        Address, Classification, Country, CustomerSource, CustomerType, Domain, Email, Industry,
        IndustryGroup, Phone, Sector, SessionLength, SizeRange, Stage, WebAddress, address::phone_country,
    },
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::Serialize;

/// An account that the tenant serves.
#[derive(HasQuery, Identifiable, Clone, Debug, Serialize)]
pub struct Customer {
    pub id: CustomerId,
    pub name: CustomerName,
    pub customer_type: CustomerType,
    pub lifecycle_stage: Stage,
    pub source: CustomerSource,
    pub company_id: Option<CompanyId>,
    pub email: Option<Email>,
    pub email_domain: Option<Domain>,
    pub phone: Option<Phone>,
    pub website: Option<WebAddress>,
    pub billing_address: serde_json::Value,
    pub service_address: serde_json::Value,
    pub notes: About,
    pub products: Products,
    pub external_id: Option<ExternalId>,
    pub vat_number: Option<VatNumber>,
    pub industry_sector: Option<Sector>,
    pub industry_group: Option<IndustryGroup>,
    pub classification: Option<Classification>,
    pub size_range: Option<SizeRange>,
    pub linkedin_url: Option<WebAddress>,
    pub x_url: Option<WebAddress>,
    pub facebook_url: Option<WebAddress>,
    pub instagram_url: Option<WebAddress>,
    pub youtube_url: Option<WebAddress>,
    pub github_url: Option<WebAddress>,
    pub session_expiration_seconds: Option<SessionLength>,
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

/// A customer as it is to be. `None` clears a field.
#[derive(Insertable, AsChangeset, Clone, Debug, PartialEq, Serialize)]
#[diesel(table_name = customers, treat_none_as_null = true)]
pub struct WriteCustomer {
    pub name: CustomerName,
    pub customer_type: CustomerType,
    pub lifecycle_stage: Stage,
    pub source: CustomerSource,
    pub company_id: Option<CompanyId>,
    pub email: Option<Email>,
    pub email_domain: Option<Domain>,
    pub phone: Option<Phone>,
    pub website: Option<WebAddress>,
    #[serde(skip)]
    pub billing_address: PostalAddress,
    #[serde(skip)]
    pub service_address: PostalAddress,
    pub notes: About,
    pub products: Products,
    pub external_id: Option<ExternalId>,
    pub vat_number: Option<VatNumber>,
    #[diesel(embed)]
    #[serde(skip)]
    pub industry: IndustryColumns,
    pub classification: Option<Classification>,
    pub size_range: Option<SizeRange>,
    pub linkedin_url: Option<WebAddress>,
    pub x_url: Option<WebAddress>,
    pub facebook_url: Option<WebAddress>,
    pub instagram_url: Option<WebAddress>,
    pub youtube_url: Option<WebAddress>,
    pub github_url: Option<WebAddress>,
    pub session_expiration_seconds: Option<SessionLength>,
    pub call_requests_allowed: bool,
}

/// An industry in the columns that it is kept in: a group is always of its sector.
#[derive(Insertable, AsChangeset, Clone, Copy, Debug, Default, PartialEq, Eq)]
#[diesel(table_name = customers, treat_none_as_null = true)]
pub struct IndustryColumns {
    industry_sector: Option<Sector>,
    industry_group: Option<IndustryGroup>,
}

impl From<Option<Industry>> for IndustryColumns {
    fn from(industry: Option<Industry>) -> Self {
        Self {
            industry_sector: industry.map(|industry| industry.sector),
            industry_group: industry.and_then(|industry| industry.group),
        }
    }
}

impl IndustryColumns {
    /// The sector, where an industry is known.
    pub const fn sector(self) -> Option<Sector> {
        self.industry_sector
    }

    /// The group, where that is known as well.
    pub const fn group(self) -> Option<IndustryGroup> {
        self.industry_group
    }
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

    /// Its sector, and a group of it where that is known.
    pub fn industry(&self) -> Option<Industry> {
        self.industry_sector.map(|sector| Industry { sector, group: self.industry_group })
    }

    /// Makes a customer.
    ///
    /// # Errors
    /// `Invalid` where another customer has the external id, or the company is none of the tenant.
    pub fn create(tx: &mut Tx, command: &WriteCustomer) -> Result<CustomerId> {
        let id = CustomerId::new();
        let made = diesel::insert_into(customers::table).values((command, customers::id.eq(id)));
        made.execute(tx.conn).map_err(refused_by_constraint)?;
        Ok(id)
    }

    /// Saves over the version that the form was made from.
    ///
    /// # Errors
    /// `Changed` where another stands; else as [`Customer::create`].
    pub fn update(tx: &mut Tx, id: CustomerId, version: i32, command: &WriteCustomer) -> Result<()> {
        let known = customers::table.filter(customers::id.eq(id)).filter(customers::version.eq(version));
        match diesel::update(known).set(command).execute(tx.conn).map_err(refused_by_constraint)? {
            0 => Self::find(tx, id).and(Err(AppError::outdated())),
            _ => Ok(()),
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
}

fn refused_by_constraint(error: diesel::result::Error) -> AppError {
    match AppError::constraint(&error) {
        Some("customers_external_id_taken") => {
            AppError::refused("external_id", "Another customer has this external id.")
        }
        Some("customers_company") => AppError::refused("company_id", "Choose a company from the list."),
        _ => error.into(),
    }
}

/// The tenant's companies, in the order of their names: id and name.
pub struct CompanyList(Vec<(CompanyId, String)>);

impl Cached for CompanyList {
    fn load(tx: &mut Tx) -> Result<Self> {
        let all = companies::table.select((companies::id, companies::name)).order(companies::name);
        Ok(Self(all.limit(10_000).load(tx.conn)?))
    }
}

impl CompanyList {
    /// Those that a form or filter offers.
    pub fn offered(&self) -> Vec<(String, String)> {
        self.0.iter().take(200).map(|(id, name)| (id.to_string(), name.clone())).collect()
    }

    /// The name of one.
    pub fn name(&self, id: CompanyId) -> Option<&str> {
        self.0.iter().find(|(of, _)| *of == id).map(|(_, name)| name.as_str())
    }
}

/// The tenant's companies as options of a select.
pub fn company_options(tx: &mut Tx) -> Result<Vec<(String, String)>> {
    Ok(tx.cached::<CompanyList>()?.offered())
}

/// The name of somebody, for "saved by".
pub fn user_name(tx: &mut Tx, id: Option<UserId>) -> Result<Option<String>> {
    let Some(id) = id else { return Ok(None) };
    Ok(users::table.filter(users::id.eq(id)).select(users::name).first(tx.conn).optional()?)
}
