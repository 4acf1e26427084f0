//! What a task is, and what a feature says about the ones it handles.
use super::lanes::Lane;
use crate::infra::{
    db::{Db, Scope, Tx, ids::TenantId},
    entity::Entity,
    services::{files::Files, mail::Mailer},
    web::errors::Result,
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Nullable, SmallInt, Text, Timestamptz, Uuid},
};
use std::sync::atomic::{AtomicBool, Ordering};

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

/// What is to be written when an [`Errand`] is done: with the mark that its tasks are.
pub type Record = Box<dyn FnOnce(&mut Tx) -> Result<()>>;

/// What a handler is given whose work leaves the database: tasks of one tenant, and no transaction. None may be open while it waits for
/// another machine. It runs at least once: what it sends needs an id by which the receiver drops doubles.
pub struct Errand<'a> {
    pub(super) db: &'a Db,
    pub(super) scope: &'a Scope,
    pub(super) stopping: &'a AtomicBool,
    pub tasks: &'a [Task],
    pub tools: &'a Tools,
}

impl Errand<'_> {
    /// A transaction in the tenant's scope that has ended when this returns: for what has to be known first.
    pub fn transaction<T>(&self, work: impl FnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        self.db.write_blocking(self.scope, work)
    }

    /// For transactions in another scope.
    pub fn door(&self) -> &Db {
        self.db
    }

    /// Whether this process is about to end: what takes minutes breaks off, and is begun anew by another.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }
}

/// What a handler does.
#[derive(Clone, Copy)]
pub enum Work {
    /// All of it in the database: one transaction, which ends with the tasks done.
    Inside(fn(&mut Job) -> Result<()>),
    /// Something outside of it, and then what there is to record.
    Outside(fn(&Errand) -> Result<Record>),
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
    /// What it may hold up: others of its lane.
    pub lane: Lane,
    pub work: Work,
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
            lane: Lane::EVENTS,
            work: Work::Inside(run),
        }
    }

    /// As [`Handler::on`], for work that leaves the database.
    pub const fn outside(
        name: &'static str,
        purpose: &'static str,
        topics: &'static [&'static str],
        act: fn(&Errand) -> Result<Record>,
    ) -> Self {
        Self { work: Work::Outside(act), ..Self::on(name, purpose, topics, |_| Ok(())) }
    }

    /// Asked for by a clock: a cron expression in UTC.
    pub const fn clock(
        name: &'static str,
        purpose: &'static str,
        at: &'static str,
        run: fn(&mut Job) -> Result<()>,
    ) -> Self {
        Self::on(name, purpose, &[], run).by_clock(at).in_lane(Lane::UPKEEP)
    }

    /// Asked for at these times, one at a time.
    pub const fn by_clock(self, at: &'static str) -> Self {
        Self { at, together: 1, ..self }
    }

    /// Its work may hold up that of this lane, and no other.
    pub const fn in_lane(self, lane: Lane) -> Self {
        Self { lane, ..self }
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
    pub(super) fn watched(&self) -> Vec<&'static str> {
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
