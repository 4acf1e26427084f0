//! The row, its settings, and whether it is in use.
use crate::{
    infra::{
        db::{Audience, Tx, ids::TenantId, schema::tenants},
        web::errors::{AppError, Result},
    },
    values::{Country, Host, SessionLength, TimeZone, bounded::bounded_text},
};
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
    pub session_expiration_seconds: Option<i32>,
    /// After so long without use people are signed out; 8 hours where nothing is set.
    pub idle_expiration_seconds: Option<i32>,
    /// Days that failed sign-ins, refusals, exports and reads stay in the audit log.
    pub access_log_days: i32,
    /// Since when nobody of it is let in.
    pub disabled_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    /// The tenant whose customer it is, where it was set up with a bootstrap key.
    pub served_by: Option<TenantId>,
    pub version: i32,
}

bounded_text! {
    /// What an organisation is called.
    TenantName: line 200, empty "Enter a name of 1 to 200 characters.", long "Enter a name of 1 to 200 characters.";
}

/// What can be set of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SaveSettings {
    pub name: TenantName,
    /// Only the platform decides where a tenant is reached.
    pub host: Option<Host>,
    pub country: Country,
    pub time_zone: TimeZone,
    pub session_expiration: Option<SessionLength>,
    pub idle_expiration: Option<SessionLength>,
    /// 30 to 3650; how long accesses stay in the audit log.
    pub access_log_days: i32,
}

impl Tenant {
    /// The tenant.
    pub fn find(tx: &mut Tx, id: TenantId) -> Result<Self> {
        Ok(Self::query().filter(tenants::id.eq(id)).first(tx.conn)?)
    }

    /// Saves settings over the version that they were made from. The host stays as it is, unless the platform is at work.
    ///
    /// # Errors
    /// `Changed` where another version stands; `Invalid` where another tenant has the host.
    pub fn save(tx: &mut Tx, id: TenantId, version: i32, command: &SaveSettings) -> Result<()> {
        let known = tenants::table.filter(tenants::id.eq(id)).filter(tenants::version.eq(version));
        let own = (
            tenants::name.eq(&command.name),
            tenants::country.eq(command.country.to_string()),
            tenants::time_zone.eq(command.time_zone),
            tenants::session_expiration_seconds.eq(command.session_expiration),
            tenants::idle_expiration_seconds.eq(command.idle_expiration),
            tenants::access_log_days.eq(command.access_log_days),
        );
        let saved = if tx.scope.audience == Audience::Platform {
            diesel::update(known).set((own, tenants::host.eq(&command.host))).execute(tx.conn)
        } else {
            diesel::update(known).set(own).execute(tx.conn)
        };
        match saved.map_err(refused)? {
            0 => Err(AppError::outdated()),
            _ => Ok(()),
        }
    }

    /// Lets nobody of it in any more, and signs out who is. Once only: `false` where it is disabled already.
    pub fn disable(tx: &mut Tx, id: TenantId) -> Result<bool> {
        let open = tenants::table.filter(tenants::id.eq(id)).filter(tenants::disabled_at.is_null());
        Ok(diesel::update(open).set(tenants::disabled_at.eq(diesel::dsl::now)).execute(tx.conn)? > 0)
    }

    /// Lets its people in again.
    pub fn enable(tx: &mut Tx, id: TenantId) -> Result<bool> {
        let closed = tenants::table.filter(tenants::id.eq(id)).filter(tenants::disabled_at.is_not_null());
        let never = None::<DateTime<Utc>>;
        Ok(diesel::update(closed).set(tenants::disabled_at.eq(never)).execute(tx.conn)? > 0)
    }
}

/// The name or the host of a tenant may be another one's already.
pub(super) fn refused(error: diesel::result::Error) -> AppError {
    match AppError::constraint(&error) {
        Some("tenants_slug_taken") => AppError::refused("slug", "Another tenant has this short name."),
        Some("tenants_host_taken") => AppError::refused("host", "Another tenant is reached at this host."),
        _ => error.into(),
    }
}
