//! Running what was claimed.
use super::{
    claiming,
    handlers::{Handler, Job, PermanentFailure, Task, Tools},
};
use crate::infra::{
    db::{Db, Scope},
    services::metrics,
    web::errors::{AppError, Result},
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Instant,
};

/// Runs tasks that belong together, in one transaction; where that fails, one by one, so that one bad task does not hold up others.
pub(super) fn run(db: &Db, worker: i32, handler: &Handler, tools: &Tools, tasks: &[Task]) {
    let Err(error) = attempt(db, worker, handler, tools, tasks) else { return };
    if let [] | [_] = tasks {
        for task in tasks {
            note_failure(db, worker, task, &error);
        }
        return;
    }
    for task in tasks {
        if let Err(error) = attempt(db, worker, handler, tools, std::slice::from_ref(task)) {
            note_failure(db, worker, task, &error);
        }
    }
}

fn attempt(db: &Db, worker: i32, handler: &Handler, tools: &Tools, tasks: &[Task]) -> Result<()> {
    let Some(first) = tasks.first() else { return Ok(()) };
    let scope = Scope::background(first.tenant_id);
    let ids: Vec<i64> = tasks.iter().map(|task| task.id).collect();
    let door = if handler.at_sign_in { db.at_sign_in() } else { db.clone() };
    let work = AssertUnwindSafe(|| {
        door.write_blocking(&scope, |tx| {
            (handler.run)(&mut Job { tx, tasks, tools })?;
            claiming::finish(tx, worker, &ids)
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

fn note_failure(db: &Db, worker: i32, task: &Task, error: &AppError) {
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
    if let Err(error) = claiming::fail(db, worker, task, &described, is_permanent) {
        // It is given back when this worker's number is: nothing is lost.
        tracing::warn!(task = task.id, ?error, "the failure could not be noted");
    }
}

/// Splits what was claimed into what may run together: same handler, same tenant, at most as many as the handler takes.
pub(super) fn groups(
    handlers: &'static [Handler],
    mut tasks: Vec<Task>,
) -> Vec<(&'static Handler, Vec<Task>)> {
    tasks.sort_by(|a, b| (&a.handler, a.tenant_id, a.id).cmp(&(&b.handler, b.tenant_id, b.id)));
    let mut groups: Vec<(&'static Handler, Vec<Task>)> = vec![];
    for task in tasks {
        let fits = |(handler, group): &(&'static Handler, Vec<Task>)| {
            handler.name == task.handler
                && group.len() < handler.together
                && group.first().is_some_and(|first| first.tenant_id == task.tenant_id)
        };
        if groups.last().is_some_and(fits) {
            if let Some((_, group)) = groups.last_mut() {
                group.push(task);
            }
        } else if let Some(handler) = handlers.iter().find(|handler| handler.name == task.handler) {
            groups.push((handler, vec![task]));
        }
    }
    groups
}

/// Runs everything that is due, and what that gives rise to, until nothing is left: for tests, and for commands that end.
/// Returns how many tasks it ran.
pub fn run_all(db: &Db, handlers: &'static [Handler], tools: &Tools) -> Result<usize> {
    let known: Vec<&str> = handlers.iter().map(|handler| handler.name).collect();
    let mut ran = 0;
    loop {
        // Nobody holds a lock on 0: what a command that was killed had in hand is given back by the next worker.
        let claimed = claiming::claim(db, 0, &known, 500)?;
        if claimed.is_empty() {
            return Ok(ran);
        }
        ran += claimed.len();
        for (handler, tasks) in groups(handlers, claimed) {
            run(db, 0, handler, tools, &tasks);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nothing(_: &mut Job) -> Result<()> {
        Ok(())
    }
    static HANDLERS: &[Handler] = &[
        Handler { together: 2, ..Handler::on("index", "", &[], nothing) },
        Handler::on("mail", "", &[], nothing).one_by_one(3),
    ];

    fn task(id: i64, handler: &str, tenant: u128) -> Task {
        Task {
            id,
            tenant_id: Some(crate::infra::db::ids::TenantId(uuid::Uuid::from_u128(tenant))),
            handler: handler.into(),
            topic: None,
            entity_id: None,
            event_id: None,
            event_at: None,
            due_for: None,
            attempts: 1,
            tries: 3,
        }
    }

    #[test]
    fn a_group_has_one_handler_one_tenant_and_no_more_than_it_takes() {
        let claimed =
            [("index", 1), ("mail", 1), ("index", 2), ("index", 1), ("mail", 1), ("index", 1), ("gone", 1)];
        let tasks =
            claimed.iter().zip(1..).map(|((handler, tenant), id)| task(id, handler, *tenant)).collect();
        let ids: Vec<Vec<i64>> =
            groups(HANDLERS, tasks).iter().map(|(_, tasks)| tasks.iter().map(|t| t.id).collect()).collect();
        assert_eq!(ids, [vec![1, 4], vec![6], vec![3], vec![2], vec![5]]);
    }
}
