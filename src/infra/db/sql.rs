//! A statement whose text is put together at run time and which PostgreSQL nevertheless prepares once: `diesel::sql_query` is
//! parsed and planned anew at each use, which costs a list page more than its rows do.
use diesel::{
    AppearsOnTable, Expression, SelectableExpression,
    expression::{TypedExpressionType, ValidGrouping, is_aggregate},
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types,
};
use std::marker::PhantomData;

/// A value of a statement.
#[derive(Clone, Debug, PartialEq)]
pub enum Bind {
    Uuid(uuid::Uuid),
    Uuids(Vec<uuid::Uuid>),
    Text(String),
    Texts(Vec<String>),
    Time(chrono::DateTime<chrono::Utc>),
    Int(i64),
    Flag(bool),
}

/// SQL with its values. Text comes from the program only; whatever a person typed goes through [`Statement::bind`].
#[derive(Clone, Debug, Default)]
pub struct Statement {
    parts: Vec<(String, Option<Bind>)>,
    tail: String,
}

impl Statement {
    /// Its text, with `$1`, `$2`, … where values are.
    pub fn text(&self) -> String {
        let bound = self.parts.iter().enumerate();
        bound.map(|(n, (sql, _))| format!("{sql}${}", n + 1)).collect::<String>() + &self.tail
    }

    /// Its values, in order.
    pub fn values(&self) -> impl Iterator<Item = &Bind> {
        self.parts.iter().filter_map(|(_, value)| value.as_ref())
    }

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

/// A piece of SQL with its values as an expression of this type, in queries that Diesel checks otherwise.
#[derive(Clone, Debug)]
pub struct Fragment<T>(Statement, PhantomData<T>);

impl<T> Fragment<T> {
    pub fn new(sql: Statement) -> Self {
        Self(sql, PhantomData)
    }
}

impl<T: TypedExpressionType> Expression for Fragment<T> {
    type SqlType = T;
}

impl<Source, T> SelectableExpression<Source> for Fragment<T> where Self: AppearsOnTable<Source> {}

impl<Source, T> AppearsOnTable<Source> for Fragment<T> where Self: Expression {}

impl<GroupBy, T> ValidGrouping<GroupBy> for Fragment<T> {
    type IsAggregate = is_aggregate::Never;
}

impl<T> QueryFragment<Pg> for Fragment<T> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.0.walk_ast(out)
    }
}

impl<T> QueryId for Fragment<T> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
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
                Some(Bind::Flag(v)) => out.push_bind_param::<sql_types::Bool, _>(v)?,
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
