//! What follows when somebody asks for another password.
use super::{model::ToReset, reset_letter::ResetLetter};
use crate::infra::{
    jobs::Job,
    services::mail,
    web::{errors::Result, secrets::Secret},
};

/// Mails links to the accounts that are meant, all in one mail: an address may have an account in several tenants. Nobody's address
/// gets nothing.
pub fn answer_reset_requests(job: &mut Job) -> Result<()> {
    for request in job.entities() {
        let accounts = ToReset::take(job.tx, request)?;
        let mut links = vec![];
        for account in accounts {
            let token = Secret::new();
            if account.give(job.tx, &token)? {
                links.push((account, token.text));
            }
        }
        if let Some(letter) = ResetLetter::of(links, &job.tools.public_url) {
            mail::queue(job.tx, &letter)?;
        }
    }
    Ok(())
}
