//! What staff see of calls, and do with them.
mod index;
mod moving;
mod new;
pub mod of_customer;
mod show;

use crate::{infra::web::prelude::*, urls};

/// Its entry in the menu.
pub const SECTION: Section = Section::new("Calls", urls::calls::queue, &["/console/calls"]).icon("phone");

/// For the queue and the calls under `/console`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/calls", index::queue).needs(Permission::CallRead),
        Route::get("/calls/{call}", show::show).needs(Permission::CallRead),
        Route::post("/calls/{call}/schedule", moving::schedule).needs(Permission::CallWrite),
        Route::post("/calls/{call}/assignee", moving::assign).needs(Permission::CallWrite),
        Route::post("/calls/{call}/completion", moving::complete).needs(Permission::CallWrite),
        Route::post("/calls/{call}/cancellation", moving::cancel).needs(Permission::CallWrite),
        Route::get("/calls/{call}/calendar.ics", show::calendar_file).needs(Permission::CallRead),
    ]
}
