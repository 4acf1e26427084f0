//! Whether the server is up, for whatever watches it.
use crate::infra::{
    db::{Db, Scope},
    web::errors::Result,
};
use actix_web::{
    HttpResponse,
    web::{Data, ServiceConfig, get},
};
use diesel::{RunQueryDsl, sql_query};

/// Mounts `/health/live` and `/health/ready`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/health/live", get().to(live)).route("/health/ready", get().to(ready));
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
