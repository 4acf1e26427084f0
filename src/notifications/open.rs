//! The number on everybody's bell.
use crate::infra::web::prelude::*;
use actix_web::{HttpResponse, http::header};

/// one address for the console and the portal.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/notifications/unread", unread).any_user()]
}

/// `GET /notifications/unread`: it came with the session, so it costs no query of its own.
async fn unread(person: SignedIn) -> Result<HttpResponse> {
    let bell = person.bell().ok_or(AppError::NotFound)?;
    let badge = serde_json::json!({ "count": bell.describe(), "label": bell.label() });
    Ok(HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "private, no-store")).json(badge))
}
