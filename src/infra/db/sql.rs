//! A statement whose text is put together at run time and which PostgreSQL nevertheless prepares once: `diesel::sql_query` is
//! parsed and planned anew at each use, which costs a list page more than its rows do.
use diesel::{
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types,
};

/// A value of a statement.
#[derive(Clone, Debug)]
pub enum Bind {
    Uuid(uuid::Uuid),
    Uuids(Vec<uuid::Uuid>),
    Text(String),
    Texts(Vec<String>),
    Time(chrono::DateTime<chrono::Utc>),
    Int(i64),
}

/// SQL with its values. Text comes from the program only; whatever a person typed goes through [`Statement::bind`].
#[derive(Clone, Debug, Default)]
pub struct Statement {
    parts: Vec<(String, Option<Bind>)>,
    tail: String,
}

impl Statement {
    /// Begins with `sql`.
    pub fn new(sql: &str) -> Self {
        Self { parts: vec![], tail: sql.to_owned() }
    }

    /// Goes on with `sql`.
    pub fn push(&mut self, sql: &str) -> &mut Self {
        self.tail.push_str(sql);
        self
    }

    /// Goes on with a value.
    pub fn bind(&mut self, value: Bind) -> &mut Self {
        self.parts.push((std::mem::take(&mut self.tail), Some(value)));
        self
    }

    /// Goes on with another statement.
    pub fn append(&mut self, other: Statement) -> &mut Self {
        let mut parts = other.parts.into_iter();
        if let Some((sql, value)) = parts.next() {
            self.tail.push_str(&sql);
            self.parts.push((std::mem::take(&mut self.tail), value));
        }
        self.parts.extend(parts);
        self.tail.push_str(&other.tail);
        self
    }
}

impl QueryFragment<Pg> for Statement {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        for (sql, value) in &self.parts {
            out.push_sql(sql);
            match value {
                Some(Bind::Uuid(v)) => out.push_bind_param::<sql_types::Uuid, _>(v)?,
                Some(Bind::Uuids(v)) => out.push_bind_param::<sql_types::Array<sql_types::Uuid>, _>(v)?,
                Some(Bind::Text(v)) => out.push_bind_param::<sql_types::Text, _>(v)?,
                Some(Bind::Texts(v)) => out.push_bind_param::<sql_types::Array<sql_types::Text>, _>(v)?,
                Some(Bind::Time(v)) => out.push_bind_param::<sql_types::Timestamptz, _>(v)?,
                Some(Bind::Int(v)) => out.push_bind_param::<sql_types::BigInt, _>(v)?,
                None => {}
            }
        }
        out.push_sql(&self.tail);
        Ok(())
    }
}

impl QueryId for Statement {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Statement {
    type SqlType = sql_types::Untyped;
}

impl<C> RunQueryDsl<C> for Statement {}
