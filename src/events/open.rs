//! `/events`, which leads to the log of whoever asks.
use crate::{
    infra::{
        db::Audience,
        web::{
            auth::SignedIn,
            errors::AppError,
            pages::{PageResult, see_other},
        },
    },
    urls::Log,
};
use actix_web::{
    HttpRequest,
    web::{ServiceConfig, get},
};

/// Mounts it.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/events", get().to(home));
}

async fn home(person: SignedIn, req: HttpRequest) -> PageResult {
    let at = match person.audience() {
        Audience::Staff => Log::Console,
        Audience::Platform => Log::Platform,
        _ => return Err(AppError::NotFound),
    };
    see_other(at.with(req.query_string()))
}
