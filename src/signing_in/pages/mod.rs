//! `/login` and `/logout`.
pub mod forgotten;
pub mod links;
mod new_address;

use super::model::{self, Candidate, Outcome};
use crate::customers::parsing;
use crate::platform::{
    app::Settings,
    auth::Actor,
    client::{self, Address},
    db::Db,
    errors::{AppError, Result},
    flash,
    forms::{Asked, Submitted},
    ids::UserId,
    pages::{Page, PageResult, is_local, see_other},
    query::Query,
    sealed, sessions,
    shell::Flash,
    urls,
};
use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    http::{StatusCode, header},
    web::{self, Data, ServiceConfig, get, post},
};
use askama::Template;
use serde::{Deserialize, Serialize};
use validator::Validate;

/// Mounts the pages that are open to everybody.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/", get().to(home))
        .route("/login", get().to(show))
        .route("/login", post().to(create))
        .route("/login/tenant", post().to(choose))
        .route("/logout", post().to(destroy))
        .configure(links::routes)
        .configure(new_address::routes)
        .configure(forgotten::routes);
}

async fn home(req: HttpRequest) -> PageResult {
    see_other(Actor::of(&req).map_or_else(urls::sign_in, |actor| actor.home()))
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

impl Query for SignInForm {}

#[derive(Template)]
#[template(path = "signing_in/show.html")]
struct SignInPage {
    title: &'static str,
    form: Submitted<SignInForm>,
    trouble: String,
    /// What was just done elsewhere.
    flash: Option<Flash>,
}

async fn show(req: HttpRequest, asked: Asked<SignInForm>) -> PageResult {
    if let Some(actor) = Actor::of(&req) {
        return see_other(actor.home());
    }
    let form = SignInForm { return_to: asked.0.return_to, email: asked.0.email, password: String::new() };
    let flash = flash::said(&req);
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
    let email = parsing::account_email(&typed).ok().flatten().unwrap_or(typed);
    let password = form.values.password.clone();
    let (address, host) = (Address::of(&req), client::host(&req));
    let (door, cost) = (db.get_ref().clone(), settings.cost);
    let outcome =
        web::block(move || model::try_sign_in(&door, &email, &password, &host, address, cost)).await??;
    match outcome {
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
                let seconds = seconds(one, &settings);
                enter(&req, &session, &db, &settings, one.user_id, seconds, &form.values.return_to).await
            }
            several => offer(several, &settings, &form.values.return_to),
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

/// Signs in whoever may come in, and sends the others where they are told why not.
pub async fn enter(
    req: &HttpRequest,
    session: &Session,
    db: &Db,
    settings: &Settings,
    user: UserId,
    seconds: i32,
    return_to: &str,
) -> PageResult {
    if let Some((cookie, minutes, turned)) = crate::lifecycle::admit(db, user).await? {
        let mut response = see_other(urls::access_ended())?;
        sealed::give(&mut response, settings, cookie, urls::access_ended(), minutes, &turned)?;
        return Ok(response);
    }
    sessions::sign_in(session, req, user, seconds)?;
    see_other(if is_local(return_to) { return_to.to_owned() } else { urls::home() })
}

/// The accounts that a password was good for, kept in a sealed cookie while their owner chooses one.
#[derive(Serialize, Deserialize)]
struct Choice {
    users: Vec<(UserId, i32)>,
}

const CHOICE: &str = "choice";

#[derive(Template)]
#[template(path = "signing_in/choose.html")]
struct ChoosePage {
    title: &'static str,
    options: Vec<(String, String)>,
    form: Submitted<ChoiceForm>,
}

fn offer(several: &[&Candidate], settings: &Settings, return_to: &str) -> PageResult {
    let users = several.iter().map(|c| (c.user_id, seconds(c, settings))).collect();
    let form = ChoiceForm { user: several[0].user_id.to_string(), return_to: return_to.to_owned() };
    let options = several.iter().map(|c| (c.user_id.to_string(), c.tenant_name.clone())).collect();
    let mut response =
        ChoosePage { title: "Choose an organisation", options, form: Submitted::filled(form) }.ok()?;
    sealed::give(&mut response, settings, CHOICE, "/login".into(), 5, &Choice { users })?;
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
    let choice = sealed::given::<Choice>(&req, CHOICE);
    let chosen = choice
        .and_then(|choice| choice.users.into_iter().find(|(user, _)| user.to_string() == form.values.user));
    match chosen {
        Some((user, seconds)) => {
            enter(&req, &session, &db, &settings, user, seconds, &form.values.return_to).await
        }
        None => see_other(urls::sign_in()),
    }
}

async fn destroy(session: Session) -> Result<HttpResponse> {
    session.purge();
    see_other(urls::sign_in())
}

/// What the browser says that it is.
pub(super) fn agent(req: &HttpRequest) -> &str {
    req.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default()
}
