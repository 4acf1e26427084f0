//! Taking a bulk action back from the log: what it put on is taken off, what it took off is put back, but for what somebody has
//! changed since.
use super::{faster, one_at_a_time};
use crate::infra::{
    db::{
        Tx,
        undoing::{Undoable, Undone},
    },
    web::errors::{AppError, Result},
};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Timestamptz},
};

/// What a bulk action writes into the log.
const PARTS: &str = "CASE entity
    WHEN 'customer_tag' THEN true
    WHEN 'assignment' THEN true
    WHEN 'tag' THEN operation = 'insert'
    WHEN 'customer' THEN operation = 'update' AND changed <@ '{lifecycle_stage,churned_at}'
    ELSE false END";

/// Takes back what the transaction changed, if the person at work did it with a bulk action in the last 30 days.
/// `may_assign`: whether they may still give customers to reps.
pub fn undo(tx: &mut Tx, transaction: i64, may_assign: bool) -> Result<Undone> {
    let done = Undoable::find(tx, transaction, PARTS, "entity <> 'tag'")?;
    if done.touched("assignment") && !may_assign {
        return Err(AppError::Forbidden);
    }
    one_at_a_time(tx)?;
    let mut changes = 0;
    for statement in STATEMENTS {
        changes += diesel::sql_query(*statement)
            .bind::<BigInt, _>(transaction)
            .bind::<Timestamptz, _>(done.since)
            .execute(tx.conn)
            .map_err(faster)? as i64;
    }
    Ok(Undone { of: done.changes, changes })
}

/// One for each kind of change. `NOT EXISTS` leaves alone what has been changed again since, by whomever: so nothing is undone twice.
const STATEMENTS: &[&str] = &[
    // Tags put on are taken off.
    "WITH mine AS MATERIALIZED (
        SELECT e.customer_id, (e.after->>'tag_id')::uuid AS tag_id FROM events e
        WHERE e.transaction_id = $1 AND e.occurred_at >= $2 AND e.entity = 'customer_tag' AND e.operation = 'insert' AND NOT EXISTS (
            SELECT FROM events later WHERE later.tenant_id = e.tenant_id AND later.customer_id = e.customer_id AND later.id > e.id AND later.occurred_at >= $2
              AND later.entity = 'customer_tag' AND coalesce(later.after, later.before)->>'tag_id' = e.after->>'tag_id'))
     DELETE FROM customer_tags ct USING mine WHERE ct.customer_id = mine.customer_id AND ct.tag_id = mine.tag_id",
    // Tags taken off are put back, where customer and tag still exist.
    "INSERT INTO customer_tags (customer_id, tag_id)
     SELECT e.customer_id, t.id FROM events e
     JOIN customers c ON c.id = e.customer_id JOIN tags t ON t.id = (e.before->>'tag_id')::uuid
     WHERE e.transaction_id = $1 AND e.occurred_at >= $2 AND e.entity = 'customer_tag' AND e.operation = 'delete' AND NOT EXISTS (
        SELECT FROM events later WHERE later.tenant_id = e.tenant_id AND later.customer_id = e.customer_id AND later.id > e.id AND later.occurred_at >= $2
          AND later.entity = 'customer_tag' AND coalesce(later.after, later.before)->>'tag_id' = e.before->>'tag_id')
     ON CONFLICT DO NOTHING",
    // Assignments made are ended.
    "WITH mine AS MATERIALIZED (
        SELECT e.entity_id FROM events e WHERE e.transaction_id = $1 AND e.occurred_at >= $2 AND e.entity = 'assignment' AND e.operation = 'insert')
     DELETE FROM customer_success_owned_customers o USING mine WHERE o.id = mine.entity_id",
    // Assignments ended are made again, for reps who still are.
    "INSERT INTO customer_success_owned_customers (id, customer_id, user_id, created_at)
     SELECT e.entity_id, e.customer_id, u.id, (e.before->>'created_at')::timestamptz FROM events e
     JOIN customers c ON c.id = e.customer_id
     JOIN users u ON u.id = (e.before->>'user_id')::uuid AND u.roles @> '{customer_success}' AND u.disabled_at IS NULL
     WHERE e.transaction_id = $1 AND e.occurred_at >= $2 AND e.entity = 'assignment' AND e.operation = 'delete' AND NOT EXISTS (
        SELECT FROM events later WHERE later.tenant_id = e.tenant_id AND later.customer_id = e.customer_id AND later.id > e.id AND later.occurred_at >= $2
          AND later.entity = 'assignment' AND coalesce(later.after, later.before)->>'user_id' = e.before->>'user_id')
     ON CONFLICT DO NOTHING",
    // Stages go back to what they were, where they still are what the action made them.
    "WITH mine AS MATERIALIZED (
        SELECT e.customer_id, e.before->>'lifecycle_stage' AS stage, e.after->>'lifecycle_stage' AS made,
               (e.before->>'churned_at')::timestamptz AS churned_at
        FROM events e
        WHERE e.transaction_id = $1 AND e.occurred_at >= $2 AND e.entity = 'customer' AND NOT EXISTS (
            SELECT FROM events later WHERE later.tenant_id = e.tenant_id AND later.customer_id = e.customer_id AND later.id > e.id AND later.occurred_at >= $2
              AND later.entity = 'customer' AND 'lifecycle_stage' = ANY (later.changed)))
     UPDATE customers c SET lifecycle_stage = mine.stage, churned_at = mine.churned_at
     FROM mine WHERE c.id = mine.customer_id AND c.lifecycle_stage = mine.made",
];
