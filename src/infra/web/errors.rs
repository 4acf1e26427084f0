//! What can go wrong, once; and how each surface says it.
use crate::infra::{
    db::CONFIRMED,
    refusal::Refusal,
    web::{limits::Reached, pages::Page, site::Site, typed::Typed},
};
use actix_web::{
    Error, HttpMessage, HttpResponse, ResponseError,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    error::BlockingError,
    http::{Method, StatusCode, header},
    middleware::Next,
};
use askama::Template;
use std::borrow::Cow;

/// The result of whatever may end in one of the outcomes below.
pub type Result<T, E = AppError> = std::result::Result<T, E>;

/// Every outcome that is not success. `Display` is the sentence that a person reads.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error("Sign in to continue.")]
    SignedOut,
    #[error("The email address or the password is wrong.")]
    NotRecognised,
    #[error("You don't have permission to do that. Ask an admin of your organisation.")]
    Forbidden,
    #[error("There is nothing here. It may have been deleted, or the address may be mistyped.")]
    NotFound,
    #[error(
        "Nobody can register with an address at this domain. Ask an admin of your organisation to invite you."
    )]
    DomainNotFound,
    /// It can't be done as things stand: the sentence says why.
    #[error("{0}")]
    Conflict(String),
    /// It was made from a record that somebody else has changed meanwhile, and nothing was done.
    #[error("{0}")]
    Changed(String),
    /// It looks like a mistake and waits to be confirmed; nothing was done. The page shows what it looks like.
    #[error("This has to be confirmed first.")]
    Unconfirmed,
    #[error("{0}")]
    BadRequest(String),
    /// A key under which something else was sent before.
    #[error(
        "This was sent before, with something else in it, and has arrived. To send this as well, open the form again; a program takes another Idempotency-Key."
    )]
    Reused,
    /// A form that is shown again after its writer signed in: nothing is done before they send it.
    #[error("This has not been sent yet.")]
    Unsent,
    #[error("The request came from another site and was refused. Reload the page, then try again.")]
    CrossSite,
    /// Something of an address can't be understood, and nothing is done on a guess.
    #[error("{0}")]
    Unclear(String),
    #[error("What you sent names an organisation that is not yours.")]
    KeyMismatch,
    /// What is wrong, in the order of the form. Pages show the form again instead.
    #[error("Some of what you sent is missing or wrong.")]
    Invalid(Vec<Refusal>),
    #[error("What you sent is too large. {0}")]
    TooLarge(String),
    /// With the methods that there are, as `Allow` lists them.
    #[error("This address doesn't take that kind of request.")]
    WrongMethod(String),
    #[error("What you sent is compressed. Send it as it is, without Content-Encoding.")]
    Encoded,
    #[error("What you sent came too slowly. Check the connection, then try again.")]
    TooSlow,
    #[error("Too many tries. Wait {0} seconds, then try again.")]
    TooMany(u64),
    /// A limit is reached. Pages show the form again, with the sentence above it.
    #[error("{}", .0.sentence)]
    Limit(Box<Reached>),
    #[error("The service is busy. Try again in a moment.")]
    Unavailable,
    /// Who asks is no longer as this server knew them. Never an answer: the request is made again (see [`super::known_sessions`]).
    #[error("The service is busy. Try again in a moment.")]
    SessionChanged,
    #[error("Something went wrong on our side. Nothing was changed.")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// What somebody reads who was late by a moment.
const SAME_MOMENT: &str = "The same was changed or added by another request at the same moment, so nothing of yours was saved. Look at it, then try again.";
/// And where what they referred to was deleted in that moment.
const GONE: &str = "Something that this belongs to is not there any more, so nothing was saved. Reload the page, then try again.";

impl AppError {
    /// A fault of ours, with its cause for the log.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }

    /// One field is wrong.
    pub fn refused(field: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self::Invalid(vec![Refusal::new(field, message)])
    }

    /// Somebody else has changed the record since the form was made from it. The page shows both versions.
    pub fn outdated() -> Self {
        Self::Changed("Somebody else has changed this meanwhile. Reload the page, then try again.".into())
    }

