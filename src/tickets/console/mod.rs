//! What staff see of tickets, and do with them.
mod bulk;
mod choices;
mod draft;
mod form;
mod index;
mod new;
pub mod of_customer;
mod properties;
mod read;
mod sending;
mod show;

use actix_web::web::{self, ServiceConfig, get, post};

/// Mounts the pages under `/console`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::scope("/tickets")
            .route("", get().to(index::index))
            .route("", post().to(new::create))
            .route("/new", get().to(new::new))
            .route("/bulk", post().to(bulk::bulk))
            .route("/bulk/{transaction}/undo", post().to(bulk::undo))
            .route("/{id}", get().to(show::show))
            .route("/{id}/messages", post().to(sending::send))
            .route("/{id}/draft", post().to(draft::keep))
            .route("/{id}/properties", post().to(properties::update))
            .route("/{id}/tags", post().to(properties::tag)),
    );
}
