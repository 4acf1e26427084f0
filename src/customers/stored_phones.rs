//! `clientele check-phones`: stored numbers that can be nobody's, from before they were checked or from another program.
use crate::values::Phone;
use diesel::{
    PgConnection,
    pg::PgRowByRowLoadingMode,
    prelude::*,
    sql_types::{Text, Uuid},
};

/// Where phone numbers are kept: table, what a record is called, and how its name is found. A test compares it with the database.
pub const PLACES: [(&str, &str, &str); 5] = [
    ("customers", "customer", "r.name"),
    ("contacts", "contact", "concat_ws(' ', r.first_name, r.last_name)"),
    ("locations", "location", "r.name"),
    ("users", "user", "r.email"),
    ("calls", "call", "r.topic"),
];

#[derive(QueryableByName)]
struct Stored {
    #[diesel(sql_type = Uuid)]
    id: uuid::Uuid,
    #[diesel(sql_type = Text)]
    tenant: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    phone: String,
}

/// Tells a line for each number that can't be, and how many there are. For the owner of the tables, who sees every tenant.
pub fn check(owner: &mut PgConnection, notify: &mut dyn FnMut(&str)) -> QueryResult<usize> {
    let mut found = 0;
    for (table, kind, name) in PLACES {
        let query = format!(
            "SELECT r.id, coalesce((SELECT t.slug FROM tenants t WHERE t.id = r.tenant_id), '(platform)') AS tenant, {name} AS name, r.phone
             FROM {table} r WHERE r.phone IS NOT NULL"
        );
        // Row by row: the largest installations have millions.
        for row in diesel::sql_query(query).load_iter::<Stored, PgRowByRowLoadingMode>(owner)? {
            let row = row?;
            if let Err(why) = Phone::stored(&*row.phone).check() {
                found += 1;
                notify(&format!("{}\t{kind} {}\t{}\t{}\t{why}", row.tenant, row.id, row.name, row.phone));
            }
        }
    }
    Ok(found)
}
