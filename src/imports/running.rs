//! The run: one transaction that leaves all of a file or nothing of it.
use super::{
    applying,
    checking::{Examined, Found, examine},
    model::Import,
    staging::Staging,
    state::ImportState,
};
use crate::infra::{
    db::{Db, Scope, Tx, ids::ImportId},
    web::errors::{AppError, Result},
};
use diesel::{connection::SimpleConnection, prelude::*, sql_types};

/// A run takes as long as it takes, and may use memory to sort with.
const PATIENCE: &str = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL work_mem = '32MB'";

/// Runs an import to its end. What stops it is recorded with it, in a sentence; where the server `is_stopping`, it stays as it was begun, and is
/// run again.
///
/// Two connections: one for the transaction, which nobody sees before its end; the other says how far it is.
///
/// # Errors
/// Where it has to be tried again: another connection runs it, or what became of it could not be recorded.
pub fn run(
    db: &Db,
    scope: &Scope,
    id: ImportId,
    country: &str,
    is_stopping: &dyn Fn() -> bool,
) -> Result<()> {
    db.write_blocking(scope, |tx| {
        if !take_lock(tx, id)? {
            return Err(AppError::Conflict("this import is run by another connection".into()));
        }
        let import = Import::find(tx, id)?;
        if import.state != ImportState::Running {
            return Ok(());
        }
        let advance = |rows| match is_stopping() {
            true => Err(AppError::Unavailable),
            false => db.write_blocking(scope, |beside| Import::advance(beside, id, rows)),
        };
        advance(0)?;
        // Within a savepoint: a transaction that fails gives back its locks at once, before anybody knows why it failed.
        let frame = tx.frame();
        let outcome = tx.conn.transaction(|conn| import_all(&mut frame.on(conn), &import, country, advance));
        match outcome {
            Ok(()) => Ok(()),
            Err(stopped) if is_stopping() => Err(stopped.error),
            Err(stopped) => {
                let sentence = stopped.sentence();
                tracing::warn!(import = %id, error = ?stopped.error, "import failed");
                // While this transaction still holds the lock, so that nobody takes it for abandoned.
                db.write_blocking(scope, |beside| {
                    Import::fail(beside, id, &sentence, stopped.found.map(|found| *found))
                })
            }
        }
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
    advance: impl FnMut(i32) -> Result<()>,
) -> Result<(), Stopped> {
    tx.conn.batch_execute(PATIENCE)?;
    let file = Import::file(tx, import.id)?;
    let mut staging = Some(Staging::open(tx)?);
    let Examined { mut found, targets, bad } = examine(tx, &file, &import.mapping(), country, &mut staging)?;
    let problems = bad.describe(&file)?;
    if found.bad > 0 && !import.skip_bad {
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
