//! Files of tickets, for customers.
use super::serving;
use crate::infra::{
    db::ids::AttachmentId,
    web::{app::Settings, prelude::*},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};

/// Under `/customer`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/attachments/{attachment}", download).any_user(),
        Route::get("/attachments/{attachment}/picture", view).any_user(),
    ]
}

async fn download(
    user: PortalUser,
    settings: Data<Settings>,
    id: Path<AttachmentId>,
) -> Result<HttpResponse> {
    serving::download(&user, &settings, id.into_inner()).await
}

async fn view(user: PortalUser, settings: Data<Settings>, id: Path<AttachmentId>) -> Result<HttpResponse> {
    serving::view(&user, &settings, id.into_inner()).await
}
