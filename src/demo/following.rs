//! What background work makes of what happens, made at once: nothing of the past is left for the workers to do.
use diesel::{
    connection::SimpleConnection,
    prelude::*,
    sql_types::{Text, Uuid as SqlUuid},
};
use uuid::Uuid;

#[derive(QueryableByName)]
struct Definition {
    #[diesel(sql_type = Text)]
    sql: String,
}

/// The log's trigger that makes tasks, taken off.
pub struct Routing(String);

/// From here to [`end`], events give rise to no tasks, and words are not learnt.
pub fn begin(conn: &mut PgConnection) -> QueryResult<Routing> {
    let found: Definition = diesel::sql_query(
        "SELECT pg_get_triggerdef(oid) AS sql FROM pg_trigger WHERE tgrelid = 'events'::regclass AND tgname = 'route'",
    )
    .get_result(conn)?;
    // Off is not enough: PostgreSQL would gather millions of rows for it all the same.
    conn.batch_execute(
        "DROP TRIGGER route ON events;
         ALTER TABLE customers DISABLE TRIGGER learn_inserted;
         ALTER TABLE contacts DISABLE TRIGGER learn_inserted;
         ALTER TABLE search_documents DISABLE TRIGGER learn_inserted;",
    )?;
    Ok(Routing(found.sql))
}

/// The headquarters of a tenant's customers from the first to the last (see `organisation::reactions`).
pub fn make_headquarters(
    conn: &mut PgConnection,
    tenant: Uuid,
    first: Uuid,
    last: Uuid,
) -> QueryResult<usize> {
    diesel::sql_query(
        "INSERT INTO locations (id, tenant_id, customer_id, name, address, country_code, website, phone, email, is_hq, created_at, updated_at)
         SELECT md5('headquarters of ' || id)::uuid, tenant_id, id, left(name, 200), address,
                CASE WHEN address->>'country' ~ '^[A-Za-z]{2}$' THEN upper(address->>'country') ELSE 'US' END, website, phone, email, true,
                created_at + interval '2 seconds', created_at + interval '2 seconds'
         FROM (SELECT *, CASE WHEN has_place(billing_address) THEN billing_address ELSE service_address END AS address FROM customers
               WHERE tenant_id = $1 AND id BETWEEN $2 AND $3 AND customer_type = 'business') AS c
         WHERE has_place(address)",
    )
    .bind::<SqlUuid, _>(tenant)
    .bind::<SqlUuid, _>(first)
    .bind::<SqlUuid, _>(last)
    .execute(conn)
}

/// Makes the search index of a tenant.
pub fn make_search(conn: &mut PgConnection, tenant: Uuid) -> QueryResult<()> {
    diesel::sql_query("SELECT rebuild_search($1)").bind::<SqlUuid, _>(tenant).execute(conn).map(drop)
}

/// Learns every word that search documents teach, customers' and contacts' among them, and goes on as ever.
pub fn end(conn: &mut PgConnection, Routing(route): Routing) -> QueryResult<()> {
    conn.batch_execute(&format!(
        "SET LOCAL work_mem = '128MB';
         ANALYZE search_documents;
         INSERT INTO search_words (tenant_id, word)
         SELECT DISTINCT d.tenant_id, found.word COLLATE \"C\" FROM search_documents d, unnest(tsvector_to_array(d.search)) AS found (word)
         WHERE is_learnt(found.word)
         ON CONFLICT DO NOTHING;
         ALTER TABLE customers ENABLE TRIGGER learn_inserted;
         ALTER TABLE contacts ENABLE TRIGGER learn_inserted;
         ALTER TABLE search_documents ENABLE TRIGGER learn_inserted;
         {route}"
    ))
}
