//! What platform admins see and do.
mod disabling;
mod entering;
mod index;
mod new;
mod settings;
mod show;

use crate::infra::web::{
    pages::{PageResult, see_other_saying},
    shell::{Flash, FlashKind},
};
use actix_web::web::{self, ServiceConfig, get, post};

/// Mounts the pages under `/platform`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::scope("/tenants")
            .route("", get().to(index::index))
            .route("", post().to(new::create))
            .route("/new", get().to(new::new))
            .route("/{id}", get().to(show::show))
            .route("/{id}", post().to(settings::update))
            .route("/{id}/edit", get().to(settings::edit))
            .route("/{id}/disablement", get().to(disabling::confirm))
            .route("/{id}/disablement", post().to(disabling::disable))
            .route("/{id}/disablement/deletion", post().to(disabling::enable))
            .route("/{id}/entries", post().to(entering::enter)),
    )
    .route("/entry/deletion", post().to(entering::leave));
}

fn said(url: String, text: String) -> PageResult {
    see_other_saying(url, Flash { kind: FlashKind::Good, text, undo: String::new() })
}
