//! The row, its queries, and the steps from one state to the next.
use super::{
    checking::Found, fields::Mapping, file::CsvFile, reading::Reading, state::ImportState, undoing::Undone,
};
use crate::infra::{
    db::{
        Tx,
        ids::{ImportId, UserId},
        schema::{import_files, imports, users},
    },
    refusal::Refusal,
    web::errors::{AppError, Result},
};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A CSV file on its way into customers.
#[derive(HasQuery, Clone, Debug)]
pub struct Import {
    pub id: ImportId,
    pub file_name: String,
    mapping: Value,
    outcome: Value,
    pub skip_bad: bool,
    pub state: ImportState,
    pub problem: Option<String>,
    pub rows_total: i32,
    pub rows_done: i32,
    pub rows_created: i32,
    pub rows_updated: i32,
    pub rows_skipped: i32,
    pub transaction_id: Option<i64>,
    pub created_by: Option<UserId>,
    pub finished_at: Option<DateTime<Utc>>,
    pub undone_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
}

/// What is kept beside the totals: the last check, and what an undo did.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Outcome {
    pub check: Option<Found>,
    pub undone: Option<Undone>,
}

/// What a look at a file tells: enough to keep it.
pub struct Read {
    reading: Reading,
    header: Vec<String>,
    mapping: Mapping,
    rows: i32,
}

impl Read {
    /// Reads a file to its end. Not for the server's own threads.
    ///
    /// # Errors
    /// As [`CsvFile::read`].
    pub fn of(content: &[u8], chosen: &Reading) -> Result<Self, Refusal> {
        let file = CsvFile::read(content, chosen)?;
        Ok(Self {
            rows: file.count().map(|rows| i32::try_from(rows).unwrap_or(i32::MAX))?,
            mapping: Mapping::guess(file.header()),
            header: file.header().to_vec(),
            reading: file.reading().clone(),
        })
    }
}

impl Import {
    /// Keeps an uploaded file, how it is read, and the columns matched as far as their names tell.
    pub fn upload(tx: &mut Tx, file_name: &str, content: &[u8], read: &Read) -> Result<ImportId> {
        let id = ImportId::new();
        let name: String = file_name.chars().rev().take(200).collect::<Vec<_>>().into_iter().rev().collect();
        diesel::insert_into(imports::table)
            .values((
                imports::id.eq(id),
                imports::file_name.eq(if name.is_empty() { "customers.csv".to_owned() } else { name }),
                imports::reading.eq(json(&read.reading)),
                imports::mapping.eq(json(&read.mapping)),
                imports::rows_total.eq(read.rows),
            ))
            .execute(tx.conn)?;
        diesel::insert_into(import_files::table)
            .values((import_files::import_id.eq(id), import_files::content.eq(content)))
            .execute(tx.conn)?;
        Ok(id)
    }

    /// The import, where the person at work may see it.
    pub fn find(tx: &mut Tx, id: ImportId) -> Result<Self> {
        Ok(Self::query().filter(imports::id.eq(id)).first(tx.conn)?)
    }

    /// Its file.
    pub fn file(tx: &mut Tx, id: ImportId) -> Result<CsvFile> {
        let reading: Value =
            imports::table.filter(imports::id.eq(id)).select(imports::reading).first(tx.conn)?;
        let reading = serde_json::from_value(reading).unwrap_or_default();
        let content = Self::content(tx, id)?;
        CsvFile::read(&content, &reading).map_err(|refusal| AppError::internal(refusal.message))
    }

    fn content(tx: &mut Tx, id: ImportId) -> Result<Vec<u8>> {
        let file = import_files::table.filter(import_files::import_id.eq(id));
        Ok(file.select(import_files::content).first(tx.conn)?)
    }

