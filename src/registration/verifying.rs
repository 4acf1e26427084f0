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

/// What became of it: done, or a sentence that says why not.
pub type Outcome = std::result::Result<String, String>;

/// Looks the record up, or mails the link. `NotFound` where the customer lists no such domain, or the person at work does not manage it.
pub async fn verify(
    person: &SignedIn,
    customer: CustomerId,
    form: &VerificationForm,
    settings: &Settings,
) -> Result<Outcome> {
    let listed = person.read(move |tx| Listed::of(tx, customer)).await?;
    let wanted = listed.into_iter().find(|one| one.domain == form.domain).ok_or(AppError::NotFound)?;
    if wanted.is_taken {
        return Ok(Err(taken(&wanted.domain)));
    }
    if form.way == "dns" {
        by_record(person, wanted, settings).await
    } else {
        by_mail(person, wanted, form, settings).await
    }
}

fn taken(domain: &str) -> String {
    format!("Another organisation has verified {domain}. People register with them.")
}

async fn by_record(person: &SignedIn, wanted: Listed, settings: &Settings) -> Result<Outcome> {
    let [own, top] = wanted.names();
    let (mut texts, more) = join(settings.dns.texts(&own), settings.dns.texts(&top)).await;
    texts.extend(more);
    if !wanted.is_among(&texts) {
        return Ok(Err(format!(
            "There is no such TXT record at {own} or {top} yet. A new record can take an hour to be seen everywhere."
        )));
    }
    let domain = wanted.domain.clone();
    let is_ours = person.write(move |tx| wanted.verify(tx)).await?;
    Ok(if is_ours { Ok(format!("{domain} is verified.")) } else { Err(taken(&domain)) })
}

async fn by_mail(
    person: &SignedIn,
    wanted: Listed,
    form: &VerificationForm,
    settings: &Settings,
) -> Result<Outcome> {
    let (address, tenant, base) = (form.way.clone(), person.tenant_name.clone(), settings.public_url.clone());
    if !wanted.mailboxes().iter().any(|(known, _)| *known == address) {
        return Ok(Err(format!("Choose one of the addresses at {}.", wanted.domain)));
    }
    let to = address.clone();
    let is_sent = person
        .write(move |tx| {
            let to = Use::of(&limits::MAILS_TO_AN_ADDRESS, &address);
            quota::take(tx, &[Use::one(&limits::MAILS_OF_A_PERSON), to])?;
            let Some(token) = wanted.ask(tx, &address)? else { return Ok(false) };
            mail::queue(tx, &emails::verification(&tenant, &wanted.domain, &address, &token.text, &base))?;
            Ok(true)
        })
        .await?;
    Ok(if is_sent {
        Ok(format!("An email is on its way to {to}. The link in it verifies the domain."))
    } else {
        Err("An email was sent a moment ago. Wait ten minutes, then send another one.".into())
    })
}
