//! The log of the demo: written by the triggers as ever, but dated as the story is.
use super::{
    Summary,
    dice::{Kind, id},
    stories::{Change, Step},
};
use crate::infra::{
    db::schema::{contacts, customer_success_owned_customers, customer_tags, customers},
    web::permissions::{Permissions, Role},
};
use chrono::{DateTime, Utc};
use diesel::{
    connection::SimpleConnection,
    prelude::*,
    sql_types::{Array, Text, Timestamptz},
    update,
};

/// Tables of which so many rows come that their events are written with the right time at once: the table, how an event names the
/// record and the customer, who made it, when, and what tells that beside the row itself.
const MANY: &[(&str, &str, &str, &str, &str, &str)] = &[
    ("customers", "n.id", "n.id", "n.created_by", "n.created_at", ""),
    ("contacts", "n.id", "n.customer_id", "n.created_by", "n.created_at", ""),
    ("customer_tags", "n.customer_id", "n.customer_id", "c.created_by", "c.created_at", OF_CUSTOMER),
    ("customer_success_owned_customers", "n.id", "n.customer_id", "NULL::uuid", "n.created_at", ""),
    ("locations", "n.id", "n.customer_id", "NULL::uuid", "n.created_at", ""),
    ("deactivations", "n.id", "n.customer_id", "n.created_by", "n.created_at", ""),
];
const OF_CUSTOMER: &str = "JOIN customers c ON c.tenant_id = n.tenant_id AND c.id = n.customer_id";

/// A record that the log has of a table: topic and entity, and the columns that it tells.
#[derive(QueryableByName)]
pub struct Logged {
    #[diesel(sql_type = Text)]
    topic: String,
    #[diesel(sql_type = Text)]
    entity: String,
    #[diesel(sql_type = Text)]
    pub columns: String,
}

/// From here to [`have_arrived`], the events of the largest tables take their time and actor from the record; those of all others are
/// dated at the end. The coming of each customer counts as a transaction of its own, below zero where PostgreSQL's own numbers never
/// are. `since`: before all that is told.
pub fn arrive(conn: &mut PgConnection, since: DateTime<Utc>) -> QueryResult<()> {
    diesel::sql_query("SELECT make_event_partitions($1, now())")
        .bind::<Timestamptz, _>(since)
        .execute(conn)?;
    for (table, entity_id, customer_id, maker, born, join) in MANY {
        let Logged { topic, entity, columns } = logged(conn, table)?;
        conn.batch_execute(&format!(
            "CREATE FUNCTION demo_log_{table}() RETURNS trigger LANGUAGE plpgsql SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
             BEGIN
                 INSERT INTO events (tenant_id, topic, entity, entity_id, customer_id, actor_id, audience, operation, after, transaction_id, occurred_at)
                 SELECT n.tenant_id, '{topic}_CREATED', '{entity}', {entity_id}, {customer_id}, {maker},
                        CASE WHEN {maker} IS NULL THEN 'system' ELSE 'staff' END, 'insert', jsonb_strip_nulls(to_jsonb(told)),
                        -(hashtextextended({customer_id}::text, 0) & 4503599627370495) - 1048576, {born}
                 FROM new_rows n {join} CROSS JOIN LATERAL (SELECT {columns}) AS told;
                 RETURN NULL;
             END $$;
             CREATE TRIGGER demo_log AFTER INSERT ON {table} REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION demo_log_{table}();
             ALTER TABLE {table} DISABLE TRIGGER log_insert;"
        ))?;
    }
    Ok(())
}

