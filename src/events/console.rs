//! What a tenant's admins read of the log.
use super::{
    listing::Events,
    pages::{Index, Show, file},
};
use crate::{
    infra::{lists::ListRequest, web::prelude::*},
    urls::Log,
};
use actix_web::web::Path;
use askama::Template;

/// Its entry in the menu.
pub const SECTION: Section = Section::new("Audit log", || Log::Console.all(), &["/console/events"])
    .icon("shield")
    .needs(Permission::EventRead);

/// Under `/console`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/events", index).needs(Permission::EventRead),
        Route::get("/events/export.{ending}", export).needs(Permission::EventRead),
        Route::get("/events/{event}", show).needs(Permission::EventRead),
    ]
}

#[derive(Template)]
#[template(path = "events/index_console.html")]
struct IndexPage {
    shell: Shell,
    body: Index,
}

#[derive(Template)]
#[template(path = "events/show_console.html")]
struct ShowPage {
    shell: Shell,
    body: Show,
}

async fn index(staff: Staff, list: ListRequest<Events>) -> PageResult {
    let body = Index::of(&staff, Log::Console, list.query).await?;
    IndexPage { shell: staff.shell("Audit log"), body }.ok()
}

async fn show(staff: Staff, id: Path<i64>) -> PageResult {
    let body = Show::of(&staff, Log::Console, id.into_inner()).await?;
    ShowPage { shell: staff.shell(format!("Change {}", body.event.id)), body }.ok()
}

async fn export(staff: Staff, ending: Path<String>, list: ListRequest<Events>) -> PageResult {
    file(&staff, list, &ending).await
}
