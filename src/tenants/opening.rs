//! A new tenant, with an invitation for its first admin: made by the platform, or by a customer that has a bootstrap key.
use super::bootstrapping;
use crate::{
    infra::{
        db::{Tx, ids::TenantId, schema::tenants},
        web::errors::{AppError, Result},
    },
    users,
};
use diesel::prelude::*;

/// A tenant that is to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    pub name: String,
    pub slug: String,
    pub host: Option<String>,
    pub country: String,
    pub time_zone: String,
    pub admin_name: String,
    /// In lower case.
    pub admin_email: String,
}

/// Why there is no new tenant: field and message.
pub type Refusal = (&'static str, &'static str);

impl Opening {
    /// By the platform.
    pub fn make(&self, tx: &mut Tx, base: &str) -> Result<Result<TenantId, Refusal>> {
        let id = TenantId::new();
        let made = diesel::insert_into(tenants::table)
            .values((
                tenants::id.eq(id),
                tenants::name.eq(&self.name),
                tenants::slug.eq(&self.slug),
                tenants::host.eq(&self.host),
                tenants::country.eq(&self.country),
                tenants::time_zone.eq(&self.time_zone),
            ))
            .execute(tx.conn);
        if let Err(error) = made {
            return refused(error);
        }
        users::invite_first_admin(tx, id, &self.admin_name, &self.admin_email, base)?;
        Ok(Ok(id))
    }

    /// By whoever holds a bootstrap key, which is used up by it. `None`: the key is not good.
    pub fn make_with_key(
        &self,
        tx: &mut Tx,
        key: &str,
        base: &str,
    ) -> Result<Option<Result<TenantId, Refusal>>> {
        let id = TenantId::new();
        match bootstrapping::redeem(tx, key, id, self) {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(error) => return refused(error).map(Some),
        }
        users::invite_first_admin(tx, id, &self.admin_name, &self.admin_email, base)?;
        Ok(Some(Ok(id)))
    }
}

fn refused(error: diesel::result::Error) -> Result<Result<TenantId, Refusal>> {
    match AppError::constraint(&error) {
        Some("tenants_slug_taken") => Ok(Err(("slug", "Another tenant has this short name."))),
        Some("tenants_host_taken") => Ok(Err(("host", "Another tenant is reached at this host."))),
        _ => Err(error.into()),
    }
}
