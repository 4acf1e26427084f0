//! `/customer/team`: the users of one's own customer, for its `customer_admin`.
use super::{form::UserForm, listing::Accounts, pages};
use crate::{
    assignments::holding::HandOverForm,
    infra::{
        db::ids::UserId,
        lists::ListRequest,
        web::{app::Settings, prelude::*},
    },
    urls::{self, People},
};
use actix_web::web::{Data, Path};

/// Its entry in the menu.
pub const SECTION: Section =
    Section::new("Team", urls::team, &["/customer/team"]).needs(Permission::UserManage);

/// Under `/customer`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/team", index).any_user(),
        Route::post("/team", create).any_user(),
        Route::get("/team/new", new).any_user(),
        Route::get("/team/{account}", show).any_user(),
        Route::post("/team/{account}", update).any_user(),
        Route::post("/team/{account}/invitation", invite_again).any_user(),
        Route::post("/team/{account}/invitation/deletion", withdraw).any_user(),
        Route::post("/team/{account}/disabling", disable).any_user(),
        Route::post("/team/{account}/enabling", enable).any_user(),
        Route::post("/team/{account}/sessions/deletion", end_sessions).any_user(),
    ]
}

async fn index(admin: TeamAdmin, list: ListRequest<Accounts>) -> PageResult {
    pages::index(&admin, People::Team, list.query).await
}

async fn new(admin: TeamAdmin, query: Query<UserForm>) -> PageResult {
    pages::new(&admin, People::Team, query.0).await
}

async fn create(admin: TeamAdmin, form: Submitted<UserForm>, settings: Data<Settings>) -> PageResult {
    pages::create(&admin, People::Team, form, &settings).await
}

async fn show(admin: TeamAdmin, id: Path<UserId>) -> PageResult {
    pages::show(&admin, People::Team, id.into_inner()).await
}

async fn update(admin: TeamAdmin, id: Path<UserId>, form: Submitted<UserForm>) -> PageResult {
    pages::update(&admin, People::Team, id.into_inner(), form).await
}

async fn invite_again(
    admin: TeamAdmin,
    id: Path<UserId>,
    pressed: Submitted<Button>,
    settings: Data<Settings>,
) -> PageResult {
    pages::invite_again(&admin, People::Team, id.into_inner(), &pressed, &settings).await
}

async fn withdraw(admin: TeamAdmin, id: Path<UserId>) -> PageResult {
    pages::withdraw(&admin, People::Team, id.into_inner()).await
}

async fn disable(admin: TeamAdmin, id: Path<UserId>) -> PageResult {
    pages::disable(&admin, People::Team, id.into_inner(), HandOverForm::default()).await
}

async fn enable(admin: TeamAdmin, id: Path<UserId>) -> PageResult {
    pages::enable(&admin, People::Team, id.into_inner()).await
}

async fn end_sessions(admin: TeamAdmin, id: Path<UserId>) -> PageResult {
    pages::end_sessions(&admin, People::Team, id.into_inner()).await
}