    /// Reads its file anew, as somebody chose. The columns are matched anew where the header is another one.
    ///
    /// # Errors
    /// `Invalid` where the file can't be read so, `Changed` where the import has begun.
    pub fn read_again(tx: &mut Tx, id: ImportId, chosen: Reading) -> Result<()> {
        let before = Self::find(tx, id)?;
        if !before.is_open() {
            return Err(AppError::outdated());
        }
        let was = Self::file(tx, id)?;
        let chosen = chosen.chosen_after(was.reading());
        let read = Read::of(&Self::content(tx, id)?, &chosen);
        let mut read = read.map_err(|refusal| AppError::Invalid(vec![refusal]))?;
        if read.header == was.header() && !before.mapping().is_empty() {
            read.mapping = before.mapping();
        }
        let kept = diesel::update(imports::table)
            .filter(imports::id.eq(id).and(imports::state.eq_any(ImportState::OPEN)))
            .set((
                imports::reading.eq(json(&read.reading)),
                imports::mapping.eq(json(&read.mapping)),
                imports::rows_total.eq(read.rows),
                imports::outcome.eq(json(&Outcome::default())),
                imports::state.eq(ImportState::Uploaded),
                imports::problem.eq(None::<String>),
            ))
            .execute(tx.conn)?;
        if kept == 0 { Err(AppError::outdated()) } else { keep_problems(tx, id, &[]) }
    }

    /// The rows that the last check found wrong, as a CSV.
    pub fn problems(tx: &mut Tx, id: ImportId) -> Result<Vec<u8>> {
        Ok(import_files::table
            .filter(import_files::import_id.eq(id))
            .select(import_files::problems)
            .first(tx.conn)?)
    }

    /// Which column fills which field.
    pub fn mapping(&self) -> Mapping {
        serde_json::from_value(self.mapping.clone()).unwrap_or_default()
    }

    /// What the last check found.
    pub fn outcome(&self) -> Outcome {
        serde_json::from_value(self.outcome.clone()).unwrap_or_default()
    }

    /// Whether it can still be matched, checked and run.
    pub fn is_open(&self) -> bool {
        ImportState::OPEN.contains(&self.state)
    }

    /// Keeps what was matched and what a check found.
    ///
    /// # Errors
    /// `Changed` where it has begun.
    pub fn checked(
        tx: &mut Tx,
        id: ImportId,
        mapping: &Mapping,
        found: Found,
        problems: &[u8],
    ) -> Result<()> {
        let outcome = Outcome { check: Some(found), undone: None };
        let kept = diesel::update(imports::table)
            .filter(imports::id.eq(id).and(imports::state.eq_any(ImportState::OPEN)))
            .set((
                imports::mapping.eq(json(mapping)),
                imports::outcome.eq(json(&outcome)),
                imports::state.eq(ImportState::Mapped),
                imports::problem.eq(None::<String>),
            ))
            .execute(tx.conn)?;
        if kept == 0 { Err(AppError::outdated()) } else { keep_problems(tx, id, problems) }
    }

    /// From here on it runs: a task follows from it (`run_import`).
    ///
    /// # Errors
    /// `Changed` where it can't: somebody else began, or it is done. `Conflict` where another one of the tenant runs.
    pub fn begin(tx: &mut Tx, id: ImportId, skip_bad: bool) -> Result<Self> {
        let begun = diesel::update(imports::table)
            .filter(imports::id.eq(id).and(imports::state.eq_any(ImportState::READY)))
            .set((
                imports::state.eq(ImportState::Running),
                imports::skip_bad.eq(skip_bad),
                imports::problem.eq(None::<String>),
                imports::rows_done.eq(0),
                imports::started_at.eq(clock_timestamp()),
            ))
            .returning(Self::as_returning())
            .get_result(tx.conn)
            .optional();
        match begun {
            Err(error) if AppError::constraint(&error) == Some("imports_one_running") => {
                Err(AppError::Conflict(
                    "Another import of your organisation is running. Start this one when it is done.".into(),
                ))
            }
            begun => begun?.ok_or_else(AppError::outdated),
        }
    }

    /// Whether it is in the run that was started at this time.
    pub fn is_run_of(tx: &mut Tx, id: ImportId, started: Option<DateTime<Utc>>) -> Result<bool> {
        let running =
            imports::table.filter(imports::id.eq(id)).filter(imports::state.eq(ImportState::Running));
        let same = running.filter(imports::started_at.is_not_distinct_from(started));
        Ok(diesel::select(diesel::dsl::exists(same)).get_result(tx.conn)?)
    }

