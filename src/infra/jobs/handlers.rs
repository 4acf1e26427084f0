//! What a task is, and what a feature says about the ones it handles.
use crate::infra::{
    db::{Tx, ids::TenantId},
    entity::Entity,
    services::{files::Files, mail::Mailer},
    web::errors::Result,
};
use chrono::{DateTime, Utc};
use diesel::{
    connection::Connection,
    pg::PgConnection,
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Nullable, SmallInt, Text, Timestamptz, Uuid},
};

/// One unit of background work, as a worker is given it.
#[derive(QueryableByName, Clone, Debug, PartialEq)]
pub struct Task {
    #[diesel(sql_type = BigInt)]
    pub id: i64,
    /// None: the platform's own.
    #[diesel(sql_type = Nullable<Uuid>)]
    pub tenant_id: Option<TenantId>,
    #[diesel(sql_type = Text)]
    pub handler: String,
    /// What happened; none where a clock asked.
    #[diesel(sql_type = Nullable<Text>)]
    pub topic: Option<String>,
    /// The record that it happened to.
    #[diesel(sql_type = Nullable<Uuid>)]
    pub entity_id: Option<uuid::Uuid>,
    /// The event in the log, with its time, which finds the partition.
    #[diesel(sql_type = Nullable<BigInt>)]
    pub event_id: Option<i64>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub event_at: Option<DateTime<Utc>>,
    /// The time for which a clock asked.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub due_for: Option<DateTime<Utc>>,
    /// Which try this is, from 1.
    #[diesel(sql_type = SmallInt)]
    pub attempts: i16,
    /// After so many it is left to a person.
    #[diesel(sql_type = SmallInt)]
    pub tries: i16,
}

/// What handlers reach outside the database with.
#[derive(Clone, Debug)]
pub struct Tools {
    /// Sends mails.
    pub mailer: Mailer,
    /// How people reach this installation, without a slash at its end: for links.
    pub public_url: String,
    /// Where uploads lie.
    pub files: Files,
}

impl Default for Tools {
    /// For tests: mails and files stay in memory.
    fn default() -> Self {
        Self { mailer: Mailer::in_memory(), public_url: "http://localhost".into(), files: Files::in_memory() }
    }
}

/// Trying again would not help: inside [`AppError::internal`](crate::infra::web::errors::AppError::internal) it makes the task dead at
/// once, so that a person sees it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct PermanentFailure(pub String);

/// What a handler is given: tasks of one tenant, and a transaction in its scope that ends with them done.
pub struct Job<'a, 'b> {
    pub tx: &'a mut Tx<'b>,
    pub tasks: &'a [Task],
    pub tools: &'a Tools,
}

impl Job<'_, '_> {
    /// The records that it is about, each once.
    pub fn entities(&self) -> Vec<uuid::Uuid> {
        let mut ids: Vec<_> = self.tasks.iter().filter_map(|task| task.entity_id).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }
}

/// A line of the routing table: which topics, or which times, give rise to which work.
pub struct Handler {
    /// As tasks are stored under it: it must not change while there are any.
    pub name: &'static str,
    /// What it does, for the page of tasks: "Adds the headquarters of a new customer".
    pub purpose: &'static str,
    /// The topics that feed it.
    pub topics: &'static [&'static str],
    /// An update feeds it only where it changed one of these fields; empty: any.
    pub fields: &'static [&'static str],
    /// As [`Self::fields`]: those by which search finds such a thing, and those of its title.
    pub found: Option<&'static Entity>,
    /// When a clock asks for it, as a cron expression in UTC; empty: never.
    pub at: &'static str,
    /// How many tasks of one tenant it takes at once: they succeed or are tried one by one.
    pub together: usize,
    /// After so many failures a task is left to a person.
    pub tries: i16,
    /// So many seconds after an event: what follows meanwhile can be dealt with at once.
    pub delay: i32,
    /// It hands out or carries what opens accounts, which the role of ordinary work can't.
    pub at_sign_in: bool,
    pub run: fn(&mut Job) -> Result<()>,
}

