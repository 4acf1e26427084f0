//! Platform admins inside a tenant: entering it, leaving it, and who was there.
use crate::infra::{
    db::{
        Tx,
        ids::{SessionId, TenantId},
        schema::tenant_entries,
    },
    web::errors::{AppError, Result},
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Text, Uuid},
};

/// A platform admin was inside a tenant.
#[derive(HasQuery, Clone, Debug)]
#[diesel(table_name = tenant_entries)]
pub struct Entry {
    pub user_name: String,
    pub reason: String,
    pub entered_at: DateTime<Utc>,
    pub left_at: Option<DateTime<Utc>>,
}

#[diesel::declare_sql_function]
extern "SQL" {
    fn enter_tenant(of_tenant: Uuid, in_session: Uuid, why: Text) -> Bool;
    fn leave_tenant(in_session: Uuid) -> Bool;
}

impl Entry {
    /// The latest ten.
    pub fn latest(tx: &mut Tx, tenant: TenantId) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(tenant_entries::tenant_id.eq(tenant))
            .order(tenant_entries::entered_at.desc())
            .limit(10)
            .load(tx.conn)?)
    }

    /// The platform admin at work goes on inside the tenant in this session.
    pub fn begin(tx: &mut Tx, tenant: TenantId, session: SessionId, reason: &str) -> Result<()> {
        let entered: bool = diesel::select(enter_tenant(tenant, session, reason)).get_result(tx.conn)?;
        if entered { Ok(()) } else { Err(AppError::NotFound) }
    }

    /// They leave whatever tenant they are in.
    pub fn end(tx: &mut Tx, session: SessionId) -> Result<()> {
        diesel::select(leave_tenant(session)).get_result::<bool>(tx.conn)?;
        Ok(())
    }
}
