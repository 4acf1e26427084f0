//! Closing many tickets at once, in the background.
use super::{messages::Body, model::Ticket};
use crate::infra::{
    db::{
        Tx,
        ids::TicketId,
        sql::{Bind, Statement},
    },
    web::errors::Result,
};

use diesel::RunQueryDsl;

/// So many are closed by one statement.
const BATCH: usize = 500;

impl Ticket {
    /// Closes those of the tickets that are still open or pending, each with a note among staff: as [`Ticket::reply`] does with one. In the
    /// order of their ids, so that two who close the same wait for one another.
    pub fn close_all(tx: &mut Tx, ids: &[TicketId], author: &str, note: &Body) -> Result<()> {
        for some in ids.chunks(BATCH) {
            let ids = some.iter().map(|id| id.0).collect();
            let mut closing = Statement::new(
                "WITH open AS (
                     SELECT id, customer_id FROM tickets WHERE tenant_id = current_tenant() AND id = ANY (",
            );
            closing.bind(Bind::Uuids(ids)).push(
                ") AND status IN ('open', 'pending') ORDER BY id FOR NO KEY UPDATE),
                 noted AS (
                     INSERT INTO ticket_messages (customer_id, ticket_id, is_internal, from_staff, author_name, body)
                     SELECT customer_id, id, true, true, ",
            );
            closing.bind(Bind::Text(author.to_owned())).push(", ");
            closing.bind(Bind::Text(note.as_str().to_owned())).push(
                " FROM open RETURNING ticket_id, created_at)
                 UPDATE tickets t SET status = 'closed', waiting_since = NULL, resolved_at = noted.created_at, activity_at = noted.created_at
                 FROM noted WHERE t.tenant_id = current_tenant() AND t.id = noted.ticket_id",
            );
            closing.execute(tx.conn)?;
        }
        Ok(())
    }
}
