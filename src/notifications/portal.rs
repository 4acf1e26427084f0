//! Notifications of customers.
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
const HERE: Notices = Notices::Portal;

/// Under `/customer`.
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
#[template(path = "notifications/index_portal.html")]
struct IndexPage {
    shell: Shell,
    body: Listed,
}

#[derive(Template)]
#[template(path = "notifications/choices_portal.html")]
struct ChoicesPage {
    shell: Shell,
    body: Offered,
}

async fn index(user: PortalUser, query: Query<Further>) -> PageResult {
    let shell = user.portal_shell("Notifications");
    let body = pages::listed(&user, shell, HERE, &query.0).await?;
    IndexPage { shell: body.shell.clone(), body }.ok()
}

async fn read_all(user: PortalUser) -> PageResult {
    let message = pages::read_all(&user).await?;
    see_other_saying(HERE.all(), message)
}

async fn read_one(user: PortalUser, id: Path<NotificationId>) -> PageResult {
    let message = pages::read_one(&user, id.into_inner()).await?;
    see_other_saying(HERE.all(), message)
}

async fn choices(user: PortalUser) -> PageResult {
    let shell = user.portal_shell("What you are told");
    let body = pages::offered(&user, shell, HERE, Side::Portal).await?;
    ChoicesPage { shell: body.shell.clone(), body }.ok()
}

async fn choose(user: PortalUser, form: Submitted<ChoicesForm>) -> PageResult {
    let message = pages::choose(&user, Side::Portal, form.values).await?;
    see_other_saying(HERE.choices(), message)
}
