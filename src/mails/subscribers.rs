//! Sending.
use super::model::{Stored, note_sent};
use crate::infra::{
    db::ids::MailId,
    jobs::{Errand, Job, PermanentFailure, Record},
    services::mail::Failure,
    web::errors::{AppError, Result},
};
use diesel::{RunQueryDsl, dsl::sql, sql_types::Timestamptz};

#[diesel::declare_sql_function]
extern "SQL" {
    fn wipe_unsent_mails(before: Timestamptz) -> BigInt;
}

/// Sends the mail of the event. No transaction is open meanwhile: a mail server may take its time. Its Message-ID is its own, so that the
/// receiver drops what a crash between sending and recording makes a double of.
pub fn send_mail(errand: &Errand) -> Result<Record> {
    let Some(id) = errand.tasks.first().and_then(|task| task.entity_id).map(MailId) else {
        return Ok(Box::new(|_| Ok(())));
    };
    let stored = match errand.transaction(|tx| Stored::find(tx, id)) {
        Ok(stored) if stored.is_sent() => return Ok(Box::new(|_| Ok(()))),
        // Its tenant is gone, and with it the sender.
        Err(AppError::NotFound) => return Ok(Box::new(|_| Ok(()))),
        stored => stored?,
    };
    let Some(mail) = stored.mail() else {
        return Err(AppError::internal(PermanentFailure(
            "too old: it was wiped before it could be sent".into(),
        )));
    };
    errand.tools.mailer.send(&mail).map_err(|failure| match &failure {
        Failure::ForNow(_) => AppError::internal(failure),
        Failure::ForGood(_) => AppError::internal(PermanentFailure(failure.to_string())),
    })?;
    Ok(Box::new(move |tx| note_sent(tx, id)))
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
