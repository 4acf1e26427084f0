//! Putting the records of a document into their tables.
use super::{notes, reading::Section, refusing::refused};
use crate::infra::{
    db::{Tx, ids::CustomerId},
    web::errors::Result,
};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Jsonb, Uuid},
};
use serde_json::{Map, Value};

/// Records of one statement.
const STEP: usize = 500;

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

/// Inserts the rows of a section, as records of this customer. Says what of them the database gives anew.
pub fn insert(tx: &mut Tx, customer: CustomerId, section: &Section) -> Result<Vec<String>> {
    let (part, table) = (section.part, section.part.entity.table);
    let is_own = |name: &str| name == part.customer_column();
    let has_id = part.has_id() && !is_own("id");
    let names: Vec<&str> =
        has_id.then_some("id").into_iter().chain(section.columns.iter().map(|c| c.name.as_str())).collect();
    // What stands only under a condition, and is given anew where that does not hold. A reference has been looked at before.
    let conditional: Vec<(&str, &str)> = section
        .columns
        .iter()
        .filter_map(|column| {
            let field = column.field.filter(|field| !field.is_reference())?;
            Some((field.name, field.restored_where?))
        })
        .collect();
    let values: Vec<String> = names
        .iter()
        .map(|name| match conditional.iter().find(|(known, _)| known == name) {
            Some((_, condition)) => format!("CASE WHEN {condition} THEN x.{name} END"),
            None => format!("x.{name}"),
        })
        .collect();
    let (customer_column, from) =
        (part.customer_column(), format!("jsonb_populate_recordset(NULL::{table}, $1) x"));
    let comma = if names.is_empty() { "" } else { ", " };
    // Two names may mean one tag.
    let once = if part.has_id() { "" } else { "ON CONFLICT DO NOTHING" };
    let sql = format!(
        "INSERT INTO {table} ({customer_column}{comma}{}) SELECT $2{comma}{} FROM {from} {once}",
        names.join(", "),
        values.join(", ")
    );
    let mut renewed = vec![0; conditional.len()];
    for rows in section.rows.chunks(STEP) {
        let rows: Value = rows
            .iter()
            .map(|row| {
                let column = |column: &&super::parts::Column| {
                    Some((column.name.clone(), row.values.get(&column.key)?.clone()))
                };
                let mut record: Map<String, Value> = section.columns.iter().filter_map(column).collect();
                record.insert("id".into(), row.id.to_string().into());
                Value::Object(record)
            })
            .collect();
        for (number, (_, condition)) in renewed.iter_mut().zip(&conditional) {
            let found: Count = diesel::sql_query(format!(
                "SELECT count(*) AS number FROM {from} WHERE ({condition}) IS NOT TRUE"
            ))
            .bind::<Jsonb, _>(&rows)
            .get_result(tx.conn)
            .map_err(|error| refused(part, error))?;
            *number += found.number;
        }
        diesel::sql_query(&sql)
            .bind::<Jsonb, _>(&rows)
            .bind::<Uuid, _>(customer)
            .execute(tx.conn)
            .map_err(|error| refused(part, error))?;
    }
    let changed = renewed.iter().zip(&conditional).filter(|(number, _)| **number > 0);
    Ok(changed.map(|(number, (name, _))| notes::renewed(part.entity, name, *number)).collect())
}
