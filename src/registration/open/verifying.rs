//! The page behind the link that is mailed to an address at a domain. Open to everybody: whoever reads that mailbox may decide.
use crate::{
    infra::{
        db::{Db, Scope},
        web::{prelude::*, secrets},
    },
    registration::domains::{Behind, verify_by_mail},
    urls,
};
use actix_web::{http::StatusCode, web::Data};
use askama::Template;
use serde::Deserialize;
use validator::Validate;

/// The token of the link.
#[derive(Clone, Default, Deserialize, Validate)]
#[serde(default)]
pub struct TokenForm {
    pub token: String,
}

impl Parameters for TokenForm {}

#[derive(Template)]
#[template(path = "registration/verify.html")]
struct VerifyPage {
    title: &'static str,
    behind: Behind,
    token: String,
}

#[derive(Template)]
#[template(path = "registration/verified.html")]
struct VerifiedPage {
    title: &'static str,
    text: String,
}

fn answer(title: &'static str, text: impl Into<String>, status: StatusCode) -> PageResult {
    VerifiedPage { title, text: text.into() }.with_status(status)
}

fn refused() -> PageResult {
    let text = "It was used already, or it is more than 24 hours old. A new one can be sent from the registration settings.";
    answer("This link doesn’t work", text, StatusCode::NOT_FOUND)
}

async fn behind(token: &str, db: &Db) -> Result<Option<Behind>> {
    let hash = secrets::hash(token);
    db.read(Scope::nobody(), move |tx| Behind::find(tx, &hash)).await
}

pub async fn show(query: Query<TokenForm>, db: Data<Db>) -> PageResult {
    let token = query.0.token;
    match behind(&token, &db).await? {
        Some(behind) => VerifyPage { title: "Verify your domain", behind, token }.ok(),
        None => refused(),
    }
}

/// `GET /domain-verification/done`
pub async fn done() -> PageResult {
    let text =
        "People with an address at it can make their own accounts now, once they have confirmed the address.";
    answer("Your domain is verified", text, StatusCode::OK)
}

pub async fn verify(form: Submitted<TokenForm>, db: Data<Db>) -> PageResult {
    let Some(behind) = behind(&form.values.token, &db).await? else { return refused() };
    let hash = secrets::hash(&form.values.token);
    match db.write(Scope::nobody(), move |tx| verify_by_mail(tx, &hash)).await? {
        Some(true) => see_other(urls::domain_verification_done()),
        Some(false) => {
            let text = format!("Another organisation has verified {} already.", behind.domain);
            answer("Your domain is not verified", text, StatusCode::CONFLICT)
        }
        None => refused(),
    }
}
