//! Sending.
use super::model::{Stored, note_sent};
use crate::infra::{
    db::ids::MailId,
    jobs::{Job, PermanentFailure},
    services::mail::Failure,
    web::errors::{AppError, Result},
};
use diesel::{RunQueryDsl, dsl::sql, sql_types::Timestamptz};

#[diesel::declare_sql_function]
extern "SQL" {
    fn wipe_unsent_mails(before: Timestamptz) -> BigInt;
}

/// Sends the mail of the event. Its row is locked meanwhile: a second worker waits for the first, and then finds it sent.
pub fn send_mail(job: &mut Job) -> Result<()> {
    for id in job.entities().into_iter().map(MailId) {
        let stored = match Stored::lock(job.tx, id) {
            Ok(stored) if stored.is_sent() => continue,
            // Its tenant is gone, and with it whom it was from.
            Err(AppError::NotFound) => continue,
            stored => stored?,
        };
        let Some(mail) = stored.mail() else {
            return Err(AppError::internal(PermanentFailure(
                "too old: it was wiped before it could be sent".into(),
            )));
        };
        job.tools.mailer.send(&mail).map_err(|failure| match &failure {
            Failure::ForNow(_) => AppError::internal(failure),
            Failure::ForGood(_) => AppError::internal(PermanentFailure(failure.to_string())),
        })?;
        note_sent(job.tx, id)?;
    }
    Ok(())
}

/// What could not be sent in a week is not sent any more: its links have run out, and nobody should find them here.
pub fn wipe_unsent(job: &mut Job) -> Result<()> {
    let wiped: i64 = diesel::select(wipe_unsent_mails(sql::<Timestamptz>("now() - interval '7 days'")))
        .get_result(job.tx.conn)?;
    if wiped > 0 {
        tracing::warn!(wiped, "mails that could not be sent for a week are given up");
    }
    Ok(())
}
