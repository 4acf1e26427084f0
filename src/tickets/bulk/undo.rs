//! Taking a change of many tickets back from the log, but for tickets that somebody has changed since.
use super::overtaken;
use crate::infra::{
    db::{
        Tx,
        undoing::{Undoable, Undone},
    },
    web::errors::Result,
};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Timestamptz},
};

/// What such a change writes into the log.
const PARTS: &str = "CASE entity
    WHEN 'ticket_tag' THEN operation = 'insert'
    WHEN 'ticket' THEN operation = 'update' AND (changed <@ '{status,waiting_since,resolved_at}' OR changed = '{assignee_id}')
    ELSE false END";

/// In the order of their ids, as a change of many locks them: two that cross wait, and neither fails.
const LOCKED: &str = "SELECT FROM tickets t WHERE t.id IN (
        SELECT e.entity_id FROM events e WHERE e.transaction_id = $1 AND e.occurred_at >= $2 AND e.entity IN ('ticket', 'ticket_tag'))
    ORDER BY t.id FOR NO KEY UPDATE";

/// A ticket is as the action left it while it has the version that the action gave it and nobody has written to it since. Giving it to somebody and putting it into a status are apart, since a ticket keeps an assignee whom it would not be given.
const STATUS: &str = "UPDATE tickets t SET status = e.before->>'status', waiting_since = (e.before->>'waiting_since')::timestamptz,
        resolved_at = (e.before->>'resolved_at')::timestamptz
    FROM events e
    WHERE e.transaction_id = $1 AND e.occurred_at >= $2 AND e.entity = 'ticket' AND 'status' = ANY (e.changed)
      AND t.id = e.entity_id AND t.version = (e.after->>'version')::integer
      AND NOT EXISTS (SELECT FROM ticket_messages m WHERE m.tenant_id = t.tenant_id AND m.ticket_id = t.id AND m.created_at > e.occurred_at)";

/// Tags are no part of a ticket's version: one that was put on is taken off unless the same was taken off or put on again since.
const TAGS: &str = "WITH mine AS MATERIALIZED (
        SELECT e.entity_id, (e.after->>'tag_id')::uuid AS tag_id FROM events e
        WHERE e.transaction_id = $1 AND e.occurred_at >= $2 AND e.entity = 'ticket_tag' AND NOT EXISTS (
            SELECT FROM events later WHERE later.tenant_id = e.tenant_id AND later.entity_id = e.entity_id AND later.id > e.id AND later.occurred_at >= $2
              AND later.entity = 'ticket_tag' AND coalesce(later.after, later.before)->>'tag_id' = e.after->>'tag_id'))
    DELETE FROM ticket_tags x USING mine WHERE x.ticket_id = mine.entity_id AND x.tag_id = mine.tag_id";

/// Whoever had it before may not be allowed to have it any more: then it stays where it is.
const ASSIGNEE: &str = "UPDATE tickets t SET assignee_id = (e.before->>'assignee_id')::uuid
    FROM events e
    WHERE e.transaction_id = $1 AND e.occurred_at >= $2 AND e.entity = 'ticket' AND 'assignee_id' = ANY (e.changed)
      AND t.id = e.entity_id AND t.version = (e.after->>'version')::integer
      AND NOT EXISTS (SELECT FROM ticket_messages m WHERE m.tenant_id = t.tenant_id AND m.ticket_id = t.id AND m.created_at > e.occurred_at)
      AND (e.before->>'assignee_id' IS NULL OR may_work_on((e.before->>'assignee_id')::uuid, t.customer_id))";

/// Takes back what the transaction changed, if the person at work did it in the last 30 days.
pub fn undo(tx: &mut Tx, transaction: i64) -> Result<Undone> {
    let done = Undoable::find(tx, transaction, PARTS, "true")?;
    let mut run = |sql: &str| {
        let statement =
            diesel::sql_query(sql).bind::<BigInt, _>(transaction).bind::<Timestamptz, _>(done.since);
        statement.execute(tx.conn).map_err(overtaken)
    };
    run(LOCKED)?;
    let changes = run(STATUS)? + run(ASSIGNEE)? + run(TAGS)?;
    Ok(Undone { of: done.changes, changes: i64::try_from(changes).unwrap_or(done.changes) })
}
