//! `/customer/profile`: the account page where customers look for it.
use super::console::{self, PreferencesForm};
use crate::infra::web::prelude::*;

/// Under `/customer`.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/profile", show).any_user(), Route::post("/profile", update).any_user()]
}

async fn show(user: PortalUser) -> PageResult {
    console::show_to(&user).await
}

async fn update(user: PortalUser, form: Submitted<PreferencesForm>) -> PageResult {
    console::update_of(&user, form).await
}
