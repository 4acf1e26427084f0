//! What the server's own log says of a request.
use crate::infra::web::client::{self, Address};
use actix_web::{
    Error, HttpMessage,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
};
use tracing::Span;
use tracing_actix_web::{DefaultRootSpanBuilder, RequestId, RootSpanBuilder};

/// The usual, without the query: it may hold a token that opens an account, or what somebody searched for.
pub struct WithoutTokens;

impl RootSpanBuilder for WithoutTokens {
    fn on_request_start(request: &ServiceRequest) -> Span {
        let route = request.match_pattern().unwrap_or_else(|| "default".into());
        let id = request.extensions().get::<RequestId>().map(ToString::to_string).unwrap_or_default();
        let agent = request.headers().get("User-Agent").and_then(|v| v.to_str().ok()).unwrap_or_default();
        tracing::info_span!(
            "HTTP request",
            http.method = %request.method(),
            http.route = %route,
            http.host = %client::host(request.request()),
            http.client_ip = %Address::of(request.request()),
            http.user_agent = %agent,
            http.target = %request.path(),
            http.status_code = tracing::field::Empty,
            otel.name = %format!("{} {route}", request.method()),
            otel.kind = "server",
            otel.status_code = tracing::field::Empty,
            request_id = %id,
            exception.message = tracing::field::Empty,
            exception.details = tracing::field::Empty,
        )
    }

    fn on_request_end<B: MessageBody>(span: Span, outcome: &Result<ServiceResponse<B>, Error>) {
        DefaultRootSpanBuilder::on_request_end(span, outcome);
    }
}
