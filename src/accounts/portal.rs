//! `/customer/profile`: the account page where customers look for it.
use super::console::{self, PreferencesForm};
use crate::infra::web::{auth::PortalUser, forms::Submitted, pages::PageResult};
use actix_web::web::{ServiceConfig, get, post};

/// Mounts it under `/customer`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/profile", get().to(show)).route("/profile", post().to(update));
}

async fn show(user: PortalUser) -> PageResult {
    console::show_to(&user).await
}

async fn update(user: PortalUser, form: Submitted<PreferencesForm>) -> PageResult {
    console::update_of(&user, form).await
}
