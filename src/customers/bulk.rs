//! One change of many customers at once, and taking it back: each a single statement, however many there are.
mod undo;

use crate::{
    infra::{
        db::{
            Tx,
            ids::{TagId, UserId},
            sql::Bind,
        },
        lists::Selection,
        web::{
            errors::{AppError, Result},
            limits,
        },
    },
    tags::{TagColour, TagName},
    values::Stage,
};
use diesel::{
    prelude::*,
    sql_types::{self, BigInt, Text},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub use undo::undo;

/// How many customers one action may change.
pub const MOST: i64 = limits::CUSTOMERS_AT_ONCE.most as i64;

/// How many may be picked one by one: a page.
pub const MOST_PICKED: usize = limits::CUSTOMERS_PICKED.size();

/// What is done to each of them.
#[derive(Clone, Debug)]
pub enum Change {
    /// By name; a tag that does not exist yet is made, in this colour.
    Tag(TagName, TagColour),
    Untag(TagId),
    Assign(UserId),
    Unassign(UserId),
    Stage(Stage),
}

/// What came of it.
#[derive(QueryableByName, Debug, Serialize, Deserialize)]
pub struct Outcome {
    /// How many are selected.
    #[diesel(sql_type = BigInt)]
    pub selected: i64,
    /// How many of them were not so before.
    #[diesel(sql_type = BigInt)]
    pub changed: i64,
    /// By what it can be undone.
    #[diesel(sql_type = BigInt)]
    pub transaction: i64,
}

/// A tag or a rep that some of the selected customers have, and how many.
#[derive(QueryableByName, Debug)]
pub struct Held {
    #[diesel(sql_type = sql_types::Uuid)]
    pub id: Uuid,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

/// The tags that the selected carry, the most frequent first.
pub fn tags(tx: &mut Tx, selection: &Selection) -> Result<Vec<Held>> {
    let mut sql = selection.chosen(tx, MOST);
    sql.push(
        " SELECT t.id, t.name, count(*) AS count FROM chosen JOIN customer_tags ct ON ct.customer_id = chosen.id
          JOIN tags t ON t.tenant_id = ct.tenant_id AND t.id = ct.tag_id
          GROUP BY t.tenant_id, t.id, t.name, t.name_key ORDER BY count(*) DESC, t.name_key LIMIT 500",
    );
    Ok(sql.load(tx.conn)?)
}

/// The reps who own them, by the number that they own.
pub fn owners(tx: &mut Tx, selection: &Selection) -> Result<Vec<Held>> {
    let mut sql = selection.chosen(tx, MOST);
    sql.push(
        " SELECT u.id, u.name, count(*) AS count FROM chosen
          JOIN customer_success_owned_customers o ON o.customer_id = chosen.id JOIN users u ON u.id = o.user_id
          GROUP BY u.id, u.name ORDER BY count(*) DESC, u.name LIMIT 500",
    );
    Ok(sql.load(tx.conn)?)
}

/// Does it, where the selection is still as large as `expected`.
///
/// # Errors
/// `Changed` where it is not: then nothing is done.
pub fn apply(tx: &mut Tx, selection: &Selection, change: &Change, expected: i64) -> Result<Outcome> {
    one_at_a_time(tx)?;
    let mut sql = selection.chosen(tx, MOST);
    sql.push(", counted AS (SELECT count(*) AS n FROM chosen)");
    // Each part below takes its rows from here: none where the count is another.
    sql.push(", meant AS (SELECT chosen.id FROM chosen, counted WHERE counted.n = ")
        .bind(Bind::Int(expected))
        .push(")");
    match change {
        Change::Tag(name, colour) => {
            let name = || Bind::Text(name.to_string());
            sql.push(", made AS (INSERT INTO tags (name, colour) SELECT ")
                .bind(name())
                .push(", ")
                .bind(Bind::Int(colour.number()))
                .push(" FROM counted WHERE n = ")
                .bind(Bind::Int(expected))
                .push(" AND NOT EXISTS (SELECT FROM tags WHERE name_key = fold(")
                .bind(name())
                .push(")) RETURNING id), tag AS (SELECT id FROM made UNION ALL SELECT id FROM tags WHERE name_key = fold(")
                .bind(name())
                .push(
                    ")), done AS (INSERT INTO customer_tags (customer_id, tag_id)
                     SELECT meant.id, tag.id FROM meant, tag ON CONFLICT DO NOTHING RETURNING 1)",
                );
        }
        Change::Untag(tag) => {
            sql.push(", done AS (DELETE FROM customer_tags ct USING meant WHERE ct.customer_id = meant.id AND ct.tag_id = ")
                .bind(Bind::Uuid(tag.0))
                .push(" RETURNING 1)");
        }
        Change::Assign(user) => {
            sql.push(
                ", done AS (INSERT INTO customer_success_owned_customers (customer_id, user_id) SELECT meant.id, u.id
                 FROM meant, users u WHERE u.roles @> '{customer_success}' AND u.disabled_at IS NULL AND u.id = ",
            )
            .bind(Bind::Uuid(user.0))
            .push(" ON CONFLICT DO NOTHING RETURNING 1)");
        }
        Change::Unassign(user) => {
            sql.push(
                ", done AS (DELETE FROM customer_success_owned_customers o USING meant
                 WHERE o.customer_id = meant.id AND o.user_id = ",
            )
            .bind(Bind::Uuid(user.0))
            .push(" RETURNING 1)");
        }
        Change::Stage(stage) => {
            sql.push(", done AS (UPDATE customers c SET lifecycle_stage = ")
                .bind(Bind::Text(stage.to_string()))
                .push(" FROM meant WHERE c.id = meant.id AND c.lifecycle_stage <> ")
                .bind(Bind::Text(stage.to_string()))
                .push(" RETURNING 1)");
        }
    }
    sql.push(
        " SELECT (SELECT n FROM counted) AS selected, (SELECT count(*) FROM done) AS changed,
          pg_current_xact_id()::text::bigint AS transaction",
    );
    let outcome: Outcome = sql.get_result(tx.conn).map_err(faster)?;
    if outcome.selected == expected { Ok(outcome) } else { Err(AppError::outdated()) }
}

/// Two changes of many customers of a tenant would wait for each other crosswise, so they wait for each other here. A change of
/// 100,000 may take longer than other statements are given.
fn one_at_a_time(tx: &mut Tx) -> Result<()> {
    diesel::sql_query(
        "SELECT set_config('statement_timeout', '10min', true), pg_advisory_xact_lock(hashtextextended(current_tenant()::text, 2))",
    )
        .execute(tx.conn)
        .map_err(|_| {
            AppError::Conflict(
                "A colleague is changing many customers at this moment. Wait half a minute, then try again."
                    .into(),
            )
        })?;
    Ok(())
}

/// What was selected may be deleted by somebody else between our looking and our writing.
fn faster(error: diesel::result::Error) -> AppError {
    match AppError::constraint(&error) {
        Some(
            "customer_tags_customer"
            | "customer_tags_tag"
            | "customer_success_owned_customers_customer"
            | "customer_success_owned_customers_user"
            | "tags_name_taken",
        ) => AppError::Conflict(
            "Somebody changed one of them at the same moment, so nothing was done. Go back and try again."
                .into(),
        ),
        _ => error.into(),
    }
}
