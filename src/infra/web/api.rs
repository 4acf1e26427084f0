//! What the handlers of the API share: who asks, what they send, what they get (SPEC §16).
use crate::infra::{
    db::paging,
    web::{
        auth::SignedIn,
        errors::{AppError, Result},
        forms::{clean, parse},
        limits, query,
    },
};
use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::{StatusCode, header},
};
use futures_util::future::{Either, LocalBoxFuture, Ready, ready};
use serde::{Serialize, de::DeserializeOwned};
use std::ops::Deref;

/// A user who calls the API. That a route is there is no secret, so whoever lacks its permission gets 403; the policies of the database
/// decide what they find.
pub struct ApiClient(SignedIn);

impl Deref for ApiClient {
    type Target = SignedIn;
    fn deref(&self) -> &SignedIn {
        &self.0
    }
}

impl FromRequest for ApiClient {
    type Error = AppError;
    type Future = Either<Ready<Result<Self>>, LocalBoxFuture<'static, Result<Self>>>;
    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        query::strictly(req, SignedIn::from_request(req, payload).into_inner().map(Self))
    }
}

/// A query string, its names in camel case. Unlike on a page nothing is passed over: a filter with a slip in it must not answer with everything.
#[derive(Debug)]
pub struct StrictQuery<F>(pub F);

impl<F: DeserializeOwned + 'static> FromRequest for StrictQuery<F> {
    type Error = AppError;
    type Future = Ready<Result<Self>>;
    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let pairs = clean(req.query_string().as_bytes());
        let names = query::names::<F>();
        query::Leftover::of(req).set(query::Unknown::of(&pairs, names));
        ready(parse(&pairs).map(Self))
    }
}

/// How many records a list answers with, unless told otherwise.
const USUAL: usize = 100;
/// How many it answers with at most.
const MOST: usize = limits::LIST_ROWS.size();

/// How many records are wanted: 1 to 200.
pub fn limit(typed: &str) -> Result<usize> {
    if typed.is_empty() {
        return Ok(USUAL);
    }
    let wanted = typed.parse().ok().filter(|n| (1..=MOST).contains(n));
    wanted.ok_or_else(|| AppError::refused("limit", "Give a number from 1 to 200."))
}

/// The keys after which a list goes on: what [`page`] gave as `cursor`.
pub fn after<K: DeserializeOwned>(cursor: &str) -> Result<Option<K>> {
    if cursor.is_empty() {
        return Ok(None);
    }
    let keys = paging::keys(cursor).map(Some);
    keys.ok_or_else(|| {
        let wrong = "Take the cursor from the Link header of the page before.";
        AppError::refused("cursor", wrong)
    })
}

/// 200 with a value.
pub fn ok(value: &impl Serialize) -> Result<HttpResponse> {
    answer(StatusCode::OK, value)
}

/// 201 with what was made, where that has no address of its own.
pub fn made(value: &impl Serialize) -> Result<HttpResponse> {
    answer(StatusCode::CREATED, value)
}

/// 201 with what was made, and where it is.
pub fn created(location: String, value: &impl Serialize) -> Result<HttpResponse> {
    let mut response = answer(StatusCode::CREATED, value)?;
    if let Ok(location) = header::HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// 200 with a list; where it goes on, the way there stands in `Link` as `rel="next"`: this very request with the keys of the last
/// record as `cursor`.
pub fn page(req: &HttpRequest, rows: &impl Serialize, next: Option<&impl Serialize>) -> Result<HttpResponse> {
    let mut response = answer(StatusCode::OK, rows)?;
    if let Some(keys) = next {
        let mut pairs = clean(req.query_string().as_bytes());
        pairs.retain(|(name, _)| name != "cursor");
        pairs.push(("cursor".into(), paging::cursor(keys)));
        let query = serde_html_form::to_string(&pairs).map_err(AppError::internal)?;
        if let Ok(link) = header::HeaderValue::from_str(&format!("<{}?{query}>; rel=\"next\"", req.path())) {
            response.headers_mut().insert(header::LINK, link);
        }
    }
    Ok(response)
}

fn answer(status: StatusCode, value: &impl Serialize) -> Result<HttpResponse> {
    let body = serde_json::to_vec(value).map_err(AppError::internal)?;
    Ok(HttpResponse::build(status)
        .content_type("application/json")
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .body(body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_a_limit() {
        assert_eq!((limit("").unwrap(), limit("200").unwrap()), (100, 200));
        for wrong in ["0", "201", "-1", "x"] {
            assert!(matches!(limit(wrong), Err(AppError::Invalid(_))), "{wrong}");
        }
    }
}
