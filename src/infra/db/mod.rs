//! The only door to PostgreSQL: one transaction, on the blocking pool, confined to one scope.
pub mod cached;
pub mod events;
pub mod ids;
pub mod json_rows;
pub mod logins;
pub mod migrations;
pub mod paging;
#[rustfmt::skip]
pub mod schema;
mod scope;
pub mod sql;
pub mod submissions;
pub mod timing;
pub mod undoing;

pub(in crate::infra) use scope::CONFIRMED;
pub use scope::{Audience, Confirmation, Scope};

use crate::infra::{
    db::{
        ids::{CustomerId, UserId},
        logins::{Login, Logins},
        timing::Timing,
    },
    entity::Entity,
    web::errors::{AppError, Result},
};
use actix_web::web;
use diesel::{
    connection::{AnsiTransactionManager, SimpleConnection, TransactionManager},
    pg::PgConnection,
    prelude::*,
    r2d2::{self, ConnectionManager, CustomizeConnection},
};
use std::{sync::Arc, time::Instant};

/// The mode of a transaction that changes things.
const WRITING: &str = "READ WRITE";

/// How PostgreSQL plans the prepared statements of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// As it thinks best.
    Auto,
    /// Once for all values: for hot statements whose plan does not depend on them.
    Generic,
    /// For the values at hand: for filters of very different selectivity.
    Custom,
}

/// A transaction and the scope that it has. Every model function takes one.
pub struct Tx<'a> {
    pub conn: &'a mut PgConnection,
    pub scope: &'a Scope,
    /// What there is to describe: whoever reads the log, exports or restores finds the descriptions here.
    pub entities: &'static [Entity],
    /// Nothing is written in it.
    pub is_reading: bool,
    memory: &'a cached::Memory,
}

/// What a transaction has besides its connection, to go on within a savepoint.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    scope: &'a Scope,
    entities: &'static [Entity],
    is_reading: bool,
    memory: &'a cached::Memory,
}

impl<'a> Frame<'a> {
    /// The transaction by this handle of its connection.
    pub fn on(self, conn: &'a mut PgConnection) -> Tx<'a> {
        let Self { scope, entities, is_reading, memory } = self;
        Tx { conn, scope, entities, is_reading, memory }
    }
}

impl<'a> Tx<'a> {
    /// What it has besides its connection.
    pub fn frame(&self) -> Frame<'a> {
        Frame { scope: self.scope, entities: self.entities, is_reading: self.is_reading, memory: self.memory }
    }
}

impl Tx<'_> {
    /// Who is at work, where they belong to the tenant and may have something of their own in it. A platform admin who has entered it
    /// does not.
    pub fn member(&self) -> Option<UserId> {
        self.scope.member()
    }

    /// A customer's name; `NotFound` where the user at work may not see it.
    pub fn must_see(&mut self, customer: CustomerId) -> Result<String> {
        use schema::customers::dsl::{customers, id, name};
        Ok(customers.filter(id.eq(customer)).select(name).first(self.conn)?)
    }
}

/// The time by PostgreSQL, so that every server agrees.
pub fn now(tx: &mut Tx) -> Result<chrono::DateTime<chrono::Utc>> {
    let now = diesel::dsl::now.into_sql::<diesel::sql_types::Timestamptz>();
    Ok(diesel::select(now).get_result(tx.conn)?)
}

type Pool = r2d2::Pool<ConnectionManager<PgConnection>>;

/// The pools, one for each of the server's roles. Clones share them.
///
/// The role of ordinary requests can't call what hands out or checks credentials. That is done by the other one: always where nobody
/// is signed in, and through [`Db::at_sign_in`] elsewhere. Who forgets it is refused by PostgreSQL.
#[derive(Clone)]
pub struct Db {
    app: Pool,
    /// As `app`, for the portal: its names are found elsewhere (`search_path`), and a connection that goes from one to the other plans each
    /// statement anew that both send.
    portal: Pool,
    sign_in: Pool,
    app_login: Arc<Login>,
    door: Door,
    entities: &'static [Entity],
    memory: cached::Memory,
}

/// Which of the roles does the work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    /// That of sign-in where nobody is signed in, else the ordinary one.
    ByAudience,
    Ordinary,
    SignIn,
}

/// What each connection begins with.
#[derive(Debug)]
struct Begin(String);

