//! What background work makes of what happens, made at once: nothing of the past is left for the workers to do.
use chrono::{DateTime, Utc};
use diesel::{
    connection::SimpleConnection,
    prelude::*,
    sql_types::{Text, Timestamptz, Uuid as SqlUuid},
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

/// Gives users the products that their customers have after all that happened (SPEC §12), which is no event of its own.
pub fn renew_claims(conn: &mut PgConnection) -> QueryResult<()> {
    conn.batch_execute(
        // What waits for the end of the transaction happens now: PostgreSQL changes no table meanwhile.
        "SET CONSTRAINTS ALL IMMEDIATE;
         ALTER TABLE users DISABLE TRIGGER log_update;
         UPDATE users u SET products = c.products FROM customers c
         WHERE c.tenant_id = u.tenant_id AND c.id = u.customer_id AND u.products <> c.products;
         ALTER TABLE users ENABLE TRIGGER log_update;",
    )
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

/// Why those customers of a tenant leave, or left and came back, that are so: of every kind, the same each time. Their contacts are told
/// by the ends of their ids: while so many come, contacts have no index by customer, and would be read whole for each.
pub fn make_deactivations(
    conn: &mut PgConnection,
    tenant: Uuid,
    (first, last): (Uuid, Uuid),
    (first_contact, last_contact): (Uuid, Uuid),
    moment: DateTime<Utc>,
) -> QueryResult<usize> {
    diesel::sql_query(DEACTIVATIONS)
        .bind::<SqlUuid, _>(tenant)
        .bind::<SqlUuid, _>(first)
        .bind::<SqlUuid, _>(last)
        .bind::<Timestamptz, _>(moment)
        .bind::<SqlUuid, _>(first_contact)
        .bind::<SqlUuid, _>(last_contact)
        .execute(conn)
}

/// `h` and `g` are numbers that follow from the customer's id. Who is disabled and not churned stands in the grace period; of the others a
/// few came back.
const DEACTIVATIONS: &str = "
    WITH kinds (reason, share, liking, words) AS (VALUES
        ('price', 26, 5, ARRAY['The renewal was a third dearer than last year.', 'We like it, but it costs more than it saves us.', 'Our budget was cut in half.']),
        ('missing_feature', 18, 6, ARRAY['We need approvals in two steps, and waited a year for them.', 'Without an export for our auditors we can''t stay.', 'It does not speak to our stock system.']),
        ('poor_support', 12, 2, ARRAY['Three weeks without an answer to a question about invoices.', 'Everybody we spoke to asked us the same things again.', '']),
        ('switched_competitor', 16, 4, ARRAY['Our parent company uses something else.', 'Another product does billing as well.', '']),
        ('business_closed', 10, 8, ARRAY['We close at the end of the quarter. Thank you for everything.', 'The owner retires.', '']),
        ('not_using', 13, 6, ARRAY['Nobody has signed in since the spring.', 'The colleague who wanted it has left.', '']),
        ('other', 5, 5, ARRAY['We were bought.', '', ''])),
    scale AS (SELECT *, sum(share) OVER (ORDER BY reason) AS upto FROM kinds),
    who AS (
        SELECT c.*, ('x' || substr(md5('leaves ' || c.id), 1, 7))::bit(28)::int AS h, ('x' || substr(md5('leaves ' || c.id), 9, 7))::bit(28)::int AS g
        FROM customers c WHERE c.tenant_id = $1 AND c.id BETWEEN $2 AND $3),
    asking AS MATERIALIZED (
        SELECT customer_id, trim(first_name || ' ' || last_name) AS name FROM contacts
        WHERE tenant_id = $1 AND id BETWEEN $5 AND $6 AND is_primary),
    spans AS (
        SELECT *, CASE WHEN churned_at IS NOT NULL THEN greatest(created_at + interval '1 day', churned_at - interval '30 days')
                       WHEN is_disabled THEN $4 - (1 + h % 27) * interval '1 day' - (g % 600) * interval '1 minute'
                       ELSE created_at + interval '20 days' + (h % 1000) / 1000.0 * ($4 - created_at - interval '60 days') END AS begins
        FROM who
        WHERE is_disabled OR (churned_at IS NULL AND h % 60 = 0 AND created_at < $4 - interval '200 days'))
    INSERT INTO deactivations (id, tenant_id, customer_id, grace_ends_at, reason, explanation, likelihood, context, requested_by,
                               reactivated_at, reactivated_by, churned_at, created_by, created_at, updated_at)
    SELECT md5('deactivation of ' || s.id)::uuid, s.tenant_id, s.id, coalesce(s.churned_at, s.begins + interval '30 days'), k.reason,
           k.words[1 + s.g % 3], CASE WHEN s.g % 7 > 0 THEN least(10, greatest(0, k.liking + s.g % 6 - 2)) END,
           CASE WHEN s.g % 11 = 0 THEN 'Call again in half a year.' ELSE '' END,
           coalesce(p.name, ''),
           back.at, CASE WHEN back.at IS NOT NULL THEN s.updated_by END, s.churned_at, s.updated_by, s.begins,
           coalesce(back.at, s.churned_at, s.begins)
    FROM spans s LEFT JOIN asking p ON p.customer_id = s.id JOIN LATERAL (SELECT * FROM scale WHERE upto > s.h % 100 ORDER BY upto LIMIT 1) k ON true
    CROSS JOIN LATERAL (SELECT CASE WHEN NOT s.is_disabled THEN s.begins + (2 + s.g % 26) * interval '1 day' END AS at) back
    ORDER BY s.id";

/// Makes the search index of a tenant.
pub fn make_search(conn: &mut PgConnection, tenant: Uuid) -> QueryResult<()> {
    diesel::sql_query("SELECT rebuild_search($1), rebuild_ticket_search($1)")
        .bind::<SqlUuid, _>(tenant)
        .execute(conn)
        .map(drop)
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
