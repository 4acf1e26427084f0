//! What records are called that something refers to by id.
use super::{Field, by_table};
use crate::infra::{
    db::{
        Tx,
        sql::{Bind, Statement},
    },
    web::errors::Result,
};
use diesel::{prelude::*, sql_types};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

#[derive(QueryableByName)]
struct Titled {
    /// Its place among the tables that are asked.
    #[diesel(sql_type = sql_types::Integer)]
    of: i32,
    #[diesel(sql_type = sql_types::Uuid)]
    id: Uuid,
    #[diesel(sql_type = sql_types::Text)]
    title: String,
}

/// The titles of records by table and id: one statement. A record that the user at work may not see has none, and neither has one that is
/// called by what it hangs on.
pub fn titles(
    tx: &mut Tx,
    wanted: &BTreeMap<&'static str, BTreeSet<Uuid>>,
) -> Result<HashMap<(&'static str, Uuid), String>> {
    let (mut sql, mut tables) = (Statement::default(), vec![]);
    for (&table, ids) in wanted.iter().filter(|(_, ids)| !ids.is_empty()) {
        let Some(entity) = by_table(tx.entities, table) else { continue };
        let is_of_another = |name| entity.field(name).is_none_or(Field::is_reference);
        if entity.title.is_empty() || entity.title_fields().any(is_of_another) {
            continue;
        }
        // Prepared once for these tables: to plan it anew under the policies costs more than to run it.
        let union = if tables.is_empty() { "" } else { " UNION ALL " };
        let (place, title) = (tables.len(), entity.title_sql());
        sql.push(&format!("{union}SELECT {place} AS of, id, {title} AS title FROM {table} WHERE id = ANY("));
        sql.bind(Bind::Uuids(ids.iter().copied().collect())).push(")");
        tables.push(table);
    }
    if tables.is_empty() {
        return Ok(HashMap::new());
    }
    let found: Vec<Titled> = sql.load(tx.conn)?;
    let table =
        |record: &Titled| usize::try_from(record.of).ok().and_then(|place| tables.get(place)).copied();
    Ok(found.into_iter().filter_map(|record| Some(((table(&record)?, record.id), record.title))).collect())
}
