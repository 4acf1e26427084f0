//! What is sent after the session has ended is not lost: it is kept for an hour, sealed, for the account that the browser was last signed
//! in to. After the sign-in the form is back as it was typed, with nothing saved yet. Works without scripts.
//!
//! Bounded in size and number, and only for browsers in which somebody was signed in before: a stranger leaves nothing.
use crate::infra::{
    db::{Db, Scope, ids::UserId},
    web::{
        app::Settings,
        auth::Actor,
        body::{self, Held, Parts},
        encrypted::{self, Encrypted},
        errors::{AppError, Result},
        forms, known_browser, limits,
        pages::{Page, PageResult, see_other, see_other_saying},
        sessions::random_token,
        shell::{Flash, FlashKind},
        site::Site,
        typed::Typed,
    },
};
use actix_web::{
    Error, HttpMessage, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue},
        uri::PathAndQuery,
    },
    middleware::Next,
    web::{self, Data},
};
use askama::Template;
use diesel::sql_types::{Binary, Text, Uuid};
use diesel::{RunQueryDsl, select};
use futures_util::TryStreamExt;
use serde::{Deserialize, Serialize};

/// What the database takes of a sealed form, in bytes.
const MOST_SEALED: usize = 1_500_000;
/// The surfaces on which nothing is sent without a session.
const SURFACES: &[&str] = &["console", "customer", "account", "notifications", "platform", "styleguide"];

const INSIDE: &str = "You are inside a tenant, and this may have been typed in another.";

#[diesel::declare_sql_function]
extern "SQL" {
    fn has_stash_room(of_owner: Uuid) -> Bool;
    fn stash_form(token: Binary, of_owner: Uuid, encrypted: Text) -> Bool;
    fn stashed_form(token: Binary, for_owner: Uuid) -> Nullable<Text>;
}

/// A form that arrived without a session.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Lost {
    /// Where it was sent to, with its query.
    target: String,
    typed: Typed,
}

impl Encrypted for Lost {
    const NAME: &'static str = "form";
    const MINUTES: i64 = 60;
}

/// What the browser has of it.
#[derive(Serialize, Deserialize)]
struct Token {
    token: String,
    /// The path that it was sent to: once something has been sent there, it is over.
    target: String,
}

impl Encrypted for Token {
    const NAME: &'static str = "stash";
    const MINUTES: i64 = Lost::MINUTES;
}

/// Marks a request that was made again of a kept form, to show it: nothing is written by it ([`Scope::is_rehearsal`]), and its form is
/// shown whatever it holds.
#[derive(Clone, Copy)]
pub struct Restored;

/// Middleware, inside of what knows who asks: keeps what comes without a session, and gives it back after the sign-in.
pub async fn keep(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    // Most requests only look at a page: they pay for none of this.
    let is_asked_for =
        Site::of(req.request()).is_some_and(|site| site.resume == req.path()) && *req.method() == Method::GET;
    if !is_asked_for && *req.method() != Method::POST {
        return Ok(next.call(req).await?.map_into_boxed_body());
    }
    let is_signed_in = Actor::of(req.request()).is_some();
    if is_asked_for && is_signed_in {
        return give_back(req, next).await;
    }
    if !is_signed_in
        && is_kept(&req)
        && let Some(owner) = known_browser::latest(req.request())
    {
        let (req, payload) = req.into_parts();
        let response = take(&req, payload, owner).await.unwrap_or_else(HttpResponse::from_error);
        return Ok(ServiceResponse::new(req, response));
    }
    let is_over = is_signed_in
        && encrypted::given::<Token>(req.request()).is_some_and(|given| given.value.target == req.path());
    let mut response = next.call(req).await?.map_into_boxed_body();
    if is_over && response.status().is_redirection() {
        let settings = settings(response.request())?.clone();
        encrypted::take_away::<Token, _>(response.response_mut(), &settings)?;
    }
    Ok(response)
}

/// A target without its query.
fn path(target: &str) -> &str {
    target.split('?').next().unwrap_or_default()
}

/// What scripts send by themselves they say themselves.
fn is_kept(req: &ServiceRequest) -> bool {
    let surface = req.path().split('/').nth(1).unwrap_or_default();
    *req.method() == Method::POST && SURFACES.contains(&surface) && !req.headers().contains_key("x-refresh")
}

