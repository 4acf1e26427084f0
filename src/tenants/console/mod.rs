//! What the admins of a tenant see and do.
pub mod of_customer;
mod settings;

use actix_web::web::{ServiceConfig, get, post};

/// Mounts the page of settings under `/console`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/settings", get().to(settings::show)).route("/settings", post().to(settings::update));
}
