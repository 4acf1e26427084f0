//! The log of the demo: written by the triggers as ever, but dated as the story is.
use super::{
    Summary,
    dice::{Kind, id},
    stories::{Change, Step},
};
use crate::platform::schema::{contacts, customer_success_owned_customers, customer_tags, customers};
use chrono::{DateTime, Utc};
use diesel::{connection::SimpleConnection, prelude::*, sql_types::Text, update};

/// Until [`stop_dating`], events take their time and actor from the record, or from the step at hand. Each step, and the coming of each
/// customer, counts as a transaction of its own, below zero where PostgreSQL's own numbers never are. `updated_at` and
/// `version` are left to whoever updates.
pub fn start_dating(conn: &mut PgConnection) -> QueryResult<()> {
    conn.batch_execute(
        "CREATE FUNCTION demo_date_event() RETURNS trigger LANGUAGE plpgsql AS $$
         DECLARE
             step text := nullif(current_setting('app.demo_step', true), '');
             born timestamptz := NEW.after->>'created_at';
             maker uuid := NEW.after->>'created_by';
         BEGIN
             IF step IS NOT NULL THEN
                 NEW.occurred_at := current_setting('app.demo_moment');
                 NEW.transaction_id := -step::bigint;
                 RETURN NEW;
             END IF;
             IF born IS NULL THEN
                 SELECT created_at, created_by INTO born, maker FROM customers WHERE tenant_id = NEW.tenant_id AND id = NEW.customer_id;
             END IF;
             NEW.occurred_at := coalesce(born, date_trunc('day', now(), 'UTC') - interval '1 day');
             NEW.transaction_id := -(hashtextextended(coalesce(NEW.customer_id, NEW.entity_id)::text, 0) & 4503599627370495) - 1048576;
             IF maker IS NOT NULL THEN
                 NEW.actor_id := maker;
                 NEW.audience := 'staff';
             END IF;
             RETURN NEW;
         END $$;
         CREATE TRIGGER demo_date_event BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION demo_date_event();
         ALTER TABLE customers DISABLE TRIGGER touch;
         ALTER TABLE contacts DISABLE TRIGGER touch;",
    )
}

/// The log and the records keep their own time again.
pub fn stop_dating(conn: &mut PgConnection) -> QueryResult<()> {
    conn.batch_execute(
        "DROP TRIGGER demo_date_event ON events;
         DROP FUNCTION demo_date_event();
         ALTER TABLE customers ENABLE TRIGGER touch;
         ALTER TABLE contacts ENABLE TRIGGER touch;",
    )
}

/// Works through the steps, in the order of their times, and keeps the summary right. `assignments` were numbered so far.
pub fn replay(
    conn: &mut PgConnection,
    mut steps: Vec<Step>,
    mut assignments: u64,
    summary: &mut Summary,
) -> QueryResult<()> {
    steps.sort_by_key(|step| step.at);
    for (number, step) in steps.iter().enumerate() {
        diesel::sql_query(
            "SELECT set_config('app.audience', 'staff', true), set_config('app.tenant_id', $1, true), set_config('app.user_id', $2, true),
                    set_config('app.roles', $3, true), set_config('app.demo_moment', $4, true), set_config('app.demo_step', $5, true)",
        )
        .bind::<Text, _>(step.tenant.to_string())
        .bind::<Text, _>(step.actor.id.to_string())
        .bind::<Text, _>(step.actor.role)
        .bind::<Text, _>(step.at.to_rfc3339())
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
        "SELECT set_config('app.' || name, '', true) FROM unnest('{audience,tenant_id,user_id,roles,demo_moment,demo_step}'::text[]) AS name",
    )
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