/// The sign-in page, which leads on to a path.
fn sign_in_then(req: &HttpRequest, path: &str) -> Result<String, AppError> {
    Ok((settings(req)?.site.sign_in)(path))
}

async fn take(req: &HttpRequest, payload: Payload, owner: UserId) -> PageResult {
    let kept = match receive(req, payload, owner).await {
        Ok(lost) if lost.typed.pairs().is_empty() => return see_other(sign_in_then(req, "")?),
        Ok(lost) => store(req, lost, owner).await,
        Err(error) => Err(error),
    };
    match kept {
        Ok(Some(token)) => {
            let settings = settings(req)?;
            let message = "Your session had ended, so nothing was saved yet. Sign in, and what you typed is here again.";
            let mut response = see_other_saying(sign_in_then(req, settings.site.resume)?, warning(message))?;
            encrypted::give(&mut response, settings, &token)?;
            Ok(response)
        }
        other => {
            tracing::warn!(error = ?other.err(), "a form without a session is not kept");
            let message = "Your session had ended, so nothing was saved. Go back in your browser to copy what you typed, then sign in.";
            see_other_saying(sign_in_then(req, "")?, warning(message))
        }
    }
}

fn warning(text: &str) -> Flash {
    Flash::new(FlashKind::Warn, text)
}

fn settings(req: &HttpRequest) -> Result<&Settings> {
    let settings = req.app_data::<Data<Settings>>();
    Ok(settings.ok_or_else(|| AppError::internal("there are no settings"))?)
}

fn db(req: &HttpRequest) -> Result<Db> {
    let db = req.app_data::<Data<Db>>();
    Ok(db.ok_or_else(|| AppError::internal("the application has no database"))?.get_ref().clone())
}

/// What was typed; files are read past, since they are not kept. Nothing is read where nothing more would be kept.
async fn receive(req: &HttpRequest, payload: Payload, owner: UserId) -> Result<Lost> {
    let db = db(req)?;
    let has_room = db.read(Scope::nobody(), move |tx| Ok(select(has_stash_room(owner)).get_result(tx.conn)?));
    if !has_room.await? {
        return Err(AppError::TooMany(3600));
    }
    let mut held = Held::by_signed_out(&owner.to_string());
    let encoded = if body::is_multipart(req) {
        let texts = texts(req, payload, &mut held).await?;
        serde_html_form::to_string(&texts).map_err(AppError::internal)?.into_bytes()
    } else {
        body::up_to(limits::STASHED_FORM.size(), payload, held).await?.to_vec()
    };
    let typed = Typed::of(&forms::clean(&encoded));
    // A pair takes some bytes more than its texts.
    let length: usize = typed.pairs().iter().map(|(name, value)| name.len() + value.len() + 8).sum();
    if length > limits::STASHED_FORM.size() {
        return Err(body::too_large(limits::STASHED_FORM.size()));
    }
    let target = req.uri().path_and_query().map_or_else(|| req.path().to_owned(), ToString::to_string);
    Ok(Lost { target, typed })
}

async fn texts(req: &HttpRequest, mut payload: Payload, held: &mut Held) -> Result<Vec<(String, String)>> {
    let Parts(mut parts) = Parts::of(req, &mut payload);
    let (mut texts, mut length, mut passed) = (vec![], 0, 0);
    let cut = |error| body::upload_failure(error, "What you sent was cut off.");
    while let Some(mut part) = parts.try_next().await.map_err(cut)? {
        let is_file =
            part.content_disposition().is_some_and(|disposition| disposition.get_filename().is_some());
        let name = part.name().unwrap_or_default().to_owned();
        let mut text = Vec::new();
        while let Some(piece) = part.try_next().await.map_err(cut)? {
            if is_file {
                passed += piece.len();
            } else {
                length += piece.len();
                held.grows_to(length)?;
                text.extend_from_slice(&piece);
            }
            if length > limits::STASHED_FORM.size() || passed > limits::PASSED_FILES.size() {
                return Err(body::too_large(limits::STASHED_FORM.size()));
            }
        }
        if !is_file {
            texts.push((name, String::from_utf8_lossy(&text).into_owned()));
        }
    }
    Ok(texts)
}

