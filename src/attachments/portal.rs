//! Files of tickets, for customers.
use super::serving;
use crate::infra::{
    db::ids::AttachmentId,
    web::{app::Settings, auth::PortalUser, errors::Result},
};
use actix_web::{
    HttpResponse,
    web::{Data, Path, ServiceConfig, get},
};

/// Mounts them under `/customer`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/attachments/{attachment}", get().to(download))
        .route("/attachments/{attachment}/picture", get().to(view));
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
