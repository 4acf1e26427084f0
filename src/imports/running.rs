//! The run: one transaction, on a thread of its own, that leaves all of a file or nothing of it.
use super::{
    applying,
    checking::{Examined, Found, examine},
    model::Import,
    staging::Staging,
};
use crate::infra::{
    db::{Db, Scope, Tx, ids::ImportId},
    web::{
        errors::{AppError, Result},
        limits::{
            self,
            quota::{self, Use},
        },
    },
};
use diesel::{connection::SimpleConnection, prelude::*, sql_types};

/// A run takes as long as it takes, and may use memory to sort with.
const PATIENCE: &str = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL work_mem = '32MB'";

/// Runs an import to its end. `begun` is called as soon as it is clear whether it runs, which is long before: with `Changed` where it runs
/// already or is done, with `Conflict` where another one of the tenant runs, with `Limit` where the person has started too many.
///
/// Two connections: one for the transaction, which nobody sees before its end; the other says how far it is.
///
/// # Errors
/// What stopped it once it ran.
pub fn run(
    db: &Db,
    scope: &Scope,
    id: ImportId,
    country: &str,
    skip_bad: bool,
    begun: impl FnOnce(Result<()>),
) -> Result<()> {
    db.write_blocking(scope, |tx| {
        let import = match start(db, tx, id, skip_bad) {
            Ok(import) => import,
            Err(error) => {
                begun(Err(error));
                return Ok(());
            }
        };
        begun(Ok(()));
        let advance = |rows| db.write_blocking(scope, |beside| Import::advance(beside, id, rows));
        // Within a savepoint: a transaction that fails gives back its locks at once, before anybody knows why it failed.
        let frame = tx.frame();
        let outcome =
            tx.conn.transaction(|conn| import_all(&mut frame.on(conn), &import, country, skip_bad, advance));
        match outcome {
            Ok(()) => Ok(()),
            Err(stopped) => {
                let sentence = stopped.sentence();
                tracing::warn!(import = %id, error = ?stopped.error, "import failed");
                // While this transaction still holds the lock, so that nobody takes it for abandoned.
                db.write_blocking(scope, |beside| {
                    Import::fail(beside, id, &sentence, stopped.found.map(|found| *found))
                })?;
                Err(stopped.error)
            }
        }
    })
}

/// The import, from here on running.
fn start(db: &Db, tx: &mut Tx, id: ImportId, skip_bad: bool) -> Result<Import> {
    // The lock comes before the state: whoever finds the state without the lock knows that the server is gone.
    if !take_lock(tx, id)? {
        return Err(AppError::outdated());
    }
    db.write_blocking(tx.scope, |beside| {
        quota::take(beside, &[Use::one(&limits::RUNS_OF_A_PERSON)])?;
        // What a server left behind that is gone must not be in the way.
        Import::fail_abandoned(beside)?;
        Import::begin(beside, id, skip_bad)
    })
}

/// Why nothing was imported.
struct Stopped {
    error: AppError,
    found: Option<Box<(Found, Vec<u8>)>>,
}

impl<E: Into<AppError>> From<E> for Stopped {
    fn from(error: E) -> Self {
        Self { error: error.into(), found: None }
    }
}

impl Stopped {
    /// What to tell whoever started it.
    fn sentence(&self) -> String {
        if !matches!(self.error, AppError::Internal(_)) {
            return self.error.to_string();
        }
        "Something went wrong on our side. No row was imported; you can run it again.".into()
    }
}

fn import_all(
    tx: &mut Tx,
    import: &Import,
    country: &str,
    skip_bad: bool,
    advance: impl FnMut(i32) -> Result<()>,
) -> Result<(), Stopped> {
    tx.conn.batch_execute(PATIENCE)?;
    let file = Import::file(tx, import.id)?;
    let mut staging = Some(Staging::open(tx)?);
    let Examined { mut found, targets, bad } = examine(tx, &file, &import.mapping(), country, &mut staging)?;
    let problems = bad.describe(&file)?;
    if found.bad > 0 && !skip_bad {
        let text = "There are rows that can't be imported. No row was imported; fix them, or skip them.";
        return Err(Stopped {
            error: AppError::Conflict(text.into()),
            found: Some(Box::new((found, problems))),
        });
    }
    drop(file);
    if let Some(staging) = staging {
        staging.close(tx, &targets)?;
    }
    let rows = targets.last().map_or(0, |target| target.n);
    drop(targets);
    let applied = applying::apply(tx, rows, found.update, advance)?;
    found.unchanged = applied.unchanged;
    Import::finish(tx, import.id, applied.created, applied.updated, found, &problems)?;
    Ok(())
}

#[derive(QueryableByName)]
struct Locked {
    #[diesel(sql_type = sql_types::Bool)]
    locked: bool,
}

/// The lock that `fail_abandoned_imports` knows.
fn take_lock(tx: &mut Tx, id: ImportId) -> Result<bool> {
    let found: Locked =
        diesel::sql_query("SELECT pg_try_advisory_xact_lock(hashtextextended($1::text, 1)) AS locked")
            .bind::<sql_types::Uuid, _>(id)
            .get_result(tx.conn)?;
    Ok(found.locked)
}
