//! The queue: taking tasks, giving them back, and how many there are.
use super::{
    handlers::Task,
    lanes::{Group, Turns},
};
use crate::infra::{
    db::{Db, Scope, Tx, schema::tasks},
    web::errors::{AppError, Result},
};
use diesel::{
    pg::PgConnection,
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Bool, Integer, SmallInt, Text, Uuid},
};

#[diesel::declare_sql_function]
extern "SQL" {
    fn requeue_abandoned_tasks() -> Integer;
    fn enter_task_worker() -> Integer;
    fn schedule_task(
        for_handler: Text,
        at: diesel::sql_types::Timestamptz,
        most_tries: SmallInt,
    ) -> diesel::sql_types::Bool;
}

/// Tasks that are not finished, by state and handler.
#[derive(QueryableByName, Debug)]
pub struct Queued {
    #[diesel(sql_type = Text)]
    pub state: String,
    #[diesel(sql_type = Text)]
    pub handler: String,
    #[diesel(sql_type = BigInt)]
    pub number: i64,
}

/// Takes tasks that are due and notes who has them: of each lane as many groups as it has threads `free`.
pub(super) fn claim(db: &Db, worker: i32, turns: &mut Turns, free: &[i32]) -> Result<Vec<Group>> {
    let ask = turns.ask();
    let claimed = db.write_blocking(&Scope::background(None), |tx| {
        let claimed = sql_query("SELECT * FROM claim_task_groups($1, $2, $3, $4, $5, $6, $7)")
            .bind::<Integer, _>(worker)
            .bind::<Array<Text>, _>(&ask.handlers)
            .bind::<Array<Integer>, _>(&ask.lanes)
            .bind::<Array<Integer>, _>(&ask.together)
            .bind::<Array<Bool>, _>(&ask.alone)
            .bind::<Array<Uuid>, _>(&ask.after)
            .bind::<Array<Integer>, _>(free);
        Ok(claimed.load(tx.conn)?)
    })?;
    Ok(turns.took(claimed))
}

/// Notes that tasks are done, in the transaction of what they did. An error, and with it the end of that transaction, where they were
/// given to somebody else meanwhile.
pub(super) fn finish(tx: &mut Tx, worker: i32, ids: &[i64]) -> Result<()> {
    let now = diesel::dsl::sql::<diesel::sql_types::Timestamptz>("clock_timestamp()");
    let done = diesel::update(tasks::table)
        .filter(tasks::id.eq_any(ids))
        .filter(tasks::state.eq("running"))
        .filter(tasks::worker.eq(worker))
        .set((tasks::state.eq("done"), tasks::finished_at.eq(now.nullable()), tasks::error.eq(None::<&str>)))
        .execute(tx.conn)?;
    if done == ids.len() {
        Ok(())
    } else {
        Err(AppError::Conflict("another worker was given these tasks meanwhile".into()))
    }
}

/// Notes why a task failed, and when it is to be tried again: after 1, 2, 4 ... seconds, at most an hour, give or take half. After its
/// last try, or where another would not help, it is dead.
pub(super) fn fail(db: &Db, worker: i32, task: &Task, error: &str, is_permanent: bool) -> Result<()> {
    db.write_blocking(&Scope::background(task.tenant_id), |tx| {
        sql_query(
            "UPDATE tasks SET state = CASE WHEN attempts < tries AND NOT $4 THEN 'queued' ELSE 'dead' END, error = left($3, 4000),
                 finished_at = CASE WHEN attempts < tries AND NOT $4 THEN NULL ELSE clock_timestamp() END,
                 run_at = clock_timestamp() + least(3600, 2 ^ (attempts - 1)) * (0.5 + random()) * interval '1 second'
             WHERE id = $1 AND state = 'running' AND worker = $2",
        )
        .bind::<BigInt, _>(task.id)
        .bind::<Integer, _>(worker)
        .bind::<Text, _>(error)
        .bind::<Bool, _>(is_permanent)
        .execute(tx.conn)?;
        Ok(())
    })
}

/// Gives back what workers held that are gone.
pub(super) fn requeue_abandoned(db: &Db) -> Result<i32> {
    db.write_blocking(&Scope::background(None), |tx| {
        Ok(diesel::select(requeue_abandoned_tasks()).get_result(tx.conn)?)
    })
}

/// Asks for a handler's work at a time; false where that was asked for already.
pub(super) fn schedule(
    db: &Db,
    handler: &str,
    at: chrono::DateTime<chrono::Utc>,
    tries: i16,
) -> Result<bool> {
    db.write_blocking(&Scope::background(None), |tx| {
        Ok(diesel::select(schedule_task(handler, at, tries)).get_result(tx.conn)?)
    })
}

/// A number for this process, which is taken for as long as `conn` lives.
pub(super) fn enter(conn: &mut PgConnection) -> QueryResult<i32> {
    diesel::select(enter_task_worker()).get_result(conn)
}

/// How much there is to do, and how much has failed.
pub fn counts(db: &Db) -> Result<Vec<Queued>> {
    db.read_blocking(&Scope::background(None), |tx| {
        Ok(sql_query("SELECT * FROM count_tasks()").load(tx.conn)?)
    })
}
