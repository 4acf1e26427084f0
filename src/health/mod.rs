//! Whether the server is up, for whatever watches it.
use crate::infra::{
    db::{Db, Scope},
    web::{errors::Result, routes::Route},
};
use actix_web::{HttpResponse, web::Data};
use diesel::{RunQueryDsl, sql_query};

/// For `/health/live` and `/health/ready`.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/health/live", live).public(), Route::get("/health/ready", ready).public()]
}

/// The process answers.
async fn live() -> HttpResponse {
    HttpResponse::Ok().body("live\n")
}

/// The database answers too: 503 while it does not.
async fn ready(db: Data<Db>) -> Result<HttpResponse> {
    db.read(Scope::background(None), |tx| Ok(sql_query("SELECT 1").execute(tx.conn)?)).await?;
    Ok(HttpResponse::Ok().body("ready\n"))
}
