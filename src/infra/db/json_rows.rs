//! Rows of a subquery in one column, so that a page that shows several lists takes one statement.
use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    pg::{Pg, PgValue},
    sql_types::Jsonb,
};
use serde::de::DeserializeOwned;
use std::ops::Deref;

/// The rows that [`json_rows`] selects, each a tuple of its columns.
#[derive(Clone, Debug, FromSqlRow)]
pub struct JsonRows<T>(Vec<T>);

/// An expression of SQL for the rows of `SELECT {columns} {from}`, which may be ordered and limited.
pub fn json_rows(columns: &str, from: &str) -> String {
    format!(
        "coalesce((SELECT jsonb_agg(json_rows.cells) FROM (SELECT jsonb_build_array({columns}) AS cells {from}) AS json_rows), '[]')"
    )
}

impl<T> JsonRows<T> {
    /// The rows, of which none are left.
    pub fn take(&mut self) -> Vec<T> {
        std::mem::take(&mut self.0)
    }

    /// The rows.
    pub fn into_inner(self) -> Vec<T> {
        self.0
    }
}

impl<T> Deref for JsonRows<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        &self.0
    }
}

impl<T: DeserializeOwned> FromSql<Jsonb, Pg> for JsonRows<T> {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        let value = <serde_json::Value as FromSql<Jsonb, Pg>>::from_sql(bytes)?;
        Ok(Self(serde_json::from_value(value)?))
    }
}
