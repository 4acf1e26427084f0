//! What is left undone while many rows come, and done once when they are there.
use diesel::{
    connection::SimpleConnection,
    prelude::*,
    sql_types::{Array, Text},
};

/// Where very many rows come in.
pub const ARRIVALS: &[&str] =
    &["customers", "contacts", "customer_tags", "customer_success_owned_customers", "locations", "events"];
/// What is worked out of them.
pub const SEARCH: &[&str] = &["search_documents", "search_words", "ticket_search"];

#[derive(QueryableByName)]
struct Part {
    #[diesel(sql_type = Text)]
    drop: String,
    #[diesel(sql_type = Text)]
    make: String,
}

/// Indexes and constraints that were dropped, to be made anew.
pub struct SetAside(Vec<Part>);

/// Drops the foreign keys, unique constraints and indexes of tables: row by row they cost far more than all at once. Primary keys
/// stay: they grow at their end only, and rows are found by them meanwhile.
pub fn set_aside(conn: &mut PgConnection, tables: &[&str]) -> QueryResult<SetAside> {
    let found: Vec<Part> = diesel::sql_query(
        "WITH tables AS (SELECT name::regclass AS oid FROM unnest($1) AS name),
              parts AS (
            SELECT 1 AS step, format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
                   format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS make
            -- Those of other tables too where they lean on a unique constraint that is dropped.
            FROM pg_constraint WHERE contype = 'f' AND (conrelid IN (SELECT oid FROM tables)
                OR conindid IN (SELECT conindid FROM pg_constraint WHERE contype = 'u' AND conrelid IN (SELECT oid FROM tables)))
            UNION ALL
            SELECT 2, format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
                   format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid))
            FROM pg_constraint WHERE contype = 'u' AND conrelid IN (SELECT oid FROM tables)
            UNION ALL
            -- Of a partitioned table PostgreSQL tells the index of the whole without its parts.
            SELECT 3, format('DROP INDEX %s', indexrelid::regclass), replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ')
            FROM pg_index WHERE indrelid IN (SELECT oid FROM tables) AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid))
         SELECT drop, make FROM parts ORDER BY step, drop",
    )
    .bind::<Array<Text>, _>(tables)
    .load(conn)?;
    for part in &found {
        conn.batch_execute(&part.drop)?;
    }
    Ok(SetAside(found))
}

/// Makes them again as they were.
pub fn put_back(conn: &mut PgConnection, SetAside(found): SetAside) -> QueryResult<()> {
    conn.batch_execute("SET LOCAL maintenance_work_mem = '512MB'")?;
    for part in found.iter().rev() {
        conn.batch_execute(&part.make)?;
    }
    Ok(())
}

/// Tells the planner what is there now, and which pages everybody may see.
pub fn analyze(conn: &mut PgConnection) -> QueryResult<()> {
    conn.batch_execute(
        "VACUUM (ANALYZE) tenants, users, companies, customers, customer_success_owned_customers, contacts, tags, customer_tags, locations,
         search_documents, search_words, saved_views, saved_view_pins, customer_visits, events,
         tickets, ticket_messages, ticket_search, ticket_tags, ticket_readers, ticket_numbers, saved_replies",
    )
}