    /// What the API calls it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SignedOut | Self::NotRecognised => "NOT_AUTHORIZED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::DomainNotFound => "DOMAIN_NOT_FOUND",
            Self::Conflict(_) | Self::Changed(_) | Self::Unconfirmed | Self::Unsent => "CONFLICT",
            Self::BadRequest(_) | Self::CrossSite => "BAD_REQUEST",
            Self::Reused => "KEY_REUSED",
            Self::KeyMismatch => "KEY_MISMATCH",
            Self::Invalid(_) | Self::Unclear(_) => "INVALID",
            Self::TooLarge(_) => "TOO_LARGE",
            Self::WrongMethod(_) => "METHOD_NOT_ALLOWED",
            Self::Encoded => "UNSUPPORTED_ENCODING",
            Self::TooSlow => "TOO_SLOW",
            Self::TooMany(_) => "TOO_MANY_REQUESTS",
            Self::Limit(reached) => reached.code,
            Self::Unavailable | Self::SessionChanged => "UNAVAILABLE",
            Self::Internal(_) => "INTERNAL",
        }
    }

    /// The constraint that the database refused something by, if that is what happened.
    pub fn constraint(error: &diesel::result::Error) -> Option<&str> {
        match error {
            diesel::result::Error::DatabaseError(_, info) => info.constraint_name(),
            _ => None,
        }
    }
}

impl From<Vec<Refusal>> for AppError {
    fn from(refusals: Vec<Refusal>) -> Self {
        Self::Invalid(refusals)
    }
}

impl From<diesel::result::Error> for AppError {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind as Kind, Error::DatabaseError};
        if let Some(reached) = Self::constraint(&error).and_then(Reached::full) {
            return Self::Limit(Box::new(reached));
        }
        if Self::constraint(&error) == Some(CONFIRMED) {
            return Self::SessionChanged;
        }
        let answer = match &error {
            diesel::NotFound => return Self::NotFound,
            DatabaseError(Kind::UniqueViolation | Kind::SerializationFailure, _) => {
                Self::Conflict(SAME_MOMENT.into())
            }
            DatabaseError(Kind::ForeignKeyViolation, _) => Self::Conflict(GONE.into()),
            // The driver has no name for these.
            DatabaseError(Kind::Unknown, cause) if cause.message().contains("deadlock detected") => {
                Self::Conflict(SAME_MOMENT.into())
            }
            DatabaseError(Kind::Unknown, cause) if cause.message().contains("lock timeout") => {
                Self::Unavailable
            }
            _ => return Self::internal(error),
        };
        // Where it is expected, whoever asks says more of it; so it is worth a look.
        tracing::warn!(?error, "two people were at the same thing");
        answer
    }
}
impl From<BlockingError> for AppError {
    fn from(error: BlockingError) -> Self {
        Self::internal(error)
    }
}
impl From<askama::Error> for AppError {
    fn from(error: askama::Error) -> Self {
        Self::internal(error)
    }
}

