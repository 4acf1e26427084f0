//! `/login` and `/logout`.
use super::model::{self, Candidate, Outcome};
use crate::platform::{
    app::Settings,
    auth::Actor,
    db::Db,
    errors::{AppError, Result},
    forms::{Asked, Submitted},
    ids::UserId,
    pages::{Page, PageResult, is_local, see_other},
    sessions, urls,
};
use actix_session::Session;
use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{Cookie, CookieJar, Key, SameSite, time::Duration},
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
        .route("/logout", post().to(destroy));
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

#[derive(Template)]
#[template(path = "signing_in/show.html")]
struct SignInPage {
    title: &'static str,
    form: Submitted<SignInForm>,
    trouble: String,
}

async fn show(req: HttpRequest, asked: Asked<SignInForm>) -> PageResult {
    if let Some(actor) = Actor::of(&req) {
        return see_other(actor.home());
    }
    let form = SignInForm { return_to: asked.0.return_to, email: asked.0.email, password: String::new() };
    page(Submitted::filled(form), String::new()).ok()
}

fn page(form: Submitted<SignInForm>, trouble: String) -> SignInPage {
    SignInPage { title: "Sign in", form, trouble }
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
    let (email, password) = (form.values.email.to_lowercase(), form.values.password.clone());
    let (address, host) = (address(&req, &settings), host(&req));
    let (door, from, cost) = (db.get_ref().clone(), address.clone(), settings.cost);
    let outcome =
        web::block(move || model::try_sign_in(&door, &email, &password, &host, &from, cost)).await??;
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
        Outcome::Matched(matched) => match matched.as_slice() {
            [one] => {
                enter(&req, &session, &settings, one.user_id, seconds(one, &settings), &form.values.return_to)
            }
            several => offer(several, &settings, &form.values.return_to),
        },
    }
}

fn seconds(candidate: &Candidate, settings: &Settings) -> i32 {
    candidate.session_seconds.unwrap_or(settings.session_seconds)
}

fn enter(
    req: &HttpRequest,
    session: &Session,
    settings: &Settings,
    user: UserId,
    seconds: i32,
    return_to: &str,
) -> PageResult {
    sessions::sign_in(session, req, user, seconds, &address(req, settings))?;
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

fn offer(several: &[Candidate], settings: &Settings, return_to: &str) -> PageResult {
    let users = several.iter().map(|c| (c.user_id, seconds(c, settings))).collect();
    let sealed = serde_json::to_string(&Choice { users }).map_err(AppError::internal)?;
    let mut jar = CookieJar::new();
    jar.private_mut(&settings.key).add(Cookie::new(CHOICE, sealed));
    let form = ChoiceForm { user: several[0].user_id.to_string(), return_to: return_to.to_owned() };
    let options = several.iter().map(|c| (c.user_id.to_string(), c.tenant_name.clone())).collect();
    let mut response =
        ChoosePage { title: "Choose an organisation", options, form: Submitted::filled(form) }.ok()?;
    if let Some(cookie) = jar.get(CHOICE) {
        let mut cookie = cookie.clone();
        cookie.set_path("/login");
        cookie.set_http_only(true);
        cookie.set_secure(settings.secure);
        cookie.set_same_site(SameSite::Strict);
        cookie.set_max_age(Duration::minutes(5));
        response.add_cookie(&cookie).map_err(AppError::internal)?;
    }
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
    settings: Data<Settings>,
    key: Data<Key>,
) -> PageResult {
    let mut jar = CookieJar::new();
    if let Some(cookie) = req.cookie(CHOICE) {
        jar.add_original(cookie);
    }
    let sealed = jar.private(&key).get(CHOICE);
    let choice = sealed.and_then(|c| serde_json::from_str::<Choice>(c.value()).ok());
    let chosen = choice
        .and_then(|choice| choice.users.into_iter().find(|(user, _)| user.to_string() == form.values.user));
    match chosen {
        Some((user, seconds)) => enter(&req, &session, &settings, user, seconds, &form.values.return_to),
        None => see_other(urls::sign_in()),
    }
}

async fn destroy(session: Session) -> Result<HttpResponse> {
    session.purge();
    see_other(urls::sign_in())
}

/// Where the request comes from, for throttling and for the list of sessions.
pub(super) fn address(req: &HttpRequest, settings: &Settings) -> String {
    let forwarded =
        settings.trust_proxy.then(|| req.connection_info().realip_remote_addr().map(str::to_owned)).flatten();
    forwarded.or_else(|| req.peer_addr().map(|peer| peer.ip().to_string())).unwrap_or_default()
}

/// What the browser says that it is.
pub(super) fn agent(req: &HttpRequest) -> &str {
    req.headers().get(header::USER_AGENT).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The host without its port, in lower case.
fn host(req: &HttpRequest) -> String {
    let info = req.connection_info();
    let host = info.host();
    host.rsplit_once(':').map_or(host, |(name, _)| name).to_lowercase()
}
