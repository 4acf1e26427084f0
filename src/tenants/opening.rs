//! A new tenant, with an invitation for its first admin: made by the platform, or by a customer that has a bootstrap key.
use super::{
    bootstrapping,
    model::{TenantName, refused},
    slug::Slug,
};
use crate::{
    infra::{
        db::{Tx, ids::TenantId, schema::tenants},
        web::errors::Result,
    },
    users,
    values::{Country, Email, Host, PersonName, TimeZone},
};
use diesel::prelude::*;

/// A tenant that is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenTenant {
    pub name: TenantName,
    pub slug: Slug,
    pub host: Option<Host>,
    pub country: Country,
    pub time_zone: TimeZone,
    pub admin_name: PersonName,
    pub admin_email: Email,
}

impl OpenTenant {
    /// By the platform.
    ///
    /// # Errors
    /// `Invalid` where another tenant has the short name or the host.
    pub fn make(&self, tx: &mut Tx, base: &str) -> Result<TenantId> {
        let id = TenantId::new();
        diesel::insert_into(tenants::table)
            .values((
                tenants::id.eq(id),
                tenants::name.eq(&self.name),
                tenants::slug.eq(&self.slug),
                tenants::host.eq(&self.host),
                tenants::country.eq(self.country.to_string()),
                tenants::time_zone.eq(self.time_zone),
            ))
            .execute(tx.conn)
            .map_err(refused)?;
        users::invite_first_admin(tx, id, &self.admin_name, &self.admin_email, base)?;
        Ok(id)
    }

    /// By whoever holds a bootstrap key, which is used up by it. `None`: the key is not good.
    ///
    /// # Errors
    /// `Invalid` where another tenant has the short name.
    pub fn make_with_key(&self, tx: &mut Tx, key: &str, base: &str) -> Result<Option<TenantId>> {
        let id = TenantId::new();
        if !bootstrapping::redeem(tx, key, id, self).map_err(refused)? {
            return Ok(None);
        }
        users::invite_first_admin(tx, id, &self.admin_name, &self.admin_email, base)?;
        Ok(Some(id))
    }
}
