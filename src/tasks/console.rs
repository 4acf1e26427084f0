//! What a tenant's admins see of its background work, and do about it.
use super::pages::{DecisionForm, Index, Params, Show, decide_many, decide_one};
use crate::{infra::web::prelude::*, urls::Tasks};
use actix_web::web::Path;
use askama::Template;

/// Its entry in the menu.
pub const SECTION: Section = Section::new("Tasks", || Tasks::Console.all(), &["/console/tasks"])
    .icon("list-checks")
    .needs(Permission::EventRead);

/// Under `/console`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/tasks", index).needs(Permission::EventRead),
        Route::post("/tasks", decide_all).needs(Permission::EventRead),
        Route::get("/tasks/{task}", show).needs(Permission::EventRead),
        Route::post("/tasks/{task}", decide).needs(Permission::EventRead),
    ]
}

#[derive(Template)]
#[template(path = "tasks/index_console.html")]
struct IndexPage {
    shell: Shell,
    body: Index,
}

#[derive(Template)]
#[template(path = "tasks/show_console.html")]
struct ShowPage {
    shell: Shell,
    body: Show,
}

async fn index(staff: Staff, wanted: Query<Params>) -> PageResult {
    let body = Index::of(&staff, Tasks::Console, wanted.0).await?;
    IndexPage { shell: staff.shell("Background tasks"), body }.ok()
}

async fn show(staff: Staff, id: Path<i64>) -> PageResult {
    let body = Show::of(&staff, Tasks::Console, id.into_inner()).await?;
    ShowPage { shell: staff.shell(body.task.purpose()), body }.ok()
}

async fn decide(staff: Staff, id: Path<i64>, form: Submitted<DecisionForm>) -> PageResult {
    decide_one(&staff, Tasks::Console, id.into_inner(), form.values).await
}

async fn decide_all(staff: Staff, form: Submitted<DecisionForm>) -> PageResult {
    decide_many(&staff, Tasks::Console, form.values).await
}
