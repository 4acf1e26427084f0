//! What staff see of customers, and do with them.
mod bulk;
mod deletion;
mod editing;
mod export;
mod index;
mod show;

use actix_web::web::{self, ServiceConfig, get, post};

/// Mounts the pages under `/console`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::scope("/customers")
            .configure(crate::contacts::console::of_customer::routes)
            .configure(crate::lifecycle::console::of_customer::routes)
            .configure(crate::tenants::console::of_customer::routes)
            .configure(crate::calls::console::of_customer::routes)
            .route("/{id}/tags", post().to(crate::tags::console::of_customer::update))
            .route("/{id}/owners", post().to(crate::assignments::console::of_customer::add))
            .route(
                "/{id}/owners/{user}/deletion",
                post().to(crate::assignments::console::of_customer::remove),
            )
            .configure(crate::tickets::console::of_customer::routes)
            .configure(crate::users::console::of_customer::routes)
            .configure(crate::registration::console::of_customer::routes)
            .route("", get().to(index::index))
            .route("", post().to(editing::create))
            .route("/new", get().to(editing::new))
            .route("/bulk", post().to(bulk::bulk))
            .route("/bulk/{transaction}/undo", post().to(bulk::undo))
            .route("/export", get().to(export::csv))
            .route("/{id}", get().to(show::show))
            .route("/{id}/export.json", get().to(export::json))
            .route("/{id}", post().to(editing::update))
            .route("/{id}/edit", get().to(editing::edit))
            .route("/{id}/timeline", get().to(show::timeline))
            .route("/{id}/deletion", get().to(deletion::confirm))
            .route("/{id}/deletion", post().to(deletion::destroy)),
    );
}
