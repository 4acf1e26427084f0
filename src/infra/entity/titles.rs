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
    #[diesel(sql_type = sql_types::Uuid)]
    id: Uuid,
    #[diesel(sql_type = sql_types::Text)]
    title: String,
}

/// The titles of records by table and id: a statement for each table. A record that the user at work may not see has none, and neither
/// has one that is called by what it hangs on.
pub fn titles(
    tx: &mut Tx,
    wanted: &BTreeMap<&'static str, BTreeSet<Uuid>>,
) -> Result<HashMap<(&'static str, Uuid), String>> {
    let mut titles = HashMap::new();
    for (&table, ids) in wanted.iter().filter(|(_, ids)| !ids.is_empty()) {
        let Some(entity) = by_table(tx.entities, table) else { continue };
        let is_of_another = |name| entity.field(name).is_none_or(Field::is_reference);
        if entity.title.is_empty() || entity.title_fields().any(is_of_another) {
            continue;
        }
        // Prepared once for each table: to plan it anew under the policies costs more than to run it.
        let mut sql = Statement::new(&format!(
            "SELECT id, {} AS title FROM {table} WHERE id = ANY(",
            entity.title_sql()
        ));
        sql.bind(Bind::Uuids(ids.iter().copied().collect())).push(")");
        let found: Vec<Titled> = sql.load(tx.conn)?;
        titles.extend(found.into_iter().map(|record| ((table, record.id), record.title)));
    }
    Ok(titles)
}