impl ResponseError for AppError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::SignedOut | Self::NotRecognised => StatusCode::UNAUTHORIZED,
            Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NotFound | Self::DomainNotFound => StatusCode::NOT_FOUND,
            Self::Conflict(_) | Self::Changed(_) | Self::Unconfirmed | Self::Unsent => StatusCode::CONFLICT,
            Self::BadRequest(_) | Self::CrossSite | Self::KeyMismatch => StatusCode::BAD_REQUEST,
            Self::Invalid(_) | Self::Reused | Self::Unclear(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Self::WrongMethod(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::Encoded => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
            Self::Limit(reached) => reached.status(),
            Self::Unavailable | Self::SessionChanged => StatusCode::SERVICE_UNAVAILABLE,
            Self::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

#[derive(Template)]
#[template(path = "errors/show.html")]
struct ErrorPage {
    title: String,
    status: u16,
    message: String,
    /// What was sent, to be copied.
    typed: Typed,
    /// Where to it can be sent as something new; empty: nowhere.
    target: String,
}

/// Wraps every surface, and dresses what went wrong as its readers expect: programs get JSON, people a page.
pub async fn dressed(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if crate::infra::web::problem::is_for_programs(req.path()) {
        crate::infra::web::problem::as_json(req, next).await
    } else {
        as_page(req, next).await
    }
}

/// Wraps the surfaces for people: an error becomes a page, and a signed-out visitor goes to sign in.
async fn as_page(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let wanted = if req.method() == Method::GET {
        req.uri().path_and_query().map_or(String::new(), |p| p.as_str().to_owned())
    } else {
        String::new()
    };
    // Neither a stream nor a script can sign in: so they find out, and say so.
    let is_by_itself = accepts_events(req.headers()) || req.headers().contains_key("x-refresh");
    let response = next.call(req).await?;
    let request = response.request().clone();
    render(response, |status, error| {
        if let (Some(AppError::SignedOut), true) = (error, is_by_itself) {
            return HttpResponse::Unauthorized().finish();
        }
        if let Some(AppError::SignedOut) = error {
            let sign_in = Site::of(&request).map_or("/".to_owned(), |site| (site.sign_in)(&wanted));
            return HttpResponse::SeeOther().insert_header((header::LOCATION, sign_in)).finish();
        }
        let title = match status {
            StatusCode::NOT_FOUND => "Not found",
            StatusCode::FORBIDDEN => "No permission",
            _ if matches!(error, Some(AppError::Limit(_))) => "Limit reached",
            StatusCode::CONFLICT if matches!(error, Some(AppError::Changed(_))) => "This record has changed",
            StatusCode::CONFLICT => "That can’t be done now",
            StatusCode::PAYLOAD_TOO_LARGE => "Too large",
            StatusCode::TOO_MANY_REQUESTS => "Too many tries",
            StatusCode::REQUEST_TIMEOUT => "Too slow",
            status if status.is_server_error() => "Something went wrong",
            _ => "That did not work",
        };
        let (title, message) = (title.to_owned(), message(status, error));
        let typed = request.extensions().get::<Typed>().cloned().unwrap_or_default();
        let is_new =
            matches!(error, Some(AppError::Reused)) && !crate::infra::web::body::is_multipart(&request);
        let (typed, target) =
            if is_new { (typed.anew(), request.path().to_owned()) } else { (typed, String::new()) };
        let page = ErrorPage { title, status: status.as_u16(), message, typed, target };
        let mut response = page.with_status(status).unwrap_or_else(|_| HttpResponse::new(status));
        add_headers(&mut response, error);
        response
    })
}

/// Whether somebody wants server-sent events: a page, not a person.
pub fn accepts_events(headers: &header::HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok())
        .is_some_and(|accept| accept.contains("text/event-stream"))
}

/// The last route of every surface.
pub async fn no_route() -> Result<HttpResponse> {
    Err(AppError::NotFound)
}

/// What a program needs to know of an error beside its status.
pub(in crate::infra) fn add_headers(response: &mut HttpResponse, error: Option<&AppError>) {
    let (name, value) = match error {
        Some(AppError::TooMany(seconds)) => (header::RETRY_AFTER, header::HeaderValue::from(*seconds)),
        Some(AppError::Limit(reached)) => match reached.wait {
            Some(seconds) => (header::RETRY_AFTER, header::HeaderValue::from(seconds)),
            None => return,
        },
        Some(AppError::Unavailable) => (header::RETRY_AFTER, header::HeaderValue::from_static("5")),
        Some(AppError::Encoded) => (header::ACCEPT_ENCODING, header::HeaderValue::from_static("identity")),
        Some(AppError::WrongMethod(allow)) => match header::HeaderValue::from_str(allow) {
            Ok(allow) => (header::ALLOW, allow),
            Err(_) => return,
        },
        _ => return,
    };
    response.headers_mut().insert(name, value);
}

/// Replaces an error response with `body`, and logs the errors that are ours: once, here.
pub(in crate::infra) fn render(
    response: ServiceResponse<impl MessageBody + 'static>,
    body: impl FnOnce(StatusCode, Option<&AppError>) -> HttpResponse,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = response.map_into_boxed_body();
    let Some(error) = response.response().error() else { return Ok(response) };
    let known = error.as_error::<AppError>();
    match known {
        Some(AppError::Internal(source)) => {
            tracing::error!(error = ?source, path = response.request().path(), "request failed");
        }
        None => {
            tracing::info!(error = error.to_string(), path = response.request().path(), "request refused");
        }
        Some(_) => {}
    }
    let replacement = body(response.status(), known);
    Ok(response.into_response(replacement))
}

/// Our own errors speak for themselves. The framework's are not written for people: only their status is told.
pub(in crate::infra) fn message(status: StatusCode, error: Option<&AppError>) -> String {
    match (error, status) {
        (Some(error), _) => error.to_string(),
        (None, StatusCode::NOT_FOUND) => AppError::NotFound.to_string(),
        (None, StatusCode::METHOD_NOT_ALLOWED) => AppError::WrongMethod(String::new()).to_string(),
        (None, status) => status.canonical_reason().unwrap_or("Error").to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use diesel::result::{DatabaseErrorKind as Kind, Error::DatabaseError};

    #[test]
    fn who_is_late_by_a_moment_is_told_so() {
        let status = |kind, message: &str| {
            AppError::from(DatabaseError(kind, Box::new(message.to_owned()))).status_code().as_u16()
        };
        for (kind, message, wanted) in [
            (Kind::UniqueViolation, "", 409),
            (Kind::ForeignKeyViolation, "", 409),
            (Kind::SerializationFailure, "", 409),
            (Kind::Unknown, "deadlock detected", 409),
            (Kind::Unknown, "canceling statement due to lock timeout", 503),
            // These are faults of ours.
            (Kind::CheckViolation, "", 500),
            (Kind::NotNullViolation, "", 500),
            (Kind::Unknown, "syntax error", 500),
        ] {
            assert_eq!(status(kind, message), wanted, "{kind:?} {message}");
        }
        assert_eq!(AppError::from(diesel::NotFound).status_code(), 404);
    }
}
