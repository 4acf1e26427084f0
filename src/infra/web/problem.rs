//! How the API says what went wrong: `application/problem+json` (RFC 9457) with a `code` (SPEC §16).
use crate::infra::{
    refusal::Refusal,
    web::errors::{AppError, Result, add_headers, message, render},
};
use actix_web::{
    Error, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{StatusCode, header},
    middleware::Next,
};
use serde_json::{Value, json};

/// Whether a path belongs to the API.
pub fn is_for_programs(path: &str) -> bool {
    path == "/api" || path.starts_with("/api/")
}

/// Wraps the API: every error, also the framework's own, becomes a problem.
pub async fn as_json(
    req: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    render(next.call(req).await?, |status, error| {
        let mut problem = json!({
            "type": "about:blank", "title": status.canonical_reason(), "status": status.as_u16(),
            "code": error.map_or_else(|| code(status), AppError::code), "detail": message(status, error),
        });
        if let Some(AppError::Invalid(fields)) = error {
            problem["errors"] = fields.iter().map(describe).collect();
        }
        let mut response = HttpResponse::build(status)
            .insert_header((header::CACHE_CONTROL, "private, no-store"))
            .content_type("application/problem+json")
            .body(problem.to_string());
        if status == StatusCode::UNAUTHORIZED {
            let scheme = header::HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        add_headers(&mut response, error);
        response
    })
}

fn describe(refusal: &Refusal) -> Value {
    json!({ "field": refusal.field, "message": refusal.message })
}

/// The code of an error of the framework's.
fn code(status: StatusCode) -> &'static str {
    match status {
        StatusCode::NOT_FOUND => "NOT_FOUND",
        StatusCode::METHOD_NOT_ALLOWED => "METHOD_NOT_ALLOWED",
        StatusCode::PAYLOAD_TOO_LARGE => "TOO_LARGE",
        status if status.is_server_error() => "INTERNAL",
        _ => "BAD_REQUEST",
    }
}

#[cfg(test)]
mod tests {
    use super::is_for_programs;

    #[test]
    fn only_the_api_is_for_programs() {
        assert!(is_for_programs("/api") && is_for_programs("/api/nothing"));
        assert!(!is_for_programs("/apiary") && !is_for_programs("/console/api"));
    }
}
