//! The users of a tenant, for its admins; and those of one customer, for everybody who sees it.
pub mod of_customer;

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
    Section::new("Users", urls::users, &["/console/users"]).icon("key").needs(Permission::UserManage);

/// Under `/console`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/users", index).needs(Permission::UserManage),
        Route::post("/users", create).needs(Permission::UserManage),
        Route::get("/users/new", new).needs(Permission::UserManage),
        Route::get("/users/{account}", show).needs(Permission::UserManage),
        Route::post("/users/{account}", update).needs(Permission::UserManage),
        Route::post("/users/{account}/invitation", invite_again).needs(Permission::UserManage),
        Route::post("/users/{account}/invitation/deletion", withdraw).needs(Permission::UserManage),
        Route::post("/users/{account}/disabling", disable).needs(Permission::UserManage),
        Route::post("/users/{account}/enabling", enable).needs(Permission::UserManage),
        Route::post("/users/{account}/sessions/deletion", end_sessions).needs(Permission::UserManage),
    ]
}

async fn index(staff: Staff, list: ListRequest<Accounts>) -> PageResult {
    pages::index(&staff, People::Console, list.query).await
}

async fn new(staff: Staff, query: Query<UserForm>) -> PageResult {
    pages::new(&staff, People::Console, query.0).await
}

async fn create(staff: Staff, form: Submitted<UserForm>, settings: Data<Settings>) -> PageResult {
    pages::create(&staff, People::Console, form, &settings).await
}

async fn show(staff: Staff, id: Path<UserId>) -> PageResult {
    pages::show(&staff, People::Console, id.into_inner()).await
}

async fn update(staff: Staff, id: Path<UserId>, form: Submitted<UserForm>) -> PageResult {
    pages::update(&staff, People::Console, id.into_inner(), form).await
}

async fn invite_again(
    staff: Staff,
    id: Path<UserId>,
    pressed: Submitted<Button>,
    settings: Data<Settings>,
) -> PageResult {
    pages::invite_again(&staff, People::Console, id.into_inner(), &pressed, &settings).await
}

async fn withdraw(staff: Staff, id: Path<UserId>) -> PageResult {
    pages::withdraw(&staff, People::Console, id.into_inner()).await
}

async fn disable(staff: Staff, id: Path<UserId>, form: Submitted<HandOverForm>) -> PageResult {
    pages::disable(&staff, People::Console, id.into_inner(), form.values).await
}

async fn enable(staff: Staff, id: Path<UserId>) -> PageResult {
    pages::enable(&staff, People::Console, id.into_inner()).await
}

async fn end_sessions(staff: Staff, id: Path<UserId>) -> PageResult {
    pages::end_sessions(&staff, People::Console, id.into_inner()).await
}
