//! How the index follows the log.
use crate::platform::{errors::Result, tasks::Job};
use diesel::{
    RunQueryDsl,
    sql_types::{Array, Text, Uuid},
};

/// Brings the documents of these records up to date, whatever happened to them: what is gone goes, what is there is written as it is now.
fn index(job: &mut Job, entity: &str) -> Result<()> {
    diesel::sql_query("SELECT index_documents($1, $2)")
        .bind::<Text, _>(entity)
        .bind::<Array<Uuid>, _>(job.entities())
        .execute(job.tx.conn)?;
    Ok(())
}

/// After a change of customers.
pub fn index_customers(job: &mut Job) -> Result<()> {
    index(job, "customer")
}

/// After a change of contacts.
pub fn index_contacts(job: &mut Job) -> Result<()> {
    index(job, "contact")
}
