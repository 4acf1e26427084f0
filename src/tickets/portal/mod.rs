//! What a customer's people see of their tickets, and do with them.
mod copies;
mod dashboard;
mod form;
mod index;
mod moving;
mod new;
mod reply;
mod show;

use actix_web::web::{self, ServiceConfig, get, post};

/// Mounts the pages under `/customer`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/dashboard", get().to(dashboard::show)).service(
        web::scope("/tickets")
            .route("", get().to(index::index))
            .route("", post().to(new::create))
            .route("/new", get().to(new::new))
            .route("/{ticket}", get().to(show::show))
            .route("/{ticket}/messages", post().to(reply::create))
            .route("/{ticket}/draft", post().to(reply::keep_draft))
            .route("/{ticket}/closure", post().to(moving::close))
            .route("/{ticket}/reopening", post().to(moving::reopen))
            .route("/{ticket}/copies", post().to(copies::create))
            .route("/{ticket}/copies/{user}/deletion", post().to(copies::destroy)),
    );
}
