//! Running what was claimed.
use super::{
    claiming,
    handlers::{Errand, Handler, Job, PermanentFailure, Task, Tools, Work},
    lanes::{Lane, Turns},
};
use crate::infra::{
    db::{Db, Scope},
    services::metrics,
    web::errors::{AppError, Result},
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::atomic::AtomicBool,
    time::Instant,
};

/// Who runs tasks.
#[derive(Clone, Copy)]
pub(super) struct Worker<'a> {
    pub db: &'a Db,
    /// Under which the tasks were claimed.
    pub number: i32,
    pub tools: &'a Tools,
    /// Whether the process is about to end.
    pub stopping: &'a AtomicBool,
}

/// Runs tasks that belong together, in one transaction; where that fails, one by one, so that one bad task does not hold up others.
pub(super) fn run(by: &Worker, handler: &Handler, tasks: &[Task]) {
    let Err(error) = attempt(by, handler, tasks) else { return };
    if let [] | [_] = tasks {
        for task in tasks {
            note_failure(by, task, &error);
        }
        return;
    }
    for task in tasks {
        if let Err(error) = attempt(by, handler, std::slice::from_ref(task)) {
            note_failure(by, task, &error);
        }
    }
}

fn attempt(by: &Worker, handler: &Handler, tasks: &[Task]) -> Result<()> {
    let Worker { db, number, tools, stopping } = *by;
    let Some(first) = tasks.first() else { return Ok(()) };
    let scope = Scope::background(first.tenant_id);
    let ids: Vec<i64> = tasks.iter().map(|task| task.id).collect();
    let door = if handler.at_sign_in { db.at_sign_in() } else { db.clone() };
    let work = AssertUnwindSafe(|| {
        let record = match handler.work {
            Work::Inside(run) => {
                return door.write_blocking(&scope, |tx| {
                    run(&mut Job { tx, tasks, tools })?;
                    claiming::finish(tx, number, &ids)
                });
            }
            Work::Outside(act) => act(&Errand { db: &door, scope: &scope, stopping, tasks, tools })?,
        };
        door.write_blocking(&scope, |tx| {
            record(tx)?;
            claiming::finish(tx, number, &ids)
        })
    });
    let begun = Instant::now();
    // A handler that panics has failed like any other: the worker goes on.
    let outcome = catch_unwind(work).unwrap_or_else(|panic| {
        let message = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
        let message = message.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
        Err(AppError::internal(format!("panicked: {message}")))
    });
    metrics::tasks_ended(handler.name, if outcome.is_ok() { "done" } else { "failed" }, tasks.len(), begun);
    outcome
}

fn note_failure(by: &Worker, task: &Task, error: &AppError) {
    let described = match error {
        AppError::Internal(source) => source.to_string(),
        other => other.to_string(),
    };
    let is_permanent = matches!(error, AppError::Internal(source) if source.is::<PermanentFailure>());
    tracing::warn!(
        task = task.id,
        handler = task.handler,
        attempt = task.attempts,
        error = described,
        "a task failed"
    );
    if let Err(error) = claiming::fail(by.db, by.number, task, &described, is_permanent) {
        // It is given back when this worker's number is: nothing is lost.
        tracing::warn!(task = task.id, ?error, "the failure could not be noted");
    }
}

/// How many groups are claimed at once where one thread runs all.
const HANDFUL: i32 = 20;

/// Runs everything that is due, and what that gives rise to, until nothing is left: for tests, and for commands that end.
/// Returns how many tasks it ran.
pub fn run_all(db: &Db, handlers: &'static [Handler], tools: &Tools) -> Result<usize> {
    let mut turns = Turns::new(handlers, vec![Lane::new("all", 1)]);
    // Nobody holds a lock on 0: what a command that was killed had in hand is given back by the next worker.
    let worker = Worker { db, number: 0, tools, stopping: &AtomicBool::new(false) };
    let mut ran = 0;
    loop {
        let groups = claiming::claim(db, 0, &mut turns, &[HANDFUL])?;
        if groups.is_empty() {
            return Ok(ran);
        }
        for (handler, tasks) in groups {
            ran += tasks.len();
            run(&worker, handler, &tasks);
        }
    }
}
