//! `/login` and `/logout`.
pub mod forgotten;
pub mod links;
mod new_address;

use super::model::{self, Attempt, Candidate, Outcome};
use crate::{
    infra::{
        db::{Db, Scope, ids::UserId},
        web::{
            app::Settings,
            auth::Actor,
            client::{self, Address},
            encrypted::{self, Encrypted},
            flash, known_browser,
            pages::is_local,
            prelude::*,
            sessions,
            site::Site,
        },
    },
    urls,
    values::Email,
};
use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::Data,
};
use askama::Template;
use serde::{Deserialize, Serialize};
use validator::Validate;

/// For the pages that are open to everybody.
pub fn routes() -> Vec<Route> {
    let mut routes = vec![
        Route::get("/", home).public(),
        Route::get("/login", show).public(),
        Route::post("/login", create).public(),
        Route::post("/login/tenant", choose).public(),
        Route::post("/logout", destroy).public(),
        Route::get("/resume", resume).public(),
    ];
    routes.extend(links::routes());
    routes.extend(new_address::routes());
    routes.extend(forgotten::routes());
    routes
}

async fn home(req: HttpRequest) -> PageResult {
    see_other(Actor::of(&req).map_or_else(urls::sign_in, |actor| home_of(&req, &actor)))
}

fn home_of(req: &HttpRequest, actor: &Actor) -> String {
    Site::of(req).map_or_else(urls::home, |site| site.home_of(actor))
}

/// What is typed to sign in.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct SignInForm {
    #[validate(length(min = 1, max = 254, message = "Enter your email address."))]
    pub email: String,
    #[validate(length(min = 1, max = 1000, message = "Enter your password."))]
    pub password: String,
    pub return_to: String,
}

impl Parameters for SignInForm {}

#[derive(Template)]
#[template(path = "accounts/show.html")]
struct SignInPage {
    title: &'static str,
    form: Submitted<SignInForm>,
    trouble: String,
    /// What was just done elsewhere.
    flash: Option<Flash>,
}

async fn show(req: HttpRequest, query: Query<SignInForm>) -> PageResult {
    if let Some(actor) = Actor::of(&req) {
        return see_other(home_of(&req, &actor));
    }
    let form = SignInForm { return_to: query.0.return_to, email: query.0.email, password: String::new() };
    let flash = flash::carried(&req);
    SignInPage { flash, ..page(Submitted::filled(form), String::new()) }.ok()
}

fn page(form: Submitted<SignInForm>, trouble: String) -> SignInPage {
    SignInPage { title: "Sign in", form, trouble, flash: None }
}

async fn create(
    req: HttpRequest,
    session: Session,
    form: Submitted<SignInForm>,
    db: Data<Db>,
    settings: Data<Settings>,
) -> PageResult {
    if form.has_errors() {
        return page(form, String::new()).unprocessable();
    }
    let typed = form.values.email.to_lowercase();
    let email = typed.parse::<Email>().map_or(typed, String::from);
    let attempt = Attempt {
        email: email.clone(),
        password: form.values.password.clone(),
        host: host(&req),
        address: address(&req),
        browser: known_browser::mark(&req, &email),
    };
    match model::try_sign_in(&db, &settings, attempt).await? {
        Outcome::Refused => {
            let trouble =
                "The email address or the password is wrong. Check both, then try again.".to_owned();
            page(form, trouble).unprocessable()
        }
        Outcome::Wait(seconds) => {
            let mut response = page(form, AppError::TooMany(seconds).to_string())
                .with_status(StatusCode::TOO_MANY_REQUESTS)?;
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from(seconds));
            Ok(response)
        }
        Outcome::Matched(matched) => match open(&matched).as_slice() {
            [] => {
                let of = matched.first().map_or("Your organisation", |one| one.tenant_name.as_str());
                let trouble = format!(
                    "{of} is switched off here at the moment, so nobody of it can sign in. Ask an admin of yours."
                );
                page(form, trouble).with_status(StatusCode::FORBIDDEN)
            }
            [one] => {
                let (user, seconds) = (one.user_id, seconds(one, &settings));
                let who = Entering { user, email, seconds, return_to: form.values.return_to };
                enter(&req, &session, &db, &settings, who).await
            }
            several => offer(several, &db, &settings, email, &form.values.return_to).await,
        },
    }
}

/// Those whose tenant is not disabled.
fn open(matched: &[Candidate]) -> Vec<&Candidate> {
    matched.iter().filter(|candidate| !candidate.is_closed).collect()
}

fn seconds(candidate: &Candidate, settings: &Settings) -> i32 {
    candidate.session_seconds.unwrap_or(settings.session_seconds)
}

