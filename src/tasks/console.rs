//! What a tenant's admins see of its background work, and do about it.
use super::pages::{DecisionForm, Index, Show, Wanted, decide_many, decide_one};
use crate::{
    infra::web::{
        auth::Staff,
        forms::{Asked, Submitted},
        pages::{Page, PageResult},
        permissions::ReadTasks,
        shell::{Section, Shell},
    },
    urls::Tasks,
};
use actix_web::web::{self, Path, ServiceConfig, get, post};
use askama::Template;

/// Mounts the pages under `/console`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::scope("/tasks")
            .route("", get().to(index))
            .route("", post().to(decide_all))
            .route("/{id}", get().to(show))
            .route("/{id}", post().to(decide)),
    );
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

async fn index(staff: Staff<ReadTasks>, wanted: Asked<Wanted>) -> PageResult {
    let body = Index::of(&staff, Tasks::Console, wanted.0).await?;
    IndexPage { shell: staff.shell(Section::Tasks, "Background tasks"), body }.ok()
}

async fn show(staff: Staff<ReadTasks>, id: Path<i64>) -> PageResult {
    let body = Show::of(&staff, Tasks::Console, id.into_inner()).await?;
    ShowPage { shell: staff.shell(Section::Tasks, body.task.purpose()), body }.ok()
}

async fn decide(staff: Staff<ReadTasks>, id: Path<i64>, form: Submitted<DecisionForm>) -> PageResult {
    decide_one(&staff, Tasks::Console, id.into_inner(), form.values).await
}

async fn decide_all(staff: Staff<ReadTasks>, form: Submitted<DecisionForm>) -> PageResult {
    decide_many(&staff, Tasks::Console, form.values).await
}
