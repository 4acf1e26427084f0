//! The row and its queries.
use super::kinds::{Priority, Status};
use crate::infra::{
    db::{
        Tx,
        ids::{ContactId, CustomerId, TicketId, UserId},
        schema::tickets,
    },
    web::errors::Result,
};
use chrono::{DateTime, Utc};
use diesel::{dsl::sql, prelude::*, sql_types};
use serde::Serialize;

/// Something that a customer asks.
#[derive(HasQuery, Clone, Debug, Serialize)]
pub struct Ticket {
    pub id: TicketId,
    pub customer_id: CustomerId,
    pub number: i64,
    pub subject: String,
    pub status: Status,
    pub priority: Priority,
    pub requester_id: Option<UserId>,
    pub requester_contact_id: Option<ContactId>,
    pub requester_name: String,
    /// As it was asked for; `priority` is what staff made of it.
    pub requested_priority: Priority,
    pub assignee_id: Option<UserId>,
    /// The assignee, as long as they can act for the customer.
    pub worker_id: Option<UserId>,
    pub waiting_since: Option<DateTime<Utc>>,
    pub first_replied_at: Option<DateTime<Utc>>,
    pub resolved_at: Option<DateTime<Utc>>,
    pub customer_wrote_at: Option<DateTime<Utc>>,
    pub staff_wrote_at: Option<DateTime<Utc>>,
    pub activity_at: DateTime<Utc>,
    /// The last public message, or when it was opened: the order of what customers see, which must not tell of notes.
    pub spoke_at: DateTime<Utc>,
    pub created_by: Option<UserId>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i32,
}

impl Ticket {
    /// A ticket that the person at work may see.
    pub fn find(tx: &mut Tx, id: TicketId) -> Result<Self> {
        Ok(Self::query().filter(tickets::id.eq(id)).first(tx.conn)?)
    }

    /// A customer's tickets that the person at work may see, those with the latest public message first, after a row.
    pub fn latest_of(
        tx: &mut Tx,
        customer: CustomerId,
        after: Option<(DateTime<Utc>, TicketId)>,
        most: usize,
    ) -> Result<Vec<Self>> {
        let mut query = Self::query().filter(tickets::customer_id.eq(customer)).into_boxed();
        if let Some((at, id)) = after {
            query = query.filter(
                sql::<sql_types::Bool>("(spoke_at, id) < (")
                    .bind::<sql_types::Timestamptz, _>(at)
                    .sql(", ")
                    .bind::<sql_types::Uuid, _>(id)
                    .sql(")"),
            );
        }
        Ok(query
            .order((tickets::spoke_at.desc(), tickets::id.desc()))
            .limit(i64::try_from(most).unwrap_or(i64::MAX))
            .load(tx.conn)?)
    }

    /// The same by what people call it: #1042.
    pub fn numbered(tx: &mut Tx, number: i64) -> Result<Self> {
        Ok(Self::query().filter(tickets::number.eq(number)).first(tx.conn)?)
    }

    /// The same, locked until the transaction ends: whoever else writes to it or moves it waits.
    pub fn lock(tx: &mut Tx, id: TicketId) -> Result<Self> {
        Ok(Self::query().filter(tickets::id.eq(id)).for_no_key_update().first(tx.conn)?)
    }

    /// Those of many that the person at work may see, locked in one order, so that two who lock many wait for each other.
    pub fn lock_all(tx: &mut Tx, ids: &[TicketId]) -> Result<Vec<Self>> {
        let query = Self::query().filter(tickets::id.eq_any(ids)).order(tickets::id);
        Ok(query.for_no_key_update().load(tx.conn)?)
    }

    /// Whether it was given to somebody who can't act for the customer any more: they count as nobody.
    pub fn is_orphaned(&self) -> bool {
        self.assignee_id.is_some() && self.worker_id.is_none()
    }

    /// "#1042"
    pub fn hash(&self) -> String {
        format!("#{}", self.number)
    }

    /// Whether the customer has written anything public after this moment.
    pub fn customer_wrote_after(&self, seen: DateTime<Utc>) -> bool {
        self.customer_wrote_at.is_some_and(|at| at > seen)
    }
}
