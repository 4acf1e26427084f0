//! What the admins of a tenant see and do.
pub mod of_customer;
mod settings;

use crate::infra::web::{permissions::Permission, routes::Route};
/// For the page of settings under `/console`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/settings", settings::show).needs(Permission::TenantManage),
        Route::post("/settings", settings::update).needs(Permission::TenantManage),
    ]
}