impl CustomizeConnection<PgConnection, r2d2::Error> for Begin {
    fn on_acquire(&self, conn: &mut PgConnection) -> std::result::Result<(), r2d2::Error> {
        conn.set_instrumentation(timing::Counter);
        conn.batch_execute(&self.0).map_err(r2d2::Error::QueryError)
    }
}

fn pool(login: &Login, size: u32) -> std::result::Result<Pool, r2d2::PoolError> {
    let begin = format!(
        "{}SET TIME ZONE 'UTC'; SET jit = off; SET statement_timeout = '60s'; \
         SET idle_in_transaction_session_timeout = '5min'; SET lock_timeout = '20s'",
        login.beginning()
    );
    r2d2::Pool::builder()
        .max_size(size)
        .min_idle(Some(1))
        .test_on_check_out(false)
        .connection_timeout(std::time::Duration::from_secs(10))
        .connection_customizer(Box::new(Begin(begin)))
        .build(ConnectionManager::new(login.url()))
}

impl Db {
    /// Opens a pool of at most `size` connections for each role; they are made as they are needed. `entities` describes what lies in
    /// the database.
    pub fn connect(
        logins: &Logins,
        size: u32,
        entities: &'static [Entity],
    ) -> std::result::Result<Self, r2d2::PoolError> {
        Ok(Self {
            app: pool(&logins.app, size)?,
            portal: pool(&logins.app, size)?,
            sign_in: pool(&logins.sign_in, size)?,
            app_login: Arc::new(logins.app.clone()),
            door: Door::ByAudience,
            entities,
            memory: cached::Memory::default(),
        })
    }

    /// What there is to describe.
    pub fn entities(&self) -> &'static [Entity] {
        self.entities
    }

    /// How ordinary sessions begin, for connections that stay open beside the pool.
    pub fn login(&self) -> &Login {
        &self.app_login
    }

    /// The door for what hands out or checks credentials, whoever is at work.
    #[must_use]
    pub fn at_sign_in(&self) -> Self {
        Self { door: Door::SignIn, ..self.clone() }
    }

    /// The door for ordinary work also in the scope of nobody: for the tries of the isolation check.
    #[must_use]
    pub fn ordinary(&self) -> Self {
        Self { door: Door::Ordinary, ..self.clone() }
    }

    fn pool_for(&self, audience: Audience) -> &Pool {
        match (self.door, audience) {
            (Door::SignIn, _) | (Door::ByAudience, Audience::Nobody) => &self.sign_in,
            (_, Audience::Portal) => &self.portal,
            _ => &self.app,
        }
    }

    /// Looks, and cannot touch: what a `GET` gets.
    pub async fn read<T: Send + 'static>(
        &self,
        scope: Scope,
        work: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.read_planned(scope, Plan::Auto, work).await
    }

    /// As [`Db::read`], with a say in how statements are planned.
    pub async fn read_planned<T: Send + 'static>(
        &self,
        scope: Scope,
        plan: Plan,
        work: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (db, timing) = (self.clone(), Timing::current());
        web::block(move || db.timed(timing.as_deref(), &scope, "READ ONLY", plan, work)).await?
    }

    /// Changes things, all of them or none.
    pub async fn write<T: Send + 'static>(
        &self,
        scope: Scope,
        work: impl FnOnce(&mut Tx) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (db, timing) = (self.clone(), Timing::current());
        web::block(move || db.timed(timing.as_deref(), &scope, WRITING, Plan::Auto, work)).await?
    }

    /// As [`Db::write`], for code that is already on a thread of its own.
    pub fn write_blocking<T>(&self, scope: &Scope, work: impl FnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        self.run(scope, WRITING, Plan::Auto, work)
    }

    /// As [`Db::read`], for code that is already on a thread of its own.
    pub fn read_blocking<T>(&self, scope: &Scope, work: impl FnOnce(&mut Tx) -> Result<T>) -> Result<T> {
        self.run(scope, "READ ONLY", Plan::Auto, work)
    }

    /// As [`Db::read_blocking`], where every statement sees the same moment: for what is read in many steps.
    pub fn snapshot_blocking<T>(
        &self,
        scope: &Scope,
        plan: Plan,
        work: impl FnOnce(&mut Tx) -> Result<T>,
    ) -> Result<T> {
        self.run(scope, "ISOLATION LEVEL REPEATABLE READ READ ONLY", plan, work)
    }

    /// As `run`, with what it took added to the request's.
    fn timed<T>(
        &self,
        timing: Option<&Timing>,
        scope: &Scope,
        mode: &str,
        plan: Plan,
        work: impl FnOnce(&mut Tx) -> Result<T>,
    ) -> Result<T> {
        let (begun, mut statements) = (Instant::now(), 0);
        let outcome = self.run(scope, mode, plan, |tx| {
            let before = timing::sent();
            let outcome = work(tx);
            statements = timing::sent() - before;
            outcome
        });
        if let Some(timing) = timing {
            timing.add(begun.elapsed(), statements);
        }
        outcome
    }

    fn run<T>(
        &self,
        scope: &Scope,
        mode: &str,
        plan: Plan,
        work: impl FnOnce(&mut Tx) -> Result<T>,
    ) -> Result<T> {
        if scope.is_rehearsal && mode == WRITING {
            return Err(AppError::Unsent);
        }
        let begin = scope.begin(mode, plan);
        let mut conn = begin_on(self.pool_for(scope.audience), &begin)?;
        if let Some(confirmation) = &scope.confirmation {
            confirmation.note_done();
        }
        let mut open = Open { conn: &mut conn, done: false };
        let outcome = work(&mut Tx {
            conn: open.conn,
            scope,
            entities: self.entities,
            is_reading: mode.ends_with("READ ONLY"),
            memory: &self.memory,
        })?;
        open.done = true;
        AnsiTransactionManager::commit_transaction(open.conn)?;
        Ok(outcome)
    }

    /// One statement outside a transaction, for the session look-up that precedes every request: a function that needs no scope.
    pub(super) fn alone<T>(&self, work: impl Fn(&mut PgConnection) -> diesel::QueryResult<T>) -> Result<T> {
        let pool = if self.door == Door::SignIn { &self.sign_in } else { &self.app };
        for _ in 0..=pool.max_size().min(20) {
            #[expect(clippy::disallowed_methods, reason = "this is the one door")]
            let mut conn = pool.get().map_err(|_| AppError::Unavailable)?;
            match work(&mut conn) {
                Ok(found) => return Ok(found),
                Err(diesel::result::Error::DatabaseError(
                    diesel::result::DatabaseErrorKind::ClosedConnection
                    | diesel::result::DatabaseErrorKind::UnableToSendCommand,
                    _,
                )) => {
                    AnsiTransactionManager::transaction_manager_status_mut(&mut *conn).set_in_error();
                }
                Err(error) => return Err(error.into()),
            }
        }
        Err(AppError::Unavailable)
    }
}

