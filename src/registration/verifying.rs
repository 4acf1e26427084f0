//! Showing that a domain is a customer's: for staff and for the customer's own admins alike.
use super::{domains::Listed, emails};
use crate::infra::{
    db::ids::CustomerId,
    services::mail,
    web::{
        app::Settings,
        auth::SignedIn,
        errors::{AppError, Result},
        limits::{
            self,
            quota::{self, Use},
        },
    },
};
use futures_util::future::join;
use serde::Deserialize;
use validator::Validate;

/// Which domain, and how: `dns`, or an address at it.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct VerificationForm {
    pub domain: String,
    pub way: String,
}

/// Looks the record up, or mails the link; answers with what became of it.
///
/// # Errors
/// `NotFound` where the customer lists no such domain, or the person at work does not manage it; `Conflict` where it can't be done now.
pub async fn verify(
    person: &SignedIn,
    customer: CustomerId,
    form: &VerificationForm,
    settings: &Settings,
) -> Result<String> {
    let all = person.read(move |tx| Listed::of(tx, customer)).await?;
    let listed = all.into_iter().find(|one| one.domain == form.domain).ok_or(AppError::NotFound)?;
    if listed.is_taken {
        return Err(taken(&listed.domain));
    }
    if form.way == "dns" {
        by_record(person, listed, settings).await
    } else {
        by_mail(person, listed, form, settings).await
    }
}

fn taken(domain: &str) -> AppError {
    AppError::Conflict(format!("Another organisation has verified {domain}. People register with them."))
}

async fn by_record(person: &SignedIn, listed: Listed, settings: &Settings) -> Result<String> {
    let [own, top] = listed.names();
    let (mut texts, more) = join(settings.dns.texts(&own), settings.dns.texts(&top)).await;
    texts.extend(more);
    if !listed.is_among(&texts) {
        return Err(AppError::Conflict(format!(
            "There is no such TXT record at {own} or {top} yet. A new record can take an hour to be seen everywhere."
        )));
    }
    let domain = listed.domain.clone();
    let is_ours = person.write(move |tx| listed.verify(tx)).await?;
    if is_ours { Ok(format!("{domain} is verified.")) } else { Err(taken(&domain)) }
}

async fn by_mail(
    person: &SignedIn,
    listed: Listed,
    form: &VerificationForm,
    settings: &Settings,
) -> Result<String> {
    let (address, tenant, base) = (form.way.clone(), person.tenant_name.clone(), settings.public_url.clone());
    if !listed.mailboxes().iter().any(|(known, _)| *known == address) {
        return Err(AppError::Conflict(format!("Choose one of the addresses at {}.", listed.domain)));
    }
    let to = address.clone();
    let is_sent = person
        .write(move |tx| {
            let to = Use::of(&limits::MAILS_TO_AN_ADDRESS, &address);
            quota::take(tx, &[Use::one(&limits::MAILS_OF_A_PERSON), to])?;
            let Some(token) = listed.ask(tx, &address)? else { return Ok(false) };
            mail::queue(tx, &emails::verification(&tenant, &listed.domain, &address, &token.text, &base))?;
            Ok(true)
        })
        .await?;
    if is_sent {
        Ok(format!("An email is on its way to {to}. The link in it verifies the domain."))
    } else {
        Err(AppError::Conflict(
            "An email was sent a moment ago. Wait ten minutes, then send another one.".into(),
        ))
    }
}
