//! What happens in the background when customers leave.
use super::emails::Notice;
use crate::{
    infra::{
        db::ids::TicketId,
        jobs::Job,
        web::errors::{AppError, Result},
    },
    tickets::Ticket,
};
use chrono::{DateTime, Utc};
use diesel::{
    QueryableByName, RunQueryDsl,
    sql_types::{Array, Integer, Timestamptz, Uuid},
};

#[diesel::declare_sql_function]
extern "SQL" {
    #[sql_name = "end_grace_periods"]
    fn end_periods(at: Timestamptz, most: Integer) -> Integer;
}

/// How many customers one statement makes churned.
const BATCH: i32 = 500;

/// Makes churned whoever did not come back in time. The time is the one for which the clock asked, so that a test can set it.
pub fn end_grace_periods(job: &mut Job) -> Result<()> {
    let times: Vec<DateTime<Utc>> = job.tasks.iter().filter_map(|task| task.due_for).collect();
    for at in times {
        while diesel::select(end_periods(at, BATCH)).get_result::<i32>(job.tx.conn)? == BATCH {}
    }
    Ok(())
}

/// Tells those who look after a customer that it asks to be switched on again.
pub fn notify_of_requests(job: &mut Job) -> Result<()> {
    for deactivation in Notice::standing(job.tx, job.entities())? {
        deactivation.notify_of_request(job.tx, &job.tools.public_url)?;
    }
    Ok(())
}

/// Tells the admins of a customer that its access is switched off. Whoever came back in the meantime is not told.
pub fn notify_of_deactivations(job: &mut Job) -> Result<()> {
    for deactivation in Notice::standing(job.tx, job.entities())? {
        deactivation.notify_of_end(job.tx, &job.tools.public_url)?;
    }
    Ok(())
}

/// Tells the admins of a customer that it is switched on again.
pub fn notify_of_returns(job: &mut Job) -> Result<()> {
    for deactivation in Notice::taken_back(job.tx, job.entities())? {
        deactivation.notify_of_return(job.tx, &job.tools.public_url)?;
    }
    Ok(())
}

#[derive(QueryableByName)]
struct Open {
    #[diesel(sql_type = Uuid)]
    id: TicketId,
}

/// What is noted on a ticket that ends with its customer.
const NOTE: &str = "Closed because the grace period of the customer's deactivation is over.";

/// Closes the tickets of customers whose grace period is over, each with a note among staff.
pub fn close_tickets_of_churned(job: &mut Job) -> Result<()> {
    let open: Vec<Open> = diesel::sql_query(
        "SELECT t.id FROM tickets t JOIN deactivations d ON d.tenant_id = t.tenant_id AND d.customer_id = t.customer_id
         WHERE d.id = ANY ($1) AND d.churned_at IS NOT NULL AND d.reactivated_at IS NULL AND t.status IN ('open', 'pending') ORDER BY t.id",
    )
    .bind::<Array<Uuid>, _>(job.entities())
    .load(job.tx.conn)?;
    let ids: Vec<TicketId> = open.into_iter().map(|ticket| ticket.id).collect();
    Ticket::close_all(job.tx, &ids, "Clientele", &NOTE.parse().map_err(AppError::internal)?)
}
