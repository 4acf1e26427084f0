//! What is sent after the session has ended is not lost: it is kept for an hour, sealed, for the account that the browser was last signed
//! in to. After the sign-in the form is back as it was typed, with nothing saved yet. Works without scripts.
//!
//! Bounded in size and number, and only for browsers in which somebody was signed in before: a stranger leaves nothing.
use super::{
    app::Settings,
    auth::Actor,
    body::{self, Parts},
    db::{Db, Scope},
    errors::{AppError, Result},
    forms, known_browser, limits,
    pages::{Page, PageResult, see_other, see_other_saying},
    sealed::{self, Sealed},
    shell::{Flash, FlashKind},
    submissions, urls,
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
    web::Data,
};
use askama::Template;
use diesel::sql_types::{Binary, Text};
use diesel::{RunQueryDsl, select};
use futures_util::TryStreamExt;
use serde::{Deserialize, Serialize};

/// The surfaces on which nothing is sent without a session.
const SURFACES: &[&str] = &["console", "customer", "account", "notifications", "platform", "styleguide"];
/// Fields that are not for reading.
const UNSHOWN: &[&str] = &[submissions::FIELD, "version", "return_to"];

#[diesel::declare_sql_function]
extern "SQL" {
    fn stash_form(token: Binary, of_owner: Text, sealed: Text) -> Bool;
    fn stashed_form(token: Binary, for_owner: Text) -> Nullable<Text>;
}

/// A form that arrived without a session.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Lost {
    /// Where it was sent to, with its query.
    target: String,
    /// Names and values, without passwords.
    pairs: Vec<(String, String)>,
}

impl Sealed for Lost {
    const NAME: &'static str = "form";
    const MINUTES: i64 = 60;
}

/// What the browser has of it.
#[derive(Serialize, Deserialize)]
struct Token(String);

impl Sealed for Token {
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
    let is_signed_in = Actor::of(req.request()).is_some();
    if is_signed_in && req.path() == urls::resume() && *req.method() == Method::GET {
        return give_back(req, next).await;
    }
    match known_browser::latest(req.request()) {
        Some(owner) if !is_signed_in && is_kept(&req) => {
            let (req, payload) = req.into_parts();
            let response = take(&req, payload, owner).await.unwrap_or_else(HttpResponse::from_error);
            Ok(ServiceResponse::new(req, response))
        }
        _ => Ok(next.call(req).await?.map_into_boxed_body()),
    }
}

/// What scripts send by themselves they say themselves.
fn is_kept(req: &ServiceRequest) -> bool {
    let surface = req.path().split('/').nth(1).unwrap_or_default();
    *req.method() == Method::POST && SURFACES.contains(&surface) && !req.headers().contains_key("x-refresh")
}

async fn take(req: &HttpRequest, payload: Payload, owner: String) -> PageResult {
    let kept = match receive(req, payload).await {
        Ok(lost) if lost.pairs.is_empty() => return see_other(urls::sign_in()),
        Ok(lost) => store(req, lost, owner).await,
        Err(error) => Err(error),
    };
    match kept {
        Ok(Some(token)) => {
            let settings = settings(req)?;
            let said = "Your session had ended, so nothing was saved yet. Sign in, and what you typed is here again.";
            let mut response = see_other_saying(urls::sign_in_and_return(urls::resume()), warning(said))?;
            sealed::give(&mut response, settings, &token)?;
            Ok(response)
        }
        other => {
            tracing::warn!(error = ?other.err(), "a form without a session is not kept");
            let said = "Your session had ended, so nothing was saved. Go back in your browser to copy what you typed, then sign in.";
            see_other_saying(urls::sign_in(), warning(said))
        }
    }
}

fn warning(text: &str) -> Flash {
    Flash { kind: FlashKind::Warn, text: text.to_owned(), undo: String::new() }
}

fn settings(req: &HttpRequest) -> Result<&Settings> {
    let settings = req.app_data::<Data<Settings>>();
    Ok(settings.ok_or_else(|| AppError::internal("there are no settings"))?)
}

fn db(req: &HttpRequest) -> Result<Db> {
    let db = req.app_data::<Data<Db>>();
    Ok(db.ok_or_else(|| AppError::internal("the application has no database"))?.get_ref().clone())
}

/// What was typed; files are read past, since they are not kept.
async fn receive(req: &HttpRequest, payload: Payload) -> Result<Lost> {
    let encoded = if body::is_multipart(req) {
        let texts = texts(req, payload).await?;
        serde_html_form::to_string(&texts).map_err(AppError::internal)?.into_bytes()
    } else {
        body::up_to(limits::STASHED_FORM.size(), payload).await?.to_vec()
    };
    let mut pairs = forms::clean(&encoded);
    pairs.retain(|(name, _)| !name.contains("password"));
    let length: usize = pairs.iter().map(|(name, value)| name.len() + value.len()).sum();
    if length > limits::STASHED_FORM.size() {
        return Err(body::too_large(limits::STASHED_FORM.size()));
    }
    let target = req.uri().path_and_query().map_or_else(|| req.path().to_owned(), ToString::to_string);
    Ok(Lost { target, pairs })
}

