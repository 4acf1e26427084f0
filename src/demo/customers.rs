//! A customer as it is written, and the row that it becomes.
use super::{copy::Rows, places::Address};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

/// A customer; the fields are the columns.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Customer {
    pub id: Uuid,
    pub name: String,
    pub customer_type: &'static str,
    pub lifecycle_stage: &'static str,
    pub source: &'static str,
    pub company_id: Option<Uuid>,
    pub email: Option<String>,
    pub email_domain: Option<String>,
    pub phone: Option<String>,
    pub website: Option<String>,
    pub billing_address: Option<Address>,
    pub service_address: Option<Address>,
    pub notes: String,
    pub products: Vec<&'static str>,
    pub external_id: Option<String>,
    pub industry_sector: Option<&'static str>,
    pub industry_group: Option<&'static str>,
    pub classification: Option<&'static str>,
    pub size_range: Option<&'static str>,
    pub linkedin_url: Option<String>,
    pub x_url: Option<String>,
    pub facebook_url: Option<String>,
    pub instagram_url: Option<String>,
    pub youtube_url: Option<String>,
    pub github_url: Option<String>,
    pub revenue_cents: i64,
    pub first_purchase_on: Option<NaiveDate>,
    pub last_purchase_on: Option<NaiveDate>,
    pub churned_at: Option<DateTime<Utc>>,
    /// Deactivated; following::make_deactivations tells why.
    pub is_disabled: bool,
    pub created_by: Option<Uuid>,
    pub updated_by: Option<Uuid>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
}

/// Writes a customer as a row for the columns below.
pub fn write(customer: &Customer, tenant: Uuid, rows: &mut Rows) {
    let c = customer;
    let json = |address: &Option<Address>| {
        address.as_ref().and_then(|a| serde_json::to_string(a).ok()).unwrap_or_else(|| "{}".to_owned())
    };
    rows.row()
        .plain(c.id)
        .plain(tenant)
        .text(&c.name)
        .text(c.customer_type)
        .text(c.lifecycle_stage)
        .text(c.source)
        .maybe_plain(c.company_id)
        .maybe(c.email.as_deref())
        .maybe(c.email_domain.as_deref())
        .maybe(c.phone.as_deref())
        .maybe(c.website.as_deref())
        .text(&json(&c.billing_address))
        .text(&json(&c.service_address))
        .text(&c.notes)
        .texts(&c.products)
        .maybe(c.external_id.as_deref())
        .maybe(c.industry_sector)
        .maybe(c.industry_group)
        .maybe(c.classification)
        .maybe(c.size_range)
        .maybe(c.linkedin_url.as_deref())
        .maybe(c.x_url.as_deref())
        .maybe(c.facebook_url.as_deref())
        .maybe(c.instagram_url.as_deref())
        .maybe(c.youtube_url.as_deref())
        .maybe(c.github_url.as_deref())
        .plain(format_args!("{}.{:02}", c.revenue_cents / 100, c.revenue_cents % 100))
        .maybe_plain(c.first_purchase_on)
        .maybe_plain(c.last_purchase_on)
        .maybe_time(c.churned_at)
        .plain(c.is_disabled)
        .maybe_plain(c.created_by)
        .maybe_plain(c.updated_by)
        .time(c.created_at)
        .time(c.updated_at)
        .plain(c.version)
        .end();
}

/// The columns that [`write`] fills.
macro_rules! columns {
    () => {{
        use crate::infra::db::schema::customers::*;
        (
            id,
            tenant_id,
            name,
            customer_type,
            lifecycle_stage,
            source,
            company_id,
            email,
            email_domain,
            phone,
            website,
            billing_address,
            service_address,
            notes,
            products,
            external_id,
            industry_sector,
            industry_group,
            classification,
            size_range,
            linkedin_url,
            x_url,
            facebook_url,
            instagram_url,
            youtube_url,
            github_url,
            revenue_total,
            first_purchase_on,
            last_purchase_on,
            churned_at,
            is_disabled,
            created_by,
            updated_by,
            created_at,
            updated_at,
            version,
        )
    }};
}
pub(super) use columns;
