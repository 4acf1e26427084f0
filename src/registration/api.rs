//! `POST /api/registrations`.
use super::open::{RegisterForm, ask};
use crate::infra::{
    db::Db,
    web::{api::Sent, app::Settings, prelude::*},
};
use actix_web::{HttpRequest, HttpResponse, web::Data};

/// Under `/api`.
pub fn routes() -> Vec<Route> {
    vec![Route::post("/registrations", create).public()]
}

/// 202 whether or not the address has an account: a mail says more.
async fn create(
    req: HttpRequest,
    sent: Sent<RegisterForm>,
    db: Data<Db>,
    settings: Data<Settings>,
) -> Result<HttpResponse> {
    let mut form = sent.into_form();
    match ask(&req, &mut form, &db, &settings).await {
        Ok(()) => Ok(HttpResponse::Accepted().json(serde_json::json!({ "status": "sent" }))),
        Err(AppError::Invalid(_)) => Err(form.into_error()),
        Err(error) => Err(error),
    }
}
