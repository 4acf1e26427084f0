//! How the index follows the log.
use crate::infra::{jobs::Job, web::errors::Result};
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

/// Brings the words of these tickets up to date. `which` is a query for their ids, `$1` the records of the job.
fn index_tickets(job: &mut Job, which: &str) -> Result<()> {
    diesel::sql_query(format!("SELECT index_tickets(ARRAY({which}))"))
        .bind::<Array<Uuid>, _>(job.entities())
        .execute(job.tx.conn)?;
    Ok(())
}

/// After a change of tickets.
pub fn index_changed_tickets(job: &mut Job) -> Result<()> {
    index_tickets(job, "SELECT unnest($1)")
}

/// After something was written.
pub fn index_written_tickets(job: &mut Job) -> Result<()> {
    index_tickets(job, "SELECT DISTINCT ticket_id FROM ticket_messages WHERE id = ANY ($1)")
}

/// After a customer got another name or address: all of its tickets are found by them.
pub fn index_tickets_of_customers(job: &mut Job) -> Result<()> {
    index_tickets(job, "SELECT id FROM tickets WHERE customer_id = ANY ($1)")
}

/// After somebody who asks got another address.
pub fn index_tickets_of_requesters(job: &mut Job) -> Result<()> {
    index_tickets(
        job,
        "SELECT t.id FROM users u JOIN tickets t ON t.customer_id = u.customer_id AND t.requester_id = u.id WHERE u.id = ANY ($1)
         UNION SELECT t.id FROM contacts p JOIN tickets t ON t.customer_id = p.customer_id AND t.requester_contact_id = p.id WHERE p.id = ANY ($1)",
    )
}

/// After a change of customers.
pub fn index_customers(job: &mut Job) -> Result<()> {
    index(job, "customer")
}

/// After a change of contacts.
pub fn index_contacts(job: &mut Job) -> Result<()> {
    index(job, "contact")
}
