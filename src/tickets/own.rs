//! Tickets as those see them who asked.
use super::kinds::Status;
use crate::infra::{
    db::{
        Tx,
        ids::{CustomerId, TicketId, UserId},
        sql::{Bind, Statement},
    },
    web::errors::Result,
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Bool, Nullable, Text, Timestamptz, Uuid},
};

/// A row of the portal's lists.
#[derive(QueryableByName, Clone, Debug)]
pub struct OwnTicket {
    #[diesel(sql_type = Uuid)]
    pub id: TicketId,
    #[diesel(sql_type = BigInt)]
    pub number: i64,
    #[diesel(sql_type = Text)]
    pub subject: String,
    #[diesel(sql_type = Text)]
    pub status: Status,
    #[diesel(sql_type = Nullable<Uuid>)]
    pub requester_id: Option<UserId>,
    #[diesel(sql_type = Text)]
    pub requester_name: String,
    /// The last public message: notes are no news here.
    #[diesel(sql_type = Timestamptz)]
    pub spoke_at: DateTime<Utc>,
    /// Staff have answered, and the reader has not looked since.
    #[diesel(sql_type = Bool)]
    pub is_unread: bool,
}

/// The keys of the last row of a page.
pub type After = (DateTime<Utc>, TicketId);

impl OwnTicket {
    /// The latest tickets of a customer that the person at work may see, so many of each status, after a row.
    pub fn of(
        tx: &mut Tx,
        customer: CustomerId,
        parts: &[(Status, usize)],
        after: Option<After>,
    ) -> Result<Vec<Self>> {
        let mut sql = Statement::new(
            "SELECT t.id, t.number, t.subject, t.status, t.requester_id, t.requester_name, t.spoke_at,
                    t.staff_wrote_at IS NOT NULL AND coalesce((SELECT r.read_at < t.staff_wrote_at FROM ticket_readers r WHERE r.tenant_id = t.tenant_id AND r.ticket_id = t.id
                            AND r.user_id = (SELECT current_actor())), true) AS is_unread
             FROM (",
        );
        for (place, (status, most)) in parts.iter().enumerate() {
            sql.push(if place == 0 { "(" } else { " UNION ALL (" })
                .push("SELECT tenant_id, id, number, subject, status, requester_id, requester_name, spoke_at, staff_wrote_at FROM tickets WHERE customer_id = ")
                .bind(Bind::Uuid(customer.0))
                .push(" AND status = ")
                .bind(Bind::Text(status.code().to_owned()));
            if let Some((at, id)) = after {
                sql.push(" AND (spoke_at, id) < (")
                    .bind(Bind::Time(at))
                    .push(", ")
                    .bind(Bind::Uuid(id.0))
                    .push(")");
            }
            sql.push(" ORDER BY spoke_at DESC, id DESC LIMIT ")
                .bind(Bind::Int(i64::try_from(*most).unwrap_or(i64::MAX)))
                .push(")");
        }
        sql.push(") AS t ORDER BY t.spoke_at DESC, t.id DESC");
        Ok(sql.load(tx.conn)?)
    }
}
