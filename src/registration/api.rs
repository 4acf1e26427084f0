//! `POST /api/registrations`.
use super::open::{Register, RegisterForm, ask};
use crate::infra::{
    db::Db,
    web::{app::Settings, json::Json, prelude::*},
};
use actix_web::{HttpRequest, HttpResponse, web::Data};
use serde::Deserialize;

/// Under `/api`.
pub fn routes() -> Vec<Route> {
    vec![Route::post("/registrations", create).public()]
}

/// An account, as a program asks for it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct RegisterJson {
    name: Option<String>,
    email: Option<String>,
    #[serde(alias = "password")]
    new_password: Option<String>,
}

impl TryFrom<RegisterJson> for Register {
    type Error = Vec<Refusal>;

    fn try_from(json: RegisterJson) -> std::result::Result<Self, Vec<Refusal>> {
        Self::try_from(&RegisterForm {
            name: json.name.unwrap_or_default(),
            email: json.email.unwrap_or_default(),
            new_password: json.new_password.unwrap_or_default(),
        })
    }
}

/// 202 whether or not the address has an account: a mail says more.
async fn create(
    req: HttpRequest,
    json: Json<RegisterJson>,
    db: Data<Db>,
    settings: Data<Settings>,
) -> Result<HttpResponse> {
    let sent = json.sent();
    ask(&req, json.command()?, sent, &db, &settings).await?;
    Ok(HttpResponse::Accepted().json(serde_json::json!({ "status": "sent" })))
}
