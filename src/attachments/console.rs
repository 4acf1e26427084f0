//! Files of tickets, for staff.
use super::serving;
use crate::infra::{
    db::ids::AttachmentId,
    web::{app::Settings, prelude::*},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path},
};

/// Under `/console`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/attachments/{attachment}", download).needs(Permission::CustomerRead),
        Route::get("/attachments/{attachment}/picture", view).needs(Permission::CustomerRead),
    ]
}

async fn download(staff: Staff, settings: Data<Settings>, id: Path<AttachmentId>) -> Result<HttpResponse> {
    serving::download(&staff, &settings, id.into_inner()).await
}

async fn view(staff: Staff, settings: Data<Settings>, id: Path<AttachmentId>) -> Result<HttpResponse> {
    serving::view(&staff, &settings, id.into_inner()).await
}
