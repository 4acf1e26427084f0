//! What staff see of customers, and do with them.
mod bulk;
mod deletion;
mod editing;
mod export;
mod index;
mod show;

use crate::{
    infra::web::{
        permissions::{Permission, Role},
        routes::Route,
        section::Section,
    },
    urls,
};

/// Its entry in the menu.
pub const SECTION: Section =
    Section::new("Customers", urls::customers, &["/console/customers", "/console/views"])
        .icon("users")
        .searches("Search customers");

/// The list of those that a rep looks after.
pub const OWN: Section =
    Section::new("My customers", urls::my_customers, &[]).icon("user").only_for(Role::CustomerSuccess);

/// Under `/console`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/customers", index::index).needs(Permission::CustomerRead),
        Route::post("/customers", editing::create).needs(Permission::CustomerWrite),
        Route::get("/customers/new", editing::new).needs(Permission::CustomerWrite),
        Route::post("/customers/bulk", bulk::bulk).needs(Permission::CustomerWrite),
        Route::post("/customers/bulk/{transaction}/undo", bulk::undo).needs(Permission::CustomerWrite),
        Route::get("/customers/export", export::csv).needs(Permission::CustomerRead),
        Route::get("/customers/{customer}", show::show).needs(Permission::CustomerRead),
        Route::get("/customers/{customer}/export.json", export::json).needs(Permission::CustomerRead),
        Route::post("/customers/{customer}", editing::update).needs(Permission::CustomerWrite),
        Route::get("/customers/{customer}/edit", editing::edit).needs(Permission::CustomerWrite),
        Route::get("/customers/{customer}/timeline", show::timeline).needs(Permission::CustomerRead),
        Route::get("/customers/{customer}/deletion", deletion::confirm).needs(Permission::CustomerDelete),
        Route::post("/customers/{customer}/deletion", deletion::destroy).needs(Permission::CustomerDelete),
    ]
}