/// Who showed that an account is theirs.
pub struct Entering {
    pub user: UserId,
    pub email: String,
    /// For how long they stay signed in.
    pub seconds: i32,
    /// Where they wanted to go; empty: home.
    pub return_to: String,
}

/// Signs in whoever may come in, and sends the others where they are told why not. Their browser is known from now on.
pub async fn enter(
    req: &HttpRequest,
    session: &Session,
    db: &Db,
    settings: &Settings,
    who: Entering,
) -> PageResult {
    let mut response = if let Some(turned) = crate::lifecycle::accept(db, who.user).await? {
        let mut response = see_other(urls::access_ended())?;
        encrypted::give(&mut response, settings, &turned)?;
        response
    } else {
        sessions::sign_in(session, req, who.user, who.seconds)?;
        see_other(if is_local(&who.return_to) { who.return_to } else { urls::home() })?
    };
    known_browser::remember(req, &mut response, settings, &who.email, who.user)?;
    Ok(response)
}

/// The accounts that a password was good for, as they were then, and how long a session of each lasts: kept by the browser while
/// their owner chooses one, once.
#[derive(Serialize, Deserialize)]
struct Choice {
    email: String,
    accounts: Vec<(encrypted::Account, i32)>,
}

impl Encrypted for Choice {
    const NAME: &'static str = "choice";
    const MINUTES: i64 = 5;
}

#[derive(Template)]
#[template(path = "accounts/choose.html")]
struct ChoosePage {
    title: &'static str,
    options: Vec<(String, String)>,
    form: Submitted<ChoiceForm>,
}

async fn offer(
    several: &[&Candidate],
    db: &Db,
    settings: &Settings,
    email: String,
    return_to: &str,
) -> PageResult {
    let users: Vec<(UserId, i32)> = several.iter().map(|c| (c.user_id, seconds(c, settings))).collect();
    let form = ChoiceForm { user: several[0].user_id.to_string(), return_to: return_to.to_owned() };
    let options = several.iter().map(|c| (c.user_id.to_string(), c.tenant_name.clone())).collect();
    let as_now = db.read(Scope::nobody(), move |tx| {
        users.into_iter().map(|(user, seconds)| Ok((encrypted::Account::now(tx, user)?, seconds))).collect()
    });
    let choice = Choice { email, accounts: as_now.await? };
    let mut response =
        ChoosePage { title: "Choose an organisation", options, form: Submitted::filled(form) }.ok()?;
    encrypted::give(&mut response, settings, &choice)?;
    Ok(response)
}

/// Which of several tenants.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct ChoiceForm {
    pub user: String,
    pub return_to: String,
}

async fn choose(
    req: HttpRequest,
    session: Session,
    form: Submitted<ChoiceForm>,
    db: Data<Db>,
    settings: Data<Settings>,
) -> PageResult {
    let Some(choice) = encrypted::given::<Choice>(&req) else { return see_other(urls::sign_in()) };
    let chosen =
        choice.value.accounts.iter().find(|(account, _)| account.user.to_string() == form.values.user);
    let Some((account, seconds)) = chosen.cloned() else { return see_other(urls::sign_in()) };
    let (user, email) = (account.user, choice.value.email.clone());
    let is_good = db.write(Scope::nobody(), move |tx| Ok(account.stands(tx)? && choice.use_up(tx)?)).await?;
    let mut response = if is_good {
        let who = Entering { user, email, seconds, return_to: form.values.return_to };
        enter(&req, &session, &db, &settings, who).await?
    } else {
        see_other(urls::sign_in())?
    };
    encrypted::take_away::<Choice, _>(&mut response, &settings)?;
    Ok(response)
}

/// Where a form is given back that arrived without a session: whoever is signed in is served by [`crate::infra::web::stash`].
async fn resume() -> PageResult {
    Err(AppError::SignedOut)
}

async fn destroy(session: Session) -> Result<HttpResponse> {
    session.purge();
    let mut response = see_other(urls::sign_in())?;
    // What the browser kept of pages behind the sign-in (ASVS 14.3.1). Cookies stay: the flash and the mark of this browser.
    let kept = header::HeaderValue::from_static("\"cache\", \"storage\"");
    response.headers_mut().insert(header::HeaderName::from_static("clear-site-data"), kept);
    Ok(response)
}

/// Where the request comes from, as it is shown and counted.
pub fn address(req: &HttpRequest) -> String {
    Address::of(req).to_string()
}

/// The host that was asked for.
pub fn host(req: &HttpRequest) -> String {
    client::host(req)
}

/// What the browser says that it is.
pub(super) fn agent(req: &HttpRequest) -> &str {
    req.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
