//! One change of a list's tickets at once, and taking it back: a constant number of statements, however many there are.
mod undo;

use super::{kinds::Status, model::Ticket, moving::Change as Row};
use crate::infra::{
    db::{
        self, Tx,
        ids::{TagId, TicketId, UserId},
    },
    web::errors::{AppError, Result},
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid},
};

use serde::{Deserialize, Serialize};

pub use undo::undo;

/// What is done to each of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Give it to somebody, or to nobody.
    Assign(Option<UserId>),
    /// Put it into a status; one to which the customer has written since is not ended.
    Status(Status, Option<DateTime<Utc>>),
    Tag(TagId),
}

/// What came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    pub changed: usize,
    /// How many were so before.
    pub same: usize,
    /// How many must not become so.
    pub left: usize,
    /// By what it can be undone.
    pub transaction: i64,
}

/// Does it to those of these tickets that the person at work sees.
pub fn apply(tx: &mut Tx, ids: &[TicketId], change: &Change) -> Result<Outcome> {
    match change {
        Change::Assign(to) => assign(tx, ids, *to),
        Change::Status(to, seen) => put(tx, ids, *to, *seen),
        Change::Tag(tag) => tag_all(tx, ids, *tag),
    }
}

#[derive(QueryableByName)]
struct Done {
    #[diesel(sql_type = BigInt)]
    changed: i64,
    #[diesel(sql_type = BigInt)]
    transaction: i64,
}

/// The end of a statement whose part `done` has a row for each change.
const COUNTED: &str =
    " SELECT count(*) AS changed, pg_current_xact_id()::text::bigint AS transaction FROM done";

fn assign(tx: &mut Tx, ids: &[TicketId], to: Option<UserId>) -> Result<Outcome> {
    let tickets = Ticket::lock_all(tx, ids)?;
    let others = tickets.iter().filter(|ticket| ticket.assignee_id != to).map(|ticket| ticket.id);
    let others: Vec<TicketId> = others.collect();
    let done: Done = diesel::sql_query(format!(
        "WITH done AS (UPDATE tickets t SET assignee_id = $2
                       WHERE t.id = ANY ($1) AND ($2 IS NULL OR may_work_on($2, t.customer_id)) RETURNING 1){COUNTED}"
    ))
    .bind::<Array<Uuid>, _>(&others)
    .bind::<Nullable<Uuid>, _>(to)
    .get_result(tx.conn)
    .map_err(overtaken)?;
    let same = tickets.len() - others.len();
    Ok(done.of(others.len(), same))
}

fn put(tx: &mut Tx, ids: &[TicketId], to: Status, seen: Option<DateTime<Utc>>) -> Result<Outcome> {
    let tickets = Ticket::lock_all(tx, ids)?;
    let now = db::now(tx)?;
    let (mut same, mut left) = (0, 0);
    let (mut meant, mut waiting, mut resolved) = (vec![], vec![], vec![]);
    for ticket in &tickets {
        if to.is_done() && seen.is_some_and(|seen| ticket.customer_wrote_after(seen)) {
            left += 1;
        } else if ticket.status == to {
            same += 1;
        } else {
            let mut row = Row::default();
            row.put(ticket, to, ticket.unanswered_since(), now);
            meant.push(ticket.id);
            waiting.push(row.waiting_since.flatten());
            resolved.push(row.resolved_at.flatten());
        }
    }
    let done: Done = diesel::sql_query(format!(
        "WITH done AS (UPDATE tickets t SET status = $1, waiting_since = new.waiting, resolved_at = new.resolved
            FROM unnest($2, $3, $4) AS new (id, waiting, resolved) WHERE t.id = new.id RETURNING 1){COUNTED}"
    ))
    .bind::<Text, _>(to)
    .bind::<Array<Uuid>, _>(&meant)
    .bind::<Array<Nullable<Timestamptz>>, _>(&waiting)
    .bind::<Array<Nullable<Timestamptz>>, _>(&resolved)
    .get_result(tx.conn)?;
    let outcome = done.of(meant.len(), same);
    Ok(Outcome { left: outcome.left + left, ..outcome })
}

fn tag_all(tx: &mut Tx, ids: &[TicketId], tag: TagId) -> Result<Outcome> {
    let tickets = Ticket::lock_all(tx, ids)?;
    let known: Vec<TicketId> = tickets.iter().map(|ticket| ticket.id).collect();
    let done: Done = diesel::sql_query(format!(
        "WITH done AS (INSERT INTO ticket_tags (ticket_id, customer_id, tag_id) SELECT t.id, t.customer_id, $2 FROM tickets t
            WHERE t.id = ANY ($1) ON CONFLICT DO NOTHING RETURNING 1){COUNTED}"
    ))
    .bind::<Array<Uuid>, _>(&known)
    .bind::<Uuid, _>(tag)
    .get_result(tx.conn)
    .map_err(overtaken)?;
    let outcome = done.of(known.len(), 0);
    // Nothing keeps a tag from a ticket but that it carries it already.
    Ok(Outcome { same: outcome.left, left: 0, ..outcome })
}

impl Done {
    fn of(&self, meant: usize, same: usize) -> Outcome {
        let changed = usize::try_from(self.changed).unwrap_or_default();
        Outcome { changed, same, left: meant.saturating_sub(changed), transaction: self.transaction }
    }
}

/// An account or a tag may change or go between our looking and our writing.
fn overtaken(error: diesel::result::Error) -> AppError {
    match AppError::constraint(&error) {
        Some("tickets_assignee_is_staff" | "tickets_assignee" | "ticket_tags_tag") => AppError::Conflict(
            "Somebody changed what you chose at the same moment, so nothing was done. Go back and try again."
                .into(),
        ),
        _ => error.into(),
    }
}
