//! The row.
use crate::platform::{db::Tx, errors::Result, ids::TenantId, schema::tenants};
use chrono::{DateTime, Utc};
use diesel::prelude::*;

/// An organisation that runs a console.
#[derive(HasQuery, Clone, Debug)]
pub struct Tenant {
    pub id: TenantId,
    pub name: String,
    pub slug: String,
    pub host: Option<String>,
    pub country: String,
    pub time_zone: String,
    pub created_at: DateTime<Utc>,
}

impl Tenant {
    /// The tenant.
    pub fn find(tx: &mut Tx, id: TenantId) -> Result<Self> {
        Ok(Self::query().filter(tenants::id.eq(id)).first(tx.conn)?)
    }

    /// By name; the first 200.
    pub fn by_name(tx: &mut Tx) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(tenants::is_throwaway.eq(false))
            .order((tenants::name, tenants::id))
            .limit(200)
            .load(tx.conn)?)
    }
}
