//! What platform admins see and do.
mod disabling;
mod entering;
mod index;
mod new;
mod settings;
mod show;

use crate::{infra::web::prelude::*, urls};

/// Its entry in the menu.
pub const SECTION: Section = Section::new("Tenants", urls::platform_home, &["/platform/tenants"]);

/// Under `/platform`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/tenants", index::index).any_user(),
        Route::post("/tenants", new::create).any_user(),
        Route::get("/tenants/new", new::new).any_user(),
        Route::get("/tenants/{tenant}", show::show).any_user(),
        Route::post("/tenants/{tenant}", settings::update).any_user(),
        Route::get("/tenants/{tenant}/edit", settings::edit).any_user(),
        Route::get("/tenants/{tenant}/disablement", disabling::confirm).any_user(),
        Route::post("/tenants/{tenant}/disablement", disabling::disable).any_user(),
        Route::post("/tenants/{tenant}/disablement/deletion", disabling::enable).any_user(),
        Route::post("/tenants/{tenant}/entries", entering::enter).any_user(),
        Route::post("/entry/deletion", entering::leave).any_user(),
    ]
}
