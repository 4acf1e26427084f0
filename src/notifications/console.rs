//! Notifications of staff.
use super::{
    model::Side,
    pages::{self, ChoicesForm, Further, Listed, Offered},
};
use crate::{
    infra::{db::ids::NotificationId, web::prelude::*},
    urls::Notices,
};
use actix_web::web::Path;
use askama::Template;

/// The surface.
const HERE: Notices = Notices::Console;

/// Under `/console`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/notifications", index).any_user(),
        Route::post("/notifications/read", read_all).any_user(),
        Route::get("/notifications/choices", choices).any_user(),
        Route::post("/notifications/choices", choose).any_user(),
        Route::post("/notifications/{notification}/read", read_one).any_user(),
    ]
}

#[derive(Template)]
#[template(path = "notifications/index_console.html")]
struct IndexPage {
    shell: Shell,
    body: Listed,
}

#[derive(Template)]
#[template(path = "notifications/choices_console.html")]
struct ChoicesPage {
    shell: Shell,
    body: Offered,
}

async fn index(staff: Staff, query: Query<Further>) -> PageResult {
    let shell = staff.shell("Notifications");
    let body = pages::listed(&staff, shell, HERE, &query.0).await?;
    IndexPage { shell: body.shell.clone(), body }.ok()
}

async fn read_all(staff: Staff) -> PageResult {
    let message = pages::read_all(&staff).await?;
    see_other_saying(HERE.all(), message)
}

async fn read_one(staff: Staff, id: Path<NotificationId>) -> PageResult {
    let message = pages::read_one(&staff, id.into_inner()).await?;
    see_other_saying(HERE.all(), message)
}

async fn choices(staff: Staff) -> PageResult {
    let shell = staff.shell("What you are told");
    let body = pages::offered(&staff, shell, HERE, Side::Staff).await?;
    ChoicesPage { shell: body.shell.clone(), body }.ok()
}

async fn choose(staff: Staff, form: Submitted<ChoicesForm>) -> PageResult {
    let message = pages::choose(&staff, Side::Staff, form.values).await?;
    see_other_saying(HERE.choices(), message)
}
