//! The workload page, and handing over what somebody looks after.
mod handover;
pub mod of_customer;
mod workload;

use crate::{infra::web::prelude::*, urls};

/// Its entry in the menu.
pub const SECTION: Section = Section::new("Workload", urls::workload, &["/console/workload"])
    .icon("scale")
    .needs(Permission::AnalyticsRead);

/// Under `/console`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/workload", workload::index).needs(Permission::AnalyticsRead),
        Route::get("/workload/{user}/handover", handover::ask).needs(Permission::AssignmentManage),
        Route::post("/workload/{user}/handover", handover::hand_over).needs(Permission::AssignmentManage),
    ]
}
