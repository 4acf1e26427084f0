//! `/events`, which leads to the log of whoever asks.
use crate::{
    infra::{db::Audience, web::prelude::*},
    urls::Log,
};
use actix_web::HttpRequest;

/// For `/events`.
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
