//! What platform admins read of the log: what belongs to no tenant, and the tenants themselves.
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
pub const SECTION: Section = Section::new("Audit log", || Log::Platform.all(), &["/platform/events"]);

/// Under `/platform`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/events", index).any_user(),
        Route::get("/events/export.{ending}", export).any_user(),
        Route::get("/events/{event}", show).any_user(),
    ]
}

#[derive(Template)]
#[template(path = "events/index_platform.html")]
struct IndexPage {
    shell: Shell,
    body: Index,
}

#[derive(Template)]
#[template(path = "events/show_platform.html")]
struct ShowPage {
    shell: Shell,
    body: Show,
}

async fn index(admin: PlatformAdmin, list: ListRequest<Events>) -> PageResult {
    let body = Index::of(&admin, Log::Platform, list.query).await?;
    IndexPage { shell: admin.platform_shell("Audit log"), body }.ok()
}

async fn show(admin: PlatformAdmin, id: Path<i64>) -> PageResult {
    let body = Show::of(&admin, Log::Platform, id.into_inner()).await?;
    ShowPage { shell: admin.platform_shell(format!("Change {}", body.event.id)), body }.ok()
}

async fn export(admin: PlatformAdmin, ending: Path<String>, list: ListRequest<Events>) -> PageResult {
    file(&admin, list, &ending).await
}
