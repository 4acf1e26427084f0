//! What happens to users in the background when their customer changes.
use crate::infra::{jobs::Job, web::errors::Result};
use diesel::RunQueryDsl;
use diesel::sql_types::{Array, Integer, Uuid};

#[diesel::declare_sql_function]
extern "SQL" {
    fn renew_claims(of_customers: Array<Uuid>, most: Integer) -> Integer;
}

/// How many users one statement renews.
const BATCH: i32 = 1000;

/// Gives the users of customers whose products changed the claims that follow from them (S002 §6). Their open sessions see it at the
/// next request.
pub fn renew_claims_of_users(job: &mut Job) -> Result<()> {
    let customers = job.entities();
    while diesel::select(renew_claims(&customers, BATCH)).get_result::<i32>(job.tx.conn)? == BATCH {}
    Ok(())
}