/// Takes a connection that answers. One that died in the pool shows it at its first statement, before anything was done.
fn begin_on(pool: &Pool, begin: &str) -> Result<r2d2::PooledConnection<ConnectionManager<PgConnection>>> {
    let mut last = None;
    for _ in 0..=pool.max_size().min(20) {
        #[expect(clippy::disallowed_methods, reason = "this is the one door")]
        let mut conn = pool.get().map_err(|error| {
            tracing::warn!(%error, "no database connection");
            AppError::Unavailable
        })?;
        match AnsiTransactionManager::begin_transaction_sql(&mut *conn, begin) {
            Ok(()) => return Ok(conn),
            Err(error) if AppError::constraint(&error) == Some(CONFIRMED) => {
                conn.batch_execute("ROLLBACK")?;
                return Err(AppError::SessionChanged);
            }
            Err(error) => {
                // A broken transaction manager tells the pool to throw the connection away.
                diesel::r2d2::R2D2Connection::ping(&mut *conn).ok();
                AnsiTransactionManager::transaction_manager_status_mut(&mut *conn).set_in_error();
                last = Some(error);
            }
        }
    }
    tracing::warn!(error = ?last, "the database does not answer");
    Err(AppError::Unavailable)
}

/// Rolls back when the work fails or panics.
struct Open<'a> {
    conn: &'a mut PgConnection,
    done: bool,
}

impl Drop for Open<'_> {
    fn drop(&mut self) {
        if !self.done && AnsiTransactionManager::rollback_transaction(self.conn).is_err() {
            AnsiTransactionManager::transaction_manager_status_mut(self.conn).set_in_error();
        }
    }
}
