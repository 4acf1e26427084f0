//! `/register`, and `/confirmation`, to which the mail leads. Open to everybody.
mod confirming;
mod verifying;

use super::model::{Newcomer, names_of_place, register};
use crate::{
    accounts::{RateLimit, host},
    infra::{
        db::{Db, Scope, Tx, submissions},
        services::passwords::{
            self, Hashing,
            pool::{self, Lane},
        },
        web::{
            app::Settings,
            client::Address,
            limits::{
                self,
                quota::{self, Use},
            },
            prelude::*,
        },
    },
    urls,
    values::{parsing, person_name},
};
use actix_web::{HttpRequest, http::StatusCode, web::Data};
use askama::Template;
use serde::Deserialize;
use validator::Validate;

/// For the pages.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/register", new).public(),
        Route::post("/register", create).public(),
        Route::get("/register/sent", sent).public(),
        Route::get("/confirmation", confirming::show).public(),
        Route::post("/confirmation", confirming::confirm).public(),
        Route::get("/domain-verification", verifying::show).public(),
        Route::post("/domain-verification", verifying::verify).public(),
        Route::get("/domain-verification/done", verifying::done).public(),
    ]
}

/// Who wants an account.
#[derive(Clone, Default, Deserialize, Validate)]
#[serde(default)]
pub struct RegisterForm {
    #[validate(custom(function = person_name::valid))]
    pub name: String,
    #[validate(length(min = 1, max = 254, message = "Enter your email address."))]
    pub email: String,
    #[serde(alias = "password")]
    pub new_password: String,
}

#[derive(Template)]
#[template(path = "registration/new.html")]
struct NewPage {
    title: &'static str,
    form: Submitted<RegisterForm>,
    /// The domain that nobody registers with; empty: none.
    unknown: String,
}

#[derive(Template)]
#[template(path = "registration/sent.html")]
struct SentPage {
    title: &'static str,
}

fn page(form: Submitted<RegisterForm>, unknown: String) -> NewPage {
    NewPage { title: "Register", form, unknown }
}

async fn new() -> PageResult {
    page(Submitted::blank(), String::new()).ok()
}

async fn create(
    req: HttpRequest,
    mut form: Submitted<RegisterForm>,
    db: Data<Db>,
    settings: Data<Settings>,
) -> PageResult {
    match ask(&req, &mut form, &db, &settings).await {
        Ok(()) => see_other(urls::register_sent()),
        Err(AppError::Invalid(_)) => page(form, String::new()).unprocessable(),
        Err(AppError::Limit(reached)) => page(form.over(&reached), String::new()).at_limit(&reached),
        Err(AppError::DomainNotFound) => {
            let domain = form.values.email.rsplit_once('@').map_or("", |(_, domain)| domain).to_owned();
            page(form, domain).with_status(StatusCode::NOT_FOUND)
        }
        Err(error) => Err(error),
    }
}

/// Asks for an account, for the page and the API alike. What is wrong stands in the form. The password is hashed whatever is known of the
/// address, and nothing else is done with it: the answer tells nothing, not even by its time.
pub async fn ask(
    req: &HttpRequest,
    form: &mut Submitted<RegisterForm>,
    db: &Db,
    settings: &Settings,
) -> Result<()> {
    let email = match parsing::account_email(&form.values.email) {
        Ok(email) => email.unwrap_or_default(),
        Err(problem) => {
            form.refuse("email", problem);
            String::new()
        }
    };
    if form.has_errors() {
        return Err(AppError::Invalid(vec![]));
    }
    let (values, host) = (form.values.clone(), host(req));
    let rate_limit = RateLimit::new("register", &email, Address::of(req));
    // Tries are counted whatever becomes of them, in a transaction of their own, and before any work is done for them.
    db.write(Scope::nobody(), move |tx| rate_limit.count(tx)).await?;
    let of = email.clone();
    db.write(Scope::nobody(), move |tx| count(tx, &of)).await?;
    let (of, on) = (email.clone(), host.clone());
    let names = db.read(Scope::nobody(), move |tx| names_of_place(tx, &of, &on)).await?;
    let sent = form.sent();
    let hashing = Hashing::of(&email, &settings.key, settings.cost);
    let (password, name, of) = (values.new_password, values.name.clone(), email.clone());
    let judged = pool::run(Lane::New, move || -> Result<Result<String, String>> {
        let known: Vec<&str> = [&name, &of].into_iter().chain(&names).map(String::as_str).collect();
        Ok(match passwords::judge(&password, &known) {
            Some(problem) => Err(problem),
            None => Ok(hashing.hash(&password)?),
        })
    });
    let password_hash = match judged.await?? {
        Ok(hash) => hash,
        Err(problem) => {
            form.refuse("new_password", problem);
            return Err(AppError::Invalid(vec![]));
        }
    };
    let who = Newcomer { name: values.name, email, password_hash, host };
    db.write(Scope::nobody(), move |tx| match submissions::is_first(tx, sent.as_ref())? {
        true => register(tx, &who),
        false => Ok(()),
    })
    .await
}

/// Counts addresses that are made up one after the other: beside a mailbox, and at a domain. That of a mailbox itself is not counted for
/// it, so that nobody else can use it up.
fn count(tx: &mut Tx, email: &str) -> Result<()> {
    let (mailbox, domain) = email.rsplit_once('@').unwrap_or((email, ""));
    let mut uses = vec![Use::of(&limits::REGISTRATIONS_AT_A_DOMAIN, domain)];
    let of = mailbox.split_once('+').map(|(mailbox, _)| format!("{mailbox}@{domain}"));
    if let Some(of) = &of {
        uses.insert(0, Use::of(&limits::REGISTRATIONS_OF_A_MAILBOX, of));
    }
    quota::take(tx, &uses)
}

async fn sent() -> PageResult {
    SentPage { title: "Look into your mailbox" }.ok()
}
