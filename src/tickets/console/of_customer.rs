//! The tickets of one customer, as a tab of its page.
use super::index::of_customer;
use actix_web::web::{ServiceConfig, get};

/// Mounts it under `/console/customers`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/{id}/tickets", get().to(of_customer));
}
