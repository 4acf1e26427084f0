//! What a customer's people see of their tickets, and do with them.
mod copies;
mod dashboard;
mod form;
mod index;
mod moving;
mod new;
mod reply;
mod show;

use crate::{
    infra::web::{routes::Route, section::Section},
    urls,
};

/// The entry of the home page in the menu.
pub const HOME: Section = Section::new("Home", urls::portal_home, &["/customer/dashboard"]);

/// The list of tickets, and each of them.
pub const SECTION: Section = Section::new("Tickets", urls::portal_tickets, &["/customer/tickets"]);

/// Under `/customer`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/dashboard", dashboard::show).any_user(),
        Route::get("/tickets", index::index).any_user(),
        Route::post("/tickets", new::create).any_user(),
        Route::get("/tickets/new", new::new).any_user(),
        Route::get("/tickets/{ticket}", show::show).any_user(),
        Route::post("/tickets/{ticket}/messages", reply::create).any_user(),
        Route::post("/tickets/{ticket}/draft", reply::keep_draft).any_user(),
        Route::post("/tickets/{ticket}/closure", moving::close).any_user(),
        Route::post("/tickets/{ticket}/reopening", moving::reopen).any_user(),
        Route::post("/tickets/{ticket}/copies", copies::create).any_user(),
        Route::post("/tickets/{ticket}/copies/{user}/deletion", copies::destroy).any_user(),
    ]
}
