//! What goes with a customer when it is deleted, by the descriptions of things.
use crate::infra::{
    db::{Tx, ids::CustomerId},
    web::{errors::Result, filters::counted},
};
use diesel::{prelude::*, sql_types};

/// So many of each are counted.
const MOST: i64 = 1000;

/// A line for each kind of thing: "3 contacts".
#[derive(Debug)]
pub struct Belongings {
    pub lines: Vec<String>,
}

#[derive(QueryableByName)]
struct Counts {
    #[diesel(sql_type = sql_types::Array<sql_types::BigInt>)]
    counts: Vec<i64>,
}

impl Belongings {
    /// Whether anything goes with it.
    pub fn are_any(&self) -> bool {
        !self.lines.is_empty()
    }

    /// Counts them, in one statement.
    pub fn of(tx: &mut Tx, id: CustomerId) -> Result<Self> {
        let things: Vec<_> = tx
            .entities
            .iter()
            .filter_map(|entity| Some((entity.table, entity.customer?, entity.belonging.counted_as?)))
            .collect();
        let counts: Vec<String> = things
            .iter()
            .map(|(table, customer, _)| {
                format!("(SELECT count(*) FROM (SELECT FROM {table} WHERE {customer} = $1 LIMIT {MOST}) x)")
            })
            .collect();
        let found: Counts = diesel::sql_query(format!("SELECT ARRAY[{}] AS counts", counts.join(", ")))
            .bind::<sql_types::Uuid, _>(id)
            .get_result(tx.conn)?;
        let lines = things
            .iter()
            .zip(found.counts)
            .filter(|(_, count)| *count > 0)
            .map(|((_, _, (one, many)), count)| counted(count, one, many));
        Ok(Self { lines: lines.collect() })
    }
}