impl Handler {
    /// Fed by events, a few hundred at once, ten tries over some twenty minutes.
    pub const fn on(
        name: &'static str,
        purpose: &'static str,
        topics: &'static [&'static str],
        run: fn(&mut Job) -> Result<()>,
    ) -> Self {
        let fields = &[];
        Self {
            name,
            purpose,
            topics,
            fields,
            found: None,
            at: "",
            together: 200,
            tries: 10,
            delay: 0,
            at_sign_in: false,
            run,
        }
    }

    /// Asked for by a clock: a cron expression in UTC.
    pub const fn clock(
        name: &'static str,
        purpose: &'static str,
        at: &'static str,
        run: fn(&mut Job) -> Result<()>,
    ) -> Self {
        Self { at, topics: &[], together: 1, ..Self::on(name, purpose, &[], run) }
    }

    /// Only where an update changed one of these fields.
    pub const fn when_changed(self, fields: &'static [&'static str]) -> Self {
        Self { fields, ..self }
    }

    /// Only where an update changed what search knows of such a thing.
    pub const fn when_found_by_other_words(self, entity: &'static Entity) -> Self {
        Self { found: Some(entity), ..self }
    }

    /// The fields of which an update has to change one; empty: any.
    fn watched(&self) -> Vec<&'static str> {
        let of = |entity: &'static Entity| {
            // Who may find it depends on the customer that it belongs to.
            let customer = entity.customer.filter(|name| *name != "id");
            entity.fields.iter().filter(|field| field.is_searchable).map(|field| field.name).chain(customer)
        };
        self.fields.iter().copied().chain(self.found.into_iter().flat_map(of)).collect()
    }

    /// Not before so many seconds have passed.
    pub const fn after_seconds(self, delay: i32) -> Self {
        Self { delay, ..self }
    }

    /// Done by the role that hands out credentials ([`Db::at_sign_in`](crate::infra::db::Db::at_sign_in)).
    pub const fn at_sign_in(self) -> Self {
        Self { at_sign_in: true, ..self }
    }

    /// One at a time, so many tries: for what reaches outside.
    pub const fn one_by_one(self, tries: i16) -> Self {
        Self { together: 1, tries, ..self }
    }
}

/// Copies the routing table to where the log's trigger reads it. The owner of the tables does this when a server starts. Servers of two
/// versions may run side by side: each leaves alone what one wrote that knows a later migration than its own (`last_migration`), and what it
/// does not know. A handler that is given up is unsubscribed by a migration.
pub fn sync(owner: &mut PgConnection, handlers: &[Handler], last_migration: &str) -> QueryResult<()> {
    let mut rows = vec![];
    for handler in handlers {
        for topic in handler.topics {
            let fields = handler.watched().join(",");
            rows.push(format!("{topic} {} {} {} {fields}", handler.name, handler.tries, handler.delay));
        }
    }
    owner.transaction(|conn| {
        sql_query(
            "WITH wanted AS (
                 SELECT p[1] AS topic, p[2] AS handler, p[3]::smallint AS tries, p[4]::integer AS delay, array_remove(string_to_array(p[5], ','), '') AS fields
                 FROM unnest($1) AS row, string_to_array(row, ' ') AS p
             )
             INSERT INTO task_routes (topic, handler, tries, delay, fields, written_by) SELECT topic, handler, tries, delay, fields, $2 FROM wanted
             ON CONFLICT (topic, handler) DO UPDATE SET tries = excluded.tries, delay = excluded.delay, fields = excluded.fields, written_by = excluded.written_by
             WHERE task_routes.written_by <= excluded.written_by
               AND (task_routes.tries, task_routes.delay, task_routes.fields, task_routes.written_by)
                   IS DISTINCT FROM (excluded.tries, excluded.delay, excluded.fields, excluded.written_by)",
        )
        .bind::<Array<Text>, _>(rows)
        .bind::<Text, _>(last_migration)
        .execute(conn)
        .map(drop)
    })
}
