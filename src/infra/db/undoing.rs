//! Taking back what was done to many records at once: the log says what a transaction did, and whether whoever asks did it.
use crate::infra::{
    db::Tx,
    web::{
        errors::{AppError, Result},
        filters::counted,
        shell::FlashKind,
    },
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Bool, Text, Timestamptz},
};
use serde::{Deserialize, Serialize};

/// A transaction that the person at work may take back.
#[derive(QueryableByName, Debug)]
pub struct Undoable {
    /// How many changes it made of what it was for.
    #[diesel(sql_type = BigInt)]
    pub changes: i64,
    /// The kinds of record that it changed.
    #[diesel(sql_type = Array<Text>)]
    pub entities: Vec<String>,
    /// A day before it, since clocks may be set back: what changed later is in this partition of the log or a later one.
    #[diesel(sql_type = Timestamptz)]
    pub since: DateTime<Utc>,
    #[diesel(sql_type = Bool)]
    by_me: bool,
    /// Whether it did nothing that a bulk action does not.
    #[diesel(sql_type = Bool)]
    in_bulk: bool,
    #[diesel(sql_type = Bool)]
    recent: bool,
}

/// What came of taking it back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Undone {
    /// How many changes the action had made.
    pub of: i64,
    /// How many of them were taken back now.
    pub changes: i64,
}

impl Undoable {
    /// The transaction, if the person at work did it with a bulk action in the last 30 days. `parts` is SQL over a row of the log:
    /// whether it belongs to such an action; `counted`: whether it is what the action was for.
    pub fn find(tx: &mut Tx, transaction: i64, parts: &'static str, counted: &'static str) -> Result<Self> {
        let found: Self = diesel::sql_query(format!(
            "SELECT count(*) FILTER (WHERE {counted}) AS changes, coalesce(array_agg(DISTINCT entity), '{{}}') AS entities,
                    coalesce(bool_and(actor_id = current_actor()), false) AS by_me,
                    coalesce(bool_and({parts}), false) AS in_bulk,
                    coalesce(bool_and(occurred_at > now() - interval '30 days'), false) AS recent,
                    coalesce(min(occurred_at), now()) - interval '1 day' AS since
             FROM events WHERE transaction_id = $1",
        ))
        .bind::<BigInt, _>(transaction)
        .get_result(tx.conn)?;
        if found.changes == 0 || !found.by_me || !found.in_bulk {
            return Err(AppError::NotFound);
        }
        if !found.recent {
            return Err(AppError::Conflict(
                "That was more than 30 days ago, and can't be undone any more.".into(),
            ));
        }
        Ok(found)
    }

    /// Whether it changed any record of this kind.
    pub fn touched(&self, entity: &str) -> bool {
        self.entities.iter().any(|known| known == entity)
    }
}

impl Undone {
    /// What to say of it, of records that are called so.
    pub fn describe(&self, one: &str, many: &str) -> (FlashKind, String) {
        let are = if self.changes == 1 { "is as it was" } else { "are as they were" };
        let done = format!("{} {are}.", counted(self.changes, one, many));
        match (self.changes, self.of - self.changes) {
            (0, _) => (FlashKind::Warn, "There is nothing left to undo.".to_owned()),
            (_, ..=0) => (FlashKind::Good, done),
            (_, rest) => {
                let rest = counted(
                    rest,
                    "has been changed since, and stayed",
                    "have been changed since, and stayed",
                );
                (FlashKind::Warn, format!("{done} {rest}."))
            }
        }
    }
}
