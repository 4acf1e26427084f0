//! What is done by the clock to keep the database small and quick.
use crate::infra::{jobs::Job, web::errors::Result};
use diesel::{RunQueryDsl, dsl::sql, sql_types::Timestamptz};

#[diesel::declare_sql_function]
extern "SQL" {
    fn forget_finished_tasks(before: Timestamptz) -> BigInt;
    #[sql_name = "forget_submissions"]
    fn forget_old_submissions(before: Timestamptz) -> BigInt;
    #[sql_name = "forget_expired_sessions"]
    fn forget_sessions() -> BigInt;
    #[sql_name = "forget_stashes"]
    fn forget_old_stashes() -> BigInt;
    fn forget_quota_uses() -> BigInt;
    fn make_coming_event_partitions() -> Integer;
    #[sql_name = "recount_figures"]
    fn recount_customer_figures() -> Integer;
}

/// Tasks that were done more than a week ago are of no interest any more. A bounded number each time, so that nobody waits for it.
pub fn forget_finished(job: &mut Job) -> Result<()> {
    let gone: i64 = diesel::select(forget_finished_tasks(sql::<Timestamptz>("now() - interval '7 days'")))
        .get_result(job.tx.conn)?;
    tracing::debug!(gone, "forgot finished tasks");
    Ok(())
}

/// Sessions that have ended, and failed sign-ins that delay nobody any more.
pub fn forget_expired_sessions(job: &mut Job) -> Result<()> {
    let gone: i64 = diesel::select(forget_sessions()).get_result(job.tx.conn)?;
    tracing::debug!(gone, "forgot ended sessions");
    Ok(())
}

/// Keys of what was sent more than a day ago: whoever sends it again after that means it.
pub fn forget_submissions(job: &mut Job) -> Result<()> {
    let gone: i64 = diesel::select(forget_old_submissions(sql::<Timestamptz>("now() - interval '24 hours'")))
        .get_result(job.tx.conn)?;
    tracing::debug!(gone, "forgot submissions");
    Ok(())
}

/// Forms that were sent without a session and that nobody came back for within the hour.
pub fn forget_stashes(job: &mut Job) -> Result<()> {
    let gone: i64 = diesel::select(forget_old_stashes()).get_result(job.tx.conn)?;
    tracing::debug!(gone, "forgot kept forms");
    Ok(())
}

/// What was counted in an hour or a day that is over.
pub fn forget_quotas(job: &mut Job) -> Result<()> {
    let gone: i64 = diesel::select(forget_quota_uses()).get_result(job.tx.conn)?;
    tracing::debug!(gone, "forgot what limits counted");
    Ok(())
}

/// The log has a partition for each month, made before the month comes.
pub fn make_room_in_the_log(job: &mut Job) -> Result<()> {
    let made: i32 = diesel::select(make_coming_event_partitions()).get_result(job.tx.conn)?;
    tracing::debug!(made, "made partitions of the log");
    Ok(())
}

/// The figures of customers are kept by the transactions that change them. Here they are counted anew; a difference is a fault of ours, is
/// corrected and stands in the log of the server.
pub fn recount_figures(job: &mut Job) -> Result<()> {
    let wrong: i32 = diesel::select(recount_customer_figures()).get_result(job.tx.conn)?;
    if wrong > 0 {
        tracing::error!(wrong, "figures of customers were wrong, and are corrected");
    }
    Ok(())
}
