//! `/events`, which leads to the log of whoever asks.
use crate::infra::web::routes::Route;
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
use actix_web::HttpRequest;

/// Mounts it.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/events", home).any_user()]
}

async fn home(person: SignedIn, req: HttpRequest) -> PageResult {
    let at = match person.audience() {
        Audience::Staff => Log::Console,
        Audience::Platform => Log::Platform,
        _ => return Err(AppError::NotFound),
    };
    see_other(at.with(req.query_string()))
}
