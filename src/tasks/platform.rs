//! What platform admins see of all tenants' background work, and of the platform's own.
use super::pages::{DecisionForm, Index, Params, Show, decide_many, decide_one};
use crate::{infra::web::prelude::*, urls::Tasks};
use actix_web::web::Path;
use askama::Template;

/// Its entry in the menu.
pub const SECTION: Section = Section::new("Background tasks", || Tasks::Platform.all(), &["/platform/tasks"]);

/// Under `/platform`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/tasks", index).any_user(),
        Route::post("/tasks", decide_all).any_user(),
        Route::get("/tasks/{task}", show).any_user(),
        Route::post("/tasks/{task}", decide).any_user(),
    ]
}

#[derive(Template)]
#[template(path = "tasks/index_platform.html")]
struct IndexPage {
    shell: Shell,
    body: Index,
}

#[derive(Template)]
#[template(path = "tasks/show_platform.html")]
struct ShowPage {
    shell: Shell,
    body: Show,
}

async fn index(admin: PlatformAdmin, wanted: Query<Params>) -> PageResult {
    let body = Index::of(&admin, Tasks::Platform, wanted.0).await?;
    IndexPage { shell: admin.platform_shell("Background tasks"), body }.ok()
}

async fn show(admin: PlatformAdmin, id: Path<i64>) -> PageResult {
    let body = Show::of(&admin, Tasks::Platform, id.into_inner()).await?;
    ShowPage { shell: admin.platform_shell(body.task.purpose()), body }.ok()
}

async fn decide(admin: PlatformAdmin, id: Path<i64>, form: Submitted<DecisionForm>) -> PageResult {
    decide_one(&admin, Tasks::Platform, id.into_inner(), form.values).await
}

async fn decide_all(admin: PlatformAdmin, form: Submitted<DecisionForm>) -> PageResult {
    decide_many(&admin, Tasks::Platform, form.values).await
}
