//! What staff see of imports, and do with them: upload, match columns, check, import, undo.
mod index;
mod mapping;
mod reading;
mod show;
mod undo;
mod upload;

use actix_web::web::{self, ServiceConfig, get, post};

/// Mounts the pages under `/console`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::scope("/imports")
            .route("", get().to(index::index))
            .route("/new", get().to(upload::new))
            .route("/new", post().to(upload::create))
            .route("/template.csv", get().to(upload::template))
            .route("/{id}", get().to(show::show))
            .route("/{id}/mapping", get().to(mapping::edit))
            .route("/{id}/mapping", post().to(mapping::update))
            .route("/{id}/reading", post().to(reading::update))
            .route("/{id}/check", post().to(mapping::check_again))
            .route("/{id}/problems.csv", get().to(show::problems))
            .route("/{id}/run", post().to(show::run))
            .route("/{id}/undo", get().to(undo::confirm))
            .route("/{id}/undo", post().to(undo::undo)),
    );
}

/// The steps on top of the pages, and which of them the page is.
pub struct Steps(pub usize);

impl Steps {
    /// Name, done, current.
    pub fn all(&self) -> Vec<(&'static str, bool, bool)> {
        ["Upload", "Match columns", "Check", "Import"]
            .into_iter()
            .zip(0..)
            .map(|(name, at)| (name, at < self.0, at == self.0))
            .collect()
    }
}