/// The token that opens it; `None` where so much is kept for the account that no more is.
async fn store(req: &HttpRequest, lost: Lost, owner: UserId) -> Result<Option<Token>> {
    let (settings, target) = (settings(req)?.clone(), path(&lost.target).to_owned());
    let encrypted = web::block(move || encrypted::text(&settings, &lost)).await??;
    if encrypted.len() > MOST_SEALED {
        return Ok(None);
    }
    let token = random_token();
    let bytes = token.clone().into_bytes();
    let is_kept = db(req)?
        .write(Scope::nobody(), move |tx| {
            Ok(select(stash_form(bytes, owner, encrypted)).get_result::<bool>(tx.conn)?)
        })
        .await?;
    Ok(is_kept.then_some(Token { token, target }))
}

/// What is kept for the person who asks, under the token of their browser.
async fn stored(req: &HttpRequest) -> Result<Option<Lost>> {
    let (Some(actor), Some(token)) = (Actor::of(req), encrypted::given::<Token>(req)) else {
        return Ok(None);
    };
    let (bytes, owner) = (token.value.token.into_bytes(), actor.user_id);
    let found: Option<String> = db(req)?
        .read(actor.scope(req), move |tx| Ok(select(stashed_form(bytes, owner)).get_result(tx.conn)?))
        .await?;
    Ok(found.and_then(|encrypted| encrypted::read(settings(req).ok()?, encrypted)))
}

/// Sends the form again to where it was meant for, as [`Restored`].
async fn give_back(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let lost = match stored(req.request()).await {
        Ok(Some(lost)) => lost,
        Ok(None) => return Ok(req.into_response(gone()?)),
        Err(error) => return Ok(req.error_response(error)),
    };
    // A platform admin who is inside a tenant now may have been inside another.
    if Actor::of(req.request()).is_some_and(|actor| actor.is_visiting) {
        return Ok(req.into_response(LostPage::with(INSIDE.to_owned(), lost)?));
    }
    let req = sent_again(req, &lost)?;
    let mut response = next.call(req).await?.map_into_boxed_body();
    response.request().extensions_mut().remove::<Restored>();
    let trouble = match response.response().error().map(|error| error.as_error::<AppError>()) {
        // A page that answers by going elsewhere does not show what was typed.
        None if response.status().is_redirection() => String::new(),
        None => {
            if response.status() == StatusCode::UNPROCESSABLE_ENTITY {
                *response.response_mut().status_mut() = StatusCode::OK;
            }
            return Ok(response);
        }
        Some(_) if response.status().is_server_error() => return Ok(response),
        Some(Some(AppError::Unsent) | None) => String::new(),
        Some(Some(other)) => other.to_string(),
    };
    Ok(response.into_response(LostPage::with(trouble, lost)?))
}

fn sent_again(mut req: ServiceRequest, lost: &Lost) -> Result<ServiceRequest> {
    let encoded = serde_html_form::to_string(lost.typed.pairs()).map_err(AppError::internal)?;
    let target: PathAndQuery = lost.target.parse().map_err(AppError::internal)?;
    let mut parts = req.uri().clone().into_parts();
    parts.path_and_query = Some(target);
    let uri = parts.try_into().map_err(AppError::internal)?;
    req.match_info_mut().get_mut().update(&uri);
    let head = req.head_mut();
    head.uri = uri;
    head.method = Method::POST;
    head.headers.insert(CONTENT_LENGTH, HeaderValue::from(encoded.len()));
    head.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    req.set_payload(Payload::from(encoded.into_bytes()));
    req.extensions_mut().insert(Restored);
    req.extensions_mut().insert(warning(
        "You are signed in again. Nothing of this has been saved yet: check it, then send it.",
    ));
    Ok(req)
}

fn gone() -> PageResult {
    let message = "What you typed is no longer kept. It is kept for an hour, for the account that typed it.";
    see_other_saying("/", warning(message))
}

/// A form that is shown as it was typed, whatever page it is of.
#[derive(Template)]
#[template(path = "errors/lost_form.html")]
struct LostPage {
    title: &'static str,
    /// Why it can't be shown where it was typed, if that is so.
    trouble: String,
    lost: Lost,
}

impl LostPage {
    fn with(trouble: String, lost: Lost) -> PageResult {
        Self { title: "Send it again", trouble, lost }.ok()
    }
}
