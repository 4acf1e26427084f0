//! What is left undone while many rows come, and done once when they are there.
use diesel::{connection::SimpleConnection, prelude::*, sql_types::Text};

#[derive(QueryableByName)]
struct Index {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    definition: String,
}

/// Indexes that were dropped, to be made anew.
pub struct SetAside(Vec<Index>);

/// Drops the inverted indexes: row by row they cost more than all at once.
pub fn set_aside(conn: &mut PgConnection) -> QueryResult<SetAside> {
    let found: Vec<Index> = diesel::sql_query(
        "SELECT quote_ident(schemaname) || '.' || quote_ident(indexname) AS name, indexdef AS definition FROM pg_indexes
         WHERE schemaname = current_schema() AND indexdef LIKE '% USING gin %' ORDER BY 1",
    )
    .load(conn)?;
    for index in &found {
        conn.batch_execute(&format!("DROP INDEX {}", index.name))?;
    }
    Ok(SetAside(found))
}

/// Makes them again as they were.
pub fn put_back(conn: &mut PgConnection, SetAside(found): SetAside) -> QueryResult<()> {
    conn.batch_execute("SET LOCAL maintenance_work_mem = '512MB'")?;
    for index in found {
        conn.batch_execute(&index.definition)?;
    }
    Ok(())
}

/// Tells the planner what is there now, and which pages everybody may see.
pub fn analyze(conn: &mut PgConnection) -> QueryResult<()> {
    conn.batch_execute(
        "VACUUM (ANALYZE) tenants, users, companies, customers, customer_success_owned_customers, contacts, tags, customer_tags, search_words, saved_views, saved_view_pins, customer_visits, events",
    )
}
