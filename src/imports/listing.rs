//! Imports, the newest first, a page at a time.
use super::state::ImportState;
use crate::infra::{
    db::{
        Tx,
        ids::ImportId,
        paging,
        sql::{Bind, Statement},
    },
    web::errors::Result,
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Integer, Nullable, Text, Timestamptz, Uuid},
};

/// Imports of one page.
const ROWS: usize = 25;

/// What the list shows of an import.
#[derive(QueryableByName, Clone, Debug)]
pub struct Listed {
    #[diesel(sql_type = Uuid)]
    pub id: ImportId,
    #[diesel(sql_type = Text)]
    pub file_name: String,
    #[diesel(sql_type = Text)]
    pub state: ImportState,
    #[diesel(sql_type = Nullable<Text>)]
    pub owner: Option<String>,
    #[diesel(sql_type = Integer)]
    pub rows_total: i32,
    #[diesel(sql_type = Integer)]
    pub rows_created: i32,
    #[diesel(sql_type = Integer)]
    pub rows_updated: i32,
    #[diesel(sql_type = Integer)]
    pub rows_skipped: i32,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = Timestamptz)]
    pub now: DateTime<Utc>,
}

/// The place of a row in the list.
pub type Key = (DateTime<Utc>, ImportId);

/// A page of the list and where it goes on.
pub struct Page {
    pub rows: Vec<Listed>,
    pub previous: Option<String>,
    pub next: Option<String>,
}

/// The page after a row, or before one, or the first.
pub fn page(tx: &mut Tx, after: Option<Key>, before: Option<Key>) -> Result<Page> {
    let backwards = before.is_some() && after.is_none();
    let mut sql = Statement::new(
        "SELECT i.id, i.file_name, i.state, u.name AS owner, i.rows_total, i.rows_created, i.rows_updated, i.rows_skipped, i.created_at, now() AS now
         FROM imports i LEFT JOIN users u ON u.id = i.created_by",
    );
    if let Some((at, id)) = after.or(before) {
        let than = if backwards { ">" } else { "<" };
        sql.push(" WHERE (i.created_at, i.id) ").push(than).push(" (").bind(Bind::Time(at)).push(", ");
        sql.bind(Bind::Uuid(id.0)).push(")");
    }
    let order = if backwards { "ASC" } else { "DESC" };
    sql.push(&format!(" ORDER BY i.created_at {order}, i.id {order} LIMIT {}", ROWS + 1));
    let mut rows: Vec<Listed> = sql.load(tx.conn)?;
    let more = rows.len() > ROWS;
    rows.truncate(ROWS);
    if backwards {
        rows.reverse();
    }
    let cursor = |row: Option<&Listed>| row.map(|row| paging::cursor(&(row.created_at, row.id)));
    let previous = if backwards { more } else { after.is_some() };
    let next = if backwards { true } else { more };
    Ok(Page {
        previous: cursor(rows.first()).filter(|_| previous),
        next: cursor(rows.last()).filter(|_| next),
        rows,
    })
}
