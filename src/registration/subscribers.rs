//! What follows when somebody registers.
use super::{
    emails,
    model::{self, ToAnswer},
};
use crate::infra::{jobs::Job, services::mail, web::errors::Result};

/// Mails the link to confirm by; or, where the address has an account, that it has one. The page said the same to both.
pub fn answer_registrations(job: &mut Job) -> Result<()> {
    for id in job.entities() {
        let Some(to) = ToAnswer::find(job.tx, id)? else { continue };
        let letter = if to.has_account {
            emails::known(&to, &job.tools.public_url)
        } else {
            let secret = ToAnswer::give(job.tx, id)?;
            emails::confirmation(&to, &secret.text, &job.tools.public_url)
        };
        mail::queue(job.tx, &letter)?;
    }
    Ok(())
}

/// What was not confirmed in time is forgotten, with the password that was chosen.
pub fn forget_old(job: &mut Job) -> Result<()> {
    model::forget_old(job.tx).map(drop)
}
