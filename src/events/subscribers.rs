//! What follows from accesses: a warning when there are many, and forgetting what is too old.
use super::alerts::Burst;
use crate::infra::{jobs::Job, web::errors::Result};
use diesel::{RunQueryDsl, sql_types::Integer};

#[diesel::declare_sql_function]
extern "SQL" {
    #[sql_name = "forget_accesses"]
    fn forget(most: Integer) -> Integer;
}

/// Accesses that one statement forgets.
const BATCH: i32 = 5_000;

/// Writes to the admins of a tenant, or of the platform, when sign-ins fail and requests are refused in numbers.
pub fn warn_of_bursts(job: &mut Job) -> Result<()> {
    if let Some(burst) = Burst::now(job.tx)? {
        burst.warn(job.tx, &job.tools.public_url)?;
    }
    Ok(())
}

/// Forgets accesses that are older than their tenant keeps them.
pub fn forget_accesses(job: &mut Job) -> Result<()> {
    while diesel::select(forget(BATCH)).get_result::<i32>(job.tx.conn)? >= BATCH {}
    Ok(())
}