/// What the log is told of a table, by the arguments of its trigger.
pub fn logged(conn: &mut PgConnection, table: &str) -> QueryResult<Logged> {
    diesel::sql_query(
        "SELECT args[1] AS topic, args[2] AS entity,
                (SELECT string_agg('n.' || quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a
                 WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> ALL (args[3:])) AS columns
         FROM (SELECT string_to_array(encode(tgargs, 'escape'), '\\000') AS args FROM pg_trigger
               WHERE tgrelid = $1::regclass AND tgname = 'log_insert') AS log",
    )
    .bind::<Text, _>(table)
    .get_result(conn)
}

/// The log keeps its own time again.
pub fn have_arrived(conn: &mut PgConnection) -> QueryResult<()> {
    for (table, ..) in MANY {
        conn.batch_execute(&format!(
            "DROP TRIGGER demo_log ON {table};
             DROP FUNCTION demo_log_{table}();
             ALTER TABLE {table} ENABLE TRIGGER log_insert;"
        ))?;
    }
    Ok(())
}

/// Works through the steps, in the order of their times, and keeps the summary right. `assignments` were numbered so far.
pub fn replay(
    conn: &mut PgConnection,
    mut steps: Vec<Step>,
    mut assignments: u64,
    summary: &mut Summary,
) -> QueryResult<()> {
    steps.sort_by_key(|step| step.at);
    // Whoever updates sets `updated_at` and `version`.
    conn.batch_execute(
        "ALTER TABLE customers DISABLE TRIGGER touch; ALTER TABLE contacts DISABLE TRIGGER touch",
    )?;
    for (number, step) in steps.iter().enumerate() {
        diesel::sql_query(
            "SELECT set_config('app.audience', 'staff', true), set_config('app.tenant_id', $1, true), set_config('app.user_id', $2, true),
                    set_config('app.permissions', $3, true), set_config('app.request_id', $4, true)",
        )
        .bind::<Text, _>(step.tenant.to_string())
        .bind::<Text, _>(step.actor.id.to_string())
        .bind::<Text, _>(step.actor.role.parse().map_or(Permissions::NONE, Role::permissions).setting())
        .bind::<Text, _>((number + 1).to_string())
        .execute(conn)?;
        assignments += 1;
        let changed = apply(conn, step, assignments)?;
        match step.change {
            Change::Tag(_) => summary.tags += changed,
            Change::Untag(_) => summary.tags -= changed,
            Change::Owner(_) => summary.assignments += changed,
            _ => {}
        }
        summary.changes += changed.min(1);
    }
    conn.batch_execute(
        "SELECT set_config('app.' || name, '', true) FROM unnest('{audience,tenant_id,user_id,permissions,request_id}'::text[]) AS name;
         ALTER TABLE customers ENABLE TRIGGER touch; ALTER TABLE contacts ENABLE TRIGGER touch",
    )?;
    date(conn, &steps)
}

/// Gives what the triggers have written as of now the time of its step or record. Each step counts as a transaction of its own.
fn date(conn: &mut PgConnection, steps: &[Step]) -> QueryResult<()> {
    conn.batch_execute("ALTER TABLE events DISABLE TRIGGER append_only")?;
    diesel::sql_query(
        "WITH dates AS (
             SELECT e.id, e.occurred_at, s.at AS step_at, coalesce((e.after->>'created_at')::timestamptz, c.created_at) AS born, s.number,
                    coalesce(e.actor_id, (e.after->>'created_by')::uuid, CASE WHEN e.after ? 'created_at' THEN NULL ELSE c.created_by END) AS actor,
                    -(hashtextextended(coalesce(e.customer_id, e.entity_id)::text, 0) & 4503599627370495) - 1048576 AS arrival
             FROM events e LEFT JOIN customers c ON c.tenant_id = e.tenant_id AND c.id = e.customer_id
             LEFT JOIN unnest($1) WITH ORDINALITY AS s (at, number) ON e.request_id = s.number::text
             WHERE e.transaction_id = pg_current_xact_id()::text::bigint AND e.occurred_at >= now()
         )
         UPDATE events e SET request_id = NULL, actor_id = d.actor, audience = CASE WHEN d.actor IS NULL THEN e.audience ELSE 'staff' END,
                 occurred_at = coalesce(d.step_at, d.born, date_trunc('day', now(), 'UTC') - interval '1 day'), transaction_id = coalesce(-d.number, d.arrival)
         FROM dates d WHERE e.id = d.id AND e.occurred_at = d.occurred_at",
    )
    .bind::<Array<Timestamptz>, _>(steps.iter().map(|step| step.at).collect::<Vec<_>>())
    .execute(conn)?;
    conn.batch_execute("ALTER TABLE events ENABLE TRIGGER append_only")
}

/// Updates a customer with what every update sets besides.
macro_rules! change_customer {
    ($conn:expr, $step:expr, $($set:expr),+) => {
        update(customers::table.find(($step.tenant, $step.customer)))
            .set(($($set,)+ customers::version.eq(customers::version + 1), customers::updated_at.eq($step.at), customers::updated_by.eq($step.actor.id)))
            .execute($conn)
    };
}

/// Updates a contact likewise.
macro_rules! change_contact {
    ($conn:expr, $step:expr, $id:expr, $set:expr) => {
        update(contacts::table.find(($step.tenant, $id)))
            .set((
                $set,
                contacts::version.eq(contacts::version + 1),
                contacts::updated_at.eq($step.at),
                contacts::updated_by.eq($step.actor.id),
            ))
            .execute($conn)
    };
}

fn apply(conn: &mut PgConnection, step: &Step, assignment: u64) -> QueryResult<usize> {
    match &step.change {
        Change::Stage(stage) => {
            let churned: Option<DateTime<Utc>> = (*stage == "churned").then_some(step.at);
            change_customer!(
                conn,
                step,
                customers::lifecycle_stage.eq(stage),
                customers::churned_at.eq(churned)
            )
        }
        Change::Notes(notes) => change_customer!(conn, step, customers::notes.eq(notes)),
        Change::Phone(phone) => change_customer!(conn, step, customers::phone.eq(phone)),
        Change::Size(size) => change_customer!(conn, step, customers::size_range.eq(size)),
        Change::Website(website) => change_customer!(conn, step, customers::website.eq(website)),
        Change::Products(products) => change_customer!(conn, step, customers::products.eq(products)),
        Change::ContactJob(contact, job) => change_contact!(conn, step, *contact, contacts::job_role.eq(job)),
        Change::ContactPhone(contact, phone) => {
            change_contact!(conn, step, *contact, contacts::phone.eq(phone))
        }
        Change::ContactNotes(contact, notes) => {
            change_contact!(conn, step, *contact, contacts::notes.eq(notes))
        }
        Change::Primary(from, to) => {
            change_contact!(conn, step, *from, contacts::is_primary.eq(false))?;
            change_contact!(conn, step, *to, contacts::is_primary.eq(true))
        }
        Change::Tag(tag) => diesel::insert_into(customer_tags::table)
            .values((
                customer_tags::tenant_id.eq(step.tenant),
                customer_tags::customer_id.eq(step.customer),
                customer_tags::tag_id.eq(tag),
            ))
            .on_conflict_do_nothing()
            .execute(conn),
        Change::Untag(tag) => {
            diesel::delete(customer_tags::table.find((step.tenant, step.customer, tag))).execute(conn)
        }
        Change::Owner(user) => {
            use customer_success_owned_customers as owned;
            diesel::insert_into(owned::table)
                .values((
                    owned::id.eq(id(Kind::Assignment, assignment)),
                    owned::tenant_id.eq(step.tenant),
                    owned::user_id.eq(user),
                    owned::customer_id.eq(step.customer),
                    owned::created_at.eq(step.at),
                ))
                .on_conflict_do_nothing()
                .execute(conn)
        }
    }
}
