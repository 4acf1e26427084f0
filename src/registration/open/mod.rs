//! `/register`, and `/confirmation`, to which the mail leads. Open to everybody.
mod confirming;
mod verifying;

use super::model::{Newcomer, names_of_place, register};
use crate::{
    accounts::{RateLimit, host},
    infra::{
        db::{
            Db, Scope, Tx,
            submissions::{self, Submission},
        },
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
    values::{Email, PersonName},
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
    pub name: String,
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
    form: Submitted<RegisterForm>,
    db: Data<Db>,
    settings: Data<Settings>,
) -> PageResult {
    let registered = match form.command() {
        Ok(command) => ask(&req, command, form.sent(), &db, &settings).await,
        Err(error) => Err(error),
    };
    match registered {
        Ok(()) => see_other(urls::register_sent()),
        Err(AppError::DomainNotFound) => {
            let domain = form.values.email.rsplit_once('@').map_or("", |(_, domain)| domain).to_owned();
            page(form, domain).with_status(StatusCode::NOT_FOUND)
        }
        Err(error) => {
            let (form, why) = form.refused_by(error)?;
            page(form, String::new()).refused(why)
        }
    }
}

/// An account that is asked for.
pub struct Register {
    name: PersonName,
    email: Email,
    /// As it was chosen: how good it is, is judged in its turn.
    password: String,
}

impl TryFrom<&RegisterForm> for Register {
    type Error = Vec<Refusal>;

    fn try_from(form: &RegisterForm) -> std::result::Result<Self, Vec<Refusal>> {
        let mut checks = Checks::default();
        let name = checks.parse("name", &form.name);
        let email = checks.required("email", &form.email, "Enter your email address.");
        checks.finish(|| Some(Self { name: name?, email: email?, password: form.new_password.clone() }))
    }
}

/// Asks for an account, for the page and the API alike. The password is hashed whatever is known of the address, and nothing else is
/// done with it: the answer tells nothing, not even by its time.
///
/// # Errors
/// `Invalid` where the password is too weak, `DomainNotFound` where nobody registers with an address at its domain.
pub async fn ask(
    req: &HttpRequest,
    command: Register,
    sent: Option<Submission>,
    db: &Db,
    settings: &Settings,
) -> Result<()> {
    let Register { name, email, password } = command;
    let host = host(req);
    let rate_limit = RateLimit::new("register", &email, Address::of(req));
    // Tries are counted whatever becomes of them, in a transaction of their own, and before any work is done for them.
    db.write(Scope::nobody(), move |tx| rate_limit.count(tx)).await?;
    let of = email.clone();
    db.write(Scope::nobody(), move |tx| count(tx, &of)).await?;
    let (of, on) = (email.clone(), host.clone());
    let names = db.read(Scope::nobody(), move |tx| names_of_place(tx, &of, &on)).await?;
    let hashing = Hashing::of(&email, &settings.key, settings.cost);
    let (called, of) = (name.clone(), email.clone());
    let password_hash = pool::run(Lane::New, move || {
        let known: Vec<&str> =
            [called.as_str(), of.as_str()].into_iter().chain(names.iter().map(String::as_str)).collect();
        match passwords::judge(&password, &known) {
            Some(problem) => Err(AppError::refused("new_password", problem)),
            None => Ok(hashing.hash(&password)?),
        }
    })
    .await??;
    let who = Newcomer { name, email, password_hash, host };
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
