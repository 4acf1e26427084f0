//! `/forgotten-password`: asking for a link to choose another one. The answer is the same for every address, and so is the work: one
//! row. A task finds out whose accounts are meant.
use super::super::{counting::RateLimit, model::ask_for_reset};
use crate::{
    infra::{
        db::{Db, Scope, submissions},
        web::{
            client::{self, Address},
            prelude::*,
        },
    },
    urls,
    values::Email,
};
use actix_web::{HttpRequest, web::Data};
use askama::Template;
use serde::Deserialize;
use validator::Validate;

/// For the pages, which are open to everybody.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/forgotten-password", new).public(),
        Route::post("/forgotten-password", create).public(),
        Route::get("/forgotten-password/sent", sent).public(),
    ]
}

/// For which address.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct ForgottenForm {
    pub email: String,
}

impl Parameters for ForgottenForm {}

impl ForgottenForm {
    fn address(&self) -> std::result::Result<Email, Vec<Refusal>> {
        let mut checks = Checks::default();
        let email = checks.required("email", &self.email, "Enter your email address.");
        checks.finish(|| email)
    }
}

#[derive(Template)]
#[template(path = "accounts/forgotten.html")]
struct NewPage {
    title: &'static str,
    form: Submitted<ForgottenForm>,
}

#[derive(Template)]
#[template(path = "accounts/forgotten_sent.html")]
struct SentPage {
    title: &'static str,
}

fn page(form: Submitted<ForgottenForm>) -> NewPage {
    NewPage { title: "Forgotten password", form }
}

async fn new(query: Query<ForgottenForm>) -> PageResult {
    page(Submitted::filled(query.0)).ok()
}

async fn create(req: HttpRequest, form: Submitted<ForgottenForm>, db: Data<Db>) -> PageResult {
    let email = match form.read(ForgottenForm::address) {
        Ok(email) => email,
        Err(error) => {
            let (form, why) = form.refused_by(error)?;
            return page(form).refused(why);
        }
    };
    let rate_limit = RateLimit::new("reset", &email, Address::of(&req));
    let host = client::host(&req);
    let sent = form.sent();
    db.write(Scope::nobody(), move |tx| {
        if !submissions::is_first(tx, sent.as_ref())? {
            return Ok(());
        }
        rate_limit.count(tx)?;
        ask_for_reset(tx, &email, &host)
    })
    .await?;
    see_other(urls::password_forgotten_sent())
}

async fn sent() -> PageResult {
    SentPage { title: "Look into your mailbox" }.ok()
}