    /// How far it is.
    pub fn advance(tx: &mut Tx, id: ImportId, rows_done: i32) -> Result<()> {
        let running =
            imports::table.filter(imports::id.eq(id)).filter(imports::state.eq(ImportState::Running));
        diesel::update(running).set(imports::rows_done.eq(rows_done)).execute(tx.conn)?;
        Ok(())
    }

    /// It did not work, and why. `found` is what the rows were like, where that is why.
    pub fn fail(tx: &mut Tx, id: ImportId, problem: &str, found: Option<(Found, Vec<u8>)>) -> Result<()> {
        let running =
            imports::table.filter(imports::id.eq(id)).filter(imports::state.eq(ImportState::Running));
        diesel::update(running)
            .set((
                imports::state.eq(ImportState::Failed),
                imports::problem.eq(problem),
                imports::rows_done.eq(0),
                imports::finished_at.eq(clock_timestamp()),
            ))
            .execute(tx.conn)?;
        if let Some((found, problems)) = found {
            let outcome = json(&Outcome { check: Some(found), undone: None });
            diesel::update(imports::table.filter(imports::id.eq(id)))
                .set(imports::outcome.eq(outcome))
                .execute(tx.conn)?;
            keep_problems(tx, id, &problems)?;
        }
        Ok(())
    }

    /// It is done, in this very transaction.
    pub fn finish(
        tx: &mut Tx,
        id: ImportId,
        created: usize,
        updated: usize,
        found: Found,
        problems: &[u8],
    ) -> Result<()> {
        let number = |n: usize| i32::try_from(n).unwrap_or(i32::MAX);
        let running =
            imports::table.filter(imports::id.eq(id)).filter(imports::state.eq(ImportState::Running));
        let finished = diesel::update(running)
            .set((
                imports::state.eq(ImportState::Done),
                imports::rows_done.eq(imports::rows_total),
                imports::rows_created.eq(number(created)),
                imports::rows_updated.eq(number(updated)),
                imports::rows_skipped.eq(number(found.bad)),
                imports::transaction_id.eq(diesel::dsl::sql::<sql_types::Nullable<sql_types::BigInt>>(
                    "(pg_current_xact_id()::text)::bigint",
                )),
                imports::finished_at.eq(clock_timestamp()),
                imports::outcome.eq(json(&Outcome { check: Some(found), undone: None })),
            ))
            .execute(tx.conn)?;
        if finished == 0 {
            return Err(AppError::Conflict("The import was stopped.".into()));
        }
        keep_problems(tx, id, problems)
    }

    /// Marks as failed what a server that is gone left running.
    pub fn fail_abandoned(tx: &mut Tx) -> Result<()> {
        diesel::sql_query("SELECT fail_abandoned_imports()").execute(tx.conn)?;
        Ok(())
    }

    /// Who uploaded it.
    pub fn owner(&self, tx: &mut Tx) -> Result<String> {
        let Some(id) = self.created_by else { return Ok("Clientele".into()) };
        let name = users::table.filter(users::id.eq(id)).select(users::name).first(tx.conn).optional()?;
        Ok(name.unwrap_or_else(|| "Somebody who has left".into()))
    }
}

#[derive(QueryableByName)]
struct Clock {
    #[diesel(sql_type = sql_types::Timestamptz)]
    now: DateTime<Utc>,
}

/// The time, by the database.
pub fn clock(tx: &mut Tx) -> Result<DateTime<Utc>> {
    Ok(diesel::sql_query("SELECT now() AS now").get_result::<Clock>(tx.conn)?.now)
}

/// The time by the clock: a run begins its transaction long before it ends it.
fn clock_timestamp() -> diesel::expression::SqlLiteral<sql_types::Nullable<sql_types::Timestamptz>> {
    diesel::dsl::sql("clock_timestamp()")
}

fn keep_problems(tx: &mut Tx, id: ImportId, problems: &[u8]) -> Result<()> {
    diesel::update(import_files::table.filter(import_files::import_id.eq(id)))
        .set(import_files::problems.eq(problems))
        .execute(tx.conn)?;
    Ok(())
}

pub(super) fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_else(|_| serde_json::json!({}))
}