async fn texts(req: &HttpRequest, mut payload: Payload) -> Result<Vec<(String, String)>> {
    let Parts(mut parts) = Parts::of(req, &mut payload);
    let (mut texts, mut length, mut passed) = (vec![], 0, 0);
    let cut = |error| body::upload_failure(error, "What you sent was cut off.");
    while let Some(mut part) = parts.try_next().await.map_err(cut)? {
        let is_file = part.content_disposition().is_some_and(|told| told.get_filename().is_some());
        let name = part.name().unwrap_or_default().to_owned();
        let mut text = Vec::new();
        while let Some(piece) = part.try_next().await.map_err(cut)? {
            if is_file {
                passed += piece.len();
            } else {
                length += piece.len();
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
async fn store(req: &HttpRequest, lost: Lost, owner: String) -> Result<Option<Token>> {
    let sealed = sealed::text(settings(req)?, &lost)?;
    let token = format!("{}{}", uuid::Uuid::new_v4().simple(), uuid::Uuid::new_v4().simple());
    let bytes = token.clone().into_bytes();
    let is_kept = db(req)?
        .write(Scope::nobody(), move |tx| {
            Ok(select(stash_form(bytes, owner, sealed)).get_result::<bool>(tx.conn)?)
        })
        .await?;
    Ok(is_kept.then_some(Token(token)))
}

/// What is kept for the person who asks, under the token of their browser.
async fn stored(req: &HttpRequest) -> Result<Option<Lost>> {
    let (Some(actor), Some(token)) = (Actor::of(req), sealed::given::<Token>(req)) else { return Ok(None) };
    let (bytes, owner) = (token.value.0.into_bytes(), known_browser::account_hash(&actor.email));
    let found: Option<String> = db(req)?
        .read(actor.scope(req), move |tx| Ok(select(stashed_form(bytes, owner)).get_result(tx.conn)?))
        .await?;
    Ok(found.and_then(|sealed| sealed::read(settings(req).ok()?, sealed)))
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
    let req = sent_again(req, &lost)?;
    let mut response = next.call(req).await?.map_into_boxed_body();
    response.request().extensions_mut().remove::<Restored>();
    let error = response.response().error().map(|error| error.as_error::<AppError>());
    match error {
        None => {
            if response.status() == StatusCode::UNPROCESSABLE_ENTITY {
                *response.response_mut().status_mut() = StatusCode::OK;
            }
            Ok(response)
        }
        Some(_) if response.status().is_server_error() => Ok(response),
        Some(error) => {
            let trouble = match error {
                Some(AppError::Unsent) | None => String::new(),
                Some(other) => other.to_string(),
            };
            let page = LostPage { title: "Send it again", trouble, lost }
                .ok()
                .unwrap_or_else(HttpResponse::from_error);
            Ok(response.into_response(page))
        }
    }
}

fn sent_again(mut req: ServiceRequest, lost: &Lost) -> Result<ServiceRequest> {
    let encoded = serde_html_form::to_string(&lost.pairs).map_err(AppError::internal)?;
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
    let said = "What you typed is no longer kept. It is kept for an hour, for the account that typed it.";
    see_other_saying(urls::home(), warning(said))
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
    /// What its writer may want to read: names as words, and values.
    fn shown(&self) -> impl Iterator<Item = (String, &str)> {
        let is_shown = |name: &str, value: &str| {
            !value.is_empty() && !UNSHOWN.contains(&name) && value.parse::<uuid::Uuid>().is_err()
        };
        let pairs = self.lost.pairs.iter().filter(move |(name, value)| is_shown(name, value));
        pairs.map(|(name, value)| (words(name), value.as_str()))
    }
}

/// The name of a field as words: `first_name` is "First name".
fn words(name: &str) -> String {
    let mut words = name.replace(['_', '-'], " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_of_a_form_is_what_somebody_typed() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let pairs = vec![
            pair("submission", "k"),
            pair("first_name", "Ada"),
            pair("customer_id", "018f0000-0000-7000-8000-000000000000"),
            pair("body", ""),
        ];
        let page = LostPage { title: "", trouble: String::new(), lost: Lost { target: "/".into(), pairs } };
        assert_eq!(page.shown().collect::<Vec<_>>(), [("First name".to_owned(), "Ada")]);
    }
}
