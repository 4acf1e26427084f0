//! What the records of a document refer to: one another by ids, which may be taken here, and others by names, which may be gone.
use super::{
    notes::Lost,
    parts::{Column, Link},
    reading::{Row, Section},
    refusing::refused,
};
use crate::infra::{
    db::{Tx, ids::CustomerId},
    entity::Entity,
    web::{
        errors::{AppError, Result},
        filters,
    },
};
use diesel::{
    connection::SimpleConnection,
    prelude::*,
    sql_types::{Array, SmallInt, Text, Uuid as SqlUuid},
};
use serde_json::Value;
use std::collections::{BTreeSet, HashMap, HashSet};
use uuid::Uuid;

/// The ids that records have in the document, by table, and those that they get.
#[derive(Debug, Default)]
pub struct Ids(HashMap<(&'static str, Uuid), Uuid>);

#[derive(QueryableByName)]
struct Taken {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    name: String,
}

impl Ids {
    /// Gives every record its id: its own where that is free.
    pub fn give(tx: &mut Tx, sections: &mut [Section]) -> QueryResult<Self> {
        let mut ids = Self::default();
        for section in sections.iter_mut().filter(|section| section.part.has_id()) {
            let table = section.part.entity.table;
            let belonging = section.part.entity.belonging;
            if belonging.shares_id_of.is_some() {
                continue;
            }
            let own: Vec<Uuid> = section.rows.iter().map(|row| row.id).collect();
            let taken: Vec<Taken> = diesel::sql_query(format!("SELECT id FROM {table} WHERE id = ANY($1)"))
                .bind::<Array<SqlUuid>, _>(&own)
                .load(tx.conn)?;
            let taken: HashSet<Uuid> = taken.into_iter().map(|taken| taken.id).collect();
            for row in &mut section.rows {
                let old = row.id;
                // A file that was deleted with the customer may still be about to be removed, by its id.
                if belonging.has_file || taken.contains(&old) {
                    row.id = Uuid::now_v7();
                }
                ids.0.insert((table, old), row.id);
            }
        }
        Ok(ids)
    }

    /// Where a reference inside the document leads now, or what is wrong with it.
    fn follow(&self, table: &'static str, value: &Value, place: &str) -> Result<Value> {
        let id = value.as_str().and_then(|id| id.parse::<Uuid>().ok());
        let found = id.and_then(|id| self.0.get(&(table, id)));
        found.map(|id| id.to_string().into()).ok_or_else(|| leads_to_nothing(place))
    }

    /// The id of a record that shares it with one of another table.
    ///
    /// # Errors
    /// `BadRequest` where there is none.
    pub fn shared(&self, row: &Row, table: &'static str) -> Result<Uuid> {
        let found = self.0.get(&(table, row.id)).copied();
        found.ok_or_else(|| leads_to_nothing(&format!("{}.id", row.place)))
    }

    /// Puts ids where the rows of a section have other ids or names. Says who is gone; what can't be without them is left out.
    ///
    /// # Errors
    /// `BadRequest` with a sentence that names the field which leads to nothing.
    pub fn resolve(&self, tx: &mut Tx, customer: CustomerId, section: &mut Section) -> Result<Vec<Lost>> {
        let mut lost = vec![];
        for column in section.columns.clone() {
            match column.link {
                Link::Nothing => {}
                Link::Within(table) => {
                    for row in &mut section.rows {
                        let place = format!("{}.{}", row.place, column.key);
                        let Some(value) = row.values.get_mut(&column.key).filter(|value| !value.is_null())
                        else {
                            continue;
                        };
                        *value = self.follow(table, value, &place)?;
                    }
                }
                Link::Named(entity) => {
                    let found = find(tx, customer, column, entity, section);
                    let found = found.map_err(|error| refused(section.part, error))?;
                    lost.extend(replace(column, &found, section));
                }
            }
        }
        Ok(lost)
    }
}

fn leads_to_nothing(place: &str) -> AppError {
    AppError::BadRequest(format!("The field {place} leads to nothing in the document."))
}

/// Puts ids for names.
fn replace(column: &Column, found: &HashMap<String, Uuid>, section: &mut Section) -> Option<Lost> {
    let (mut names, mut rows) = (BTreeSet::new(), 0);
    section.rows.retain_mut(|row| {
        let Some(value) = row.values.get_mut(&column.key) else { return true };
        let Some(name) = value.as_str() else { return true };
        if let Some(id) = found.get(name) {
            *value = id.to_string().into();
            return true;
        }
        names.insert(name.to_owned());
        rows += 1;
        *value = Value::Null;
        column.is_nullable
    });
    let is_gone = rows > 0 && column.field.is_some();
    is_gone.then(|| Lost {
        column: column.name.clone(),
        entity: section.part.entity,
        names,
        rows,
        is_dropped: !column.is_nullable,
    })
}

/// The records that some names mean here.
fn find(
    tx: &mut Tx,
    customer: CustomerId,
    column: &Column,
    entity: &'static Entity,
    section: &Section,
) -> QueryResult<HashMap<String, Uuid>> {
    let names: BTreeSet<&str> =
        section.rows.iter().filter_map(|row| row.values.get(&column.key)?.as_str()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    if names.is_empty() {
        return Ok(HashMap::new());
    }
    let (table, known_by) = (entity.table, entity.known_by.unwrap_or("id"));
    let condition = column.field.and_then(|field| field.restored_where);
    // Of what may belong to customers, nothing that is another's.
    let condition = condition.map(str::to_owned).unwrap_or_else(|| match entity.customer {
        Some(of) => format!("r.{of} IS NULL OR r.{of} = customer.id"),
        None => "true".into(),
    });
    let found: Vec<Named> = if table == "tags" {
        // The only thing that a document makes again by its name alone, in whatever case and accents.
        make_tags(tx, &names)?;
        diesel::sql_query("SELECT r.id, named.name FROM unnest($1) AS named (name) JOIN tags r ON r.name_key = fold(named.name)")
            .bind::<Array<Text>, _>(&names)
            .load(tx.conn)?
    } else {
        diesel::sql_query(format!(
            "SELECT r.id, r.{known_by} AS name FROM {table} r CROSS JOIN (SELECT $2 AS id) AS customer
             WHERE r.tenant_id = current_tenant() AND r.{known_by} = ANY($1) AND ({condition})"
        ))
        .bind::<Array<Text>, _>(&names)
        .bind::<SqlUuid, _>(customer)
        .load(tx.conn)?
    };
    Ok(found.into_iter().map(|record| (record.name, record.id)).collect())
}

fn make_tags(tx: &mut Tx, names: &[&str]) -> QueryResult<()> {
    let colours: Vec<i16> = names.iter().map(|name| i16::from(filters::hue_of(name))).collect();
    // A tag that was deleted meanwhile is made, not restored: it may be another one.
    tx.conn.batch_execute("SELECT set_config('app.restoring', '', true)")?;
    diesel::sql_query(
        "INSERT INTO tags (name, colour) SELECT name, colour FROM unnest($1, $2) AS x (name, colour)
         ON CONFLICT (tenant_id, name_key) DO NOTHING",
    )
    .bind::<Array<Text>, _>(names)
    .bind::<Array<SmallInt>, _>(colours)
    .execute(tx.conn)?;
    tx.conn.batch_execute("SELECT set_config('app.restoring', 'on', true)")
}
