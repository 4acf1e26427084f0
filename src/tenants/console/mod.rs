//! What the admins of a tenant see and do.
pub mod of_customer;
mod settings;

use crate::{
    infra::web::{permissions::Permission, routes::Route, section::Section},
    urls,
};

/// Its entry in the menu.
pub const SECTION: Section = Section::new("Settings", urls::settings, &["/console/settings"])
    .icon("settings")
    .needs(Permission::TenantManage);

/// For the page of settings under `/console`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings", settings::show).needs(Permission::TenantManage),
        Route::post("/settings", settings::update).needs(Permission::TenantManage),
    ]
}
