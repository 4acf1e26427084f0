//! What a document is made of: the customer, then each kind of thing that belongs to it, by their descriptions and PostgreSQL's catalog.
use crate::infra::{
    db::Tx,
    entity::{Entity, Field, Kind, by_table},
    web::errors::Result,
};
use diesel::{prelude::*, sql_types};
use std::collections::HashMap;

/// What the customer itself is called in the document.
pub const CUSTOMER: &str = "customer";

/// A kind of thing in the document.
#[derive(Debug)]
pub struct Part {
    pub name: &'static str,
    pub entity: &'static Entity,
    pub columns: Vec<Column>,
}

/// A column of its table, and what the document has in its place.
#[derive(Debug)]
pub struct Column {
    pub name: String,
    /// What the document calls it.
    pub key: String,
    /// None of what no user fills in.
    pub field: Option<&'static Field>,
    /// As PostgreSQL writes it: `timestamp with time zone`.
    pub kind: String,
    pub is_nullable: bool,
    /// A document brings it back.
    pub is_restored: bool,
    pub link: Link,
}

/// What a column refers to.
#[derive(Clone, Copy, Debug)]
pub enum Link {
    Nothing,
    /// Something outside the document, by its name.
    Named(&'static Entity),
    /// A record of this table that is in the document as well.
    Within(&'static str),
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = sql_types::Text)]
    table: String,
    #[diesel(sql_type = sql_types::Text)]
    name: String,
    #[diesel(sql_type = sql_types::Text)]
    kind: String,
    #[diesel(sql_type = sql_types::Bool)]
    is_nullable: bool,
    #[diesel(sql_type = sql_types::Bool)]
    is_written: bool,
}

impl Part {
    pub fn is_customer(&self) -> bool {
        self.name == CUSTOMER
    }

    pub fn has_id(&self) -> bool {
        self.columns.iter().any(|column| column.name == "id")
    }

    /// Whether its rows are nothing but a name: in the document a list of names.
    pub fn is_list(&self) -> bool {
        !self.has_id() && self.columns.len() == 1
    }

    /// The column that says which customer a row belongs to.
    pub fn customer_column(&self) -> &'static str {
        self.entity.customer.unwrap_or("id")
    }

    /// The tables whose records have to be there before its own.
    fn needs(&self) -> impl Iterator<Item = &'static str> {
        let within = self.columns.iter().filter_map(|column| match column.link {
            Link::Within(table) => Some(table),
            Link::Nothing | Link::Named(_) => None,
        });
        within.chain(self.entity.belonging.shares_id_of).filter(|table| *table != self.entity.table)
    }
}

/// The customer first, and nothing before what it refers to; else in the order of the descriptions.
pub fn of(tx: &mut Tx) -> Result<Vec<Part>> {
    let entities = tx.entities;
    let described = entities.iter().filter_map(|entity| {
        let name = if entity.customer == Some("id") { Some(CUSTOMER) } else { entity.belonging.part };
        Some((name?, entity))
    });
    let mut described: Vec<(&'static str, &'static Entity)> = described.collect();
    described.sort_by_key(|(name, _)| *name != CUSTOMER);
    let tables: Vec<&str> = described.iter().map(|(_, entity)| entity.table).collect();
    let mut columns = catalog(tx, &tables)?;
    let parts = described.into_iter().map(|(name, entity)| {
        let mut there = columns.remove(entity.table).unwrap_or_default();
        let fields =
            entity.fields.iter().filter(|field| !field.is_secret).map(|field| (field.name, Some(field)));
        let kept = ["created_by", "created_at"].map(|name| (name, None));
        let columns = [("id", None)].into_iter().chain(fields).chain(kept);
        let columns = columns.filter_map(|(name, field)| Some(column(entities, there.remove(name)?, field)));
        Part { name, entity, columns: columns.collect() }
    });
    Ok(ordered(parts.collect()))
}

/// The columns that the server may read, by table and name.
fn catalog(tx: &mut Tx, tables: &[&str]) -> Result<HashMap<String, HashMap<String, Found>>> {
    let found: Vec<Found> = diesel::sql_query(
        "SELECT c.relname::text AS table, a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS kind, NOT a.attnotnull AS is_nullable,
                a.attgenerated = '' AND has_column_privilege(c.oid, a.attnum, 'INSERT') AS is_written
         FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         WHERE c.relnamespace = 'public'::regnamespace AND c.relname = ANY($1) AND has_column_privilege(c.oid, a.attnum, 'SELECT')",
    )
    .bind::<sql_types::Array<sql_types::Text>, _>(tables)
    .load(tx.conn)?;
    let mut by_table: HashMap<String, HashMap<String, Found>> = HashMap::new();
    for column in found {
        by_table.entry(column.table.clone()).or_default().insert(column.name.clone(), column);
    }
    Ok(by_table)
}

fn column(entities: &'static [Entity], found: Found, field: Option<&'static Field>) -> Column {
    let target = match field.map(|field| field.kind) {
        Some(Kind::Reference { table }) => by_table(entities, table),
        None if found.name == "created_by" => by_table(entities, "users"),
        _ => None,
    };
    let link = match target {
        Some(entity) if entity.known_by.is_some() => Link::Named(entity),
        Some(entity) => Link::Within(entity.table),
        None => Link::Nothing,
    };
    let key = match link {
        Link::Named(_) => found.name.strip_suffix("_id").unwrap_or(&found.name).to_owned(),
        Link::Within(_) | Link::Nothing => found.name.clone(),
    };
    Column {
        key,
        field,
        is_restored: found.is_written && !field.is_some_and(|field| field.is_proof),
        kind: found.kind,
        is_nullable: found.is_nullable,
        link,
        name: found.name,
    }
}

fn ordered(mut left: Vec<Part>) -> Vec<Part> {
    let mut ordered = vec![];
    while !left.is_empty() {
        let is_left = |table: &str| left.iter().any(|part| part.entity.table == table);
        // In a circle the first will do: there is none, since what is in one could not be inserted either.
        let next = left.iter().position(|part| !part.needs().any(is_left)).unwrap_or_default();
        ordered.push(left.remove(next));
    }
    ordered
}
