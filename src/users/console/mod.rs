//! The users of a tenant, for its admins; and those of one customer, for everybody who sees it.
pub mod of_customer;

use super::{
    form::UserForm,
    pages::{self, Wanted},
};
use crate::assignments::holding::HandOverForm;
use crate::{
    infra::{
        db::ids::UserId,
        web::{
            app::Settings,
            auth::Staff,
            forms::{Asked, Button, Submitted},
            pages::PageResult,
            permissions::ManageUsers,
        },
    },
    urls::People,
};
use actix_web::web::{self, Data, Path, ServiceConfig, get, post};

/// Mounts the pages under `/console`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::scope("/users")
            .route("", get().to(index))
            .route("", post().to(create))
            .route("/new", get().to(new))
            .route("/{id}", get().to(show))
            .route("/{id}", post().to(update))
            .route("/{id}/invitation", post().to(invite_again))
            .route("/{id}/invitation/deletion", post().to(withdraw))
            .route("/{id}/disabling", post().to(disable))
            .route("/{id}/enabling", post().to(enable))
            .route("/{id}/sessions/deletion", post().to(end_sessions)),
    );
}

async fn index(staff: Staff<ManageUsers>, asked: Asked<Wanted>) -> PageResult {
    pages::index(&staff, People::Console, asked.0).await
}

async fn new(staff: Staff<ManageUsers>, asked: Asked<UserForm>) -> PageResult {
    pages::new(&staff, People::Console, asked.0).await
}

async fn create(
    staff: Staff<ManageUsers>,
    form: Submitted<UserForm>,
    settings: Data<Settings>,
) -> PageResult {
    pages::create(&staff, People::Console, form, &settings).await
}

async fn show(staff: Staff<ManageUsers>, id: Path<UserId>) -> PageResult {
    pages::show(&staff, People::Console, id.into_inner()).await
}

async fn update(staff: Staff<ManageUsers>, id: Path<UserId>, form: Submitted<UserForm>) -> PageResult {
    pages::update(&staff, People::Console, id.into_inner(), form).await
}

async fn invite_again(
    staff: Staff<ManageUsers>,
    id: Path<UserId>,
    pressed: Submitted<Button>,
    settings: Data<Settings>,
) -> PageResult {
    pages::invite_again(&staff, People::Console, id.into_inner(), &pressed, &settings).await
}

async fn withdraw(staff: Staff<ManageUsers>, id: Path<UserId>) -> PageResult {
    pages::withdraw(&staff, People::Console, id.into_inner()).await
}

async fn disable(staff: Staff<ManageUsers>, id: Path<UserId>, form: Submitted<HandOverForm>) -> PageResult {
    pages::disable(&staff, People::Console, id.into_inner(), form.values).await
}

async fn enable(staff: Staff<ManageUsers>, id: Path<UserId>) -> PageResult {
    pages::enable(&staff, People::Console, id.into_inner()).await
}

async fn end_sessions(staff: Staff<ManageUsers>, id: Path<UserId>) -> PageResult {
    pages::end_sessions(&staff, People::Console, id.into_inner()).await
}
