//! What staff see of customers, and do with them.
mod bulk;
mod deletion;
mod edit;
mod export;
mod form;
mod index;
mod new;
mod show;
mod timeline;

use crate::{
    infra::web::{permissions::Permission, routes::Route, section::Section},
    urls,
};

/// Its entry in the menu.
pub const SECTION: Section =
    Section::new("Customers", urls::customers, &["/console/customers", "/console/views"])
        .icon("users")
        .searches("Search customers");

/// The list of those that a rep looks after.
pub const OWN: Section =
    Section::new("My customers", urls::my_customers, &[]).icon("user").needs(Permission::CustomerOwn);

/// Under `/console`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/customers", index::index).needs(Permission::CustomerRead),
        Route::post("/customers", new::create).needs(Permission::CustomerWrite),
        Route::get("/customers/new", new::new).needs(Permission::CustomerWrite),
        Route::post("/customers/bulk", bulk::bulk).needs(Permission::CustomerWrite),
        Route::post("/customers/bulk/{transaction}/undo", bulk::undo).needs(Permission::CustomerWrite),
        Route::get("/customers/export", export::csv).needs(Permission::CustomerRead),
        Route::get("/customers/{customer}", show::show).needs(Permission::CustomerRead),
        Route::get("/customers/{customer}/export.json", export::json).needs(Permission::CustomerRead),
        Route::post("/customers/{customer}", edit::update).needs(Permission::CustomerWrite),
        Route::get("/customers/{customer}/edit", edit::edit).needs(Permission::CustomerWrite),
        Route::get("/customers/{customer}/timeline", timeline::show).needs(Permission::CustomerRead),
        Route::get("/customers/{customer}/deletion", deletion::confirm).needs(Permission::CustomerDelete),
        Route::post("/customers/{customer}/deletion", deletion::destroy).needs(Permission::CustomerDelete),
    ]
}
