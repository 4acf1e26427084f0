//! What staff see of tickets, and do with them.
mod bulk;
mod choices;
mod draft;
mod form;
mod index;
mod new;
pub mod of_customer;
mod properties;
mod read;
mod sending;
mod show;

use crate::{
    infra::web::{permissions::Permission, routes::Route, section::Section},
    urls,
};

/// Its entry in the menu.
pub const SECTION: Section =
    Section::new("Tickets", urls::tickets, &["/console/tickets", "/console/saved-replies"])
        .icon("inbox")
        .searches("Search tickets")
        .makes("New ticket", urls::ticket_new);

/// Under `/console`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/tickets", index::index).needs(Permission::TicketRead),
        Route::post("/tickets", new::create).needs(Permission::TicketWrite),
        Route::get("/tickets/new", new::new).needs(Permission::TicketWrite),
        Route::post("/tickets/bulk", bulk::bulk).needs(Permission::TicketWrite),
        Route::post("/tickets/bulk/{transaction}/undo", bulk::undo).needs(Permission::TicketWrite),
        Route::get("/tickets/{ticket}", show::show).needs(Permission::TicketRead),
        Route::post("/tickets/{ticket}/messages", sending::send).needs(Permission::TicketWrite),
        Route::post("/tickets/{ticket}/draft", draft::keep).needs(Permission::TicketWrite),
        Route::post("/tickets/{ticket}/properties", properties::update).needs(Permission::TicketWrite),
        Route::post("/tickets/{ticket}/tags", properties::tag).needs(Permission::TicketWrite),
    ]
}
