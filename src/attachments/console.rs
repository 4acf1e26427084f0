//! Files of tickets, for staff.
use super::serving;
use crate::infra::{
    db::ids::AttachmentId,
    web::{app::Settings, auth::Staff, errors::Result, permissions::ReadCustomers},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, get},
};

/// Mounts them under `/console`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/attachments/{attachment}", get().to(download))
        .route("/attachments/{attachment}/picture", get().to(view));
}

async fn download(
    staff: Staff<ReadCustomers>,
    settings: Data<Settings>,
    id: Path<AttachmentId>,
) -> Result<HttpResponse> {
    serving::download(&staff, &settings, id.into_inner()).await
}

async fn view(
    staff: Staff<ReadCustomers>,
    settings: Data<Settings>,
    id: Path<AttachmentId>,
) -> Result<HttpResponse> {
    serving::view(&staff, &settings, id.into_inner()).await
}
