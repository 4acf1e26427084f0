//! What staff see of calls, and do with them.
mod index;
mod new;
pub mod of_customer;
mod show;

use crate::infra::web::{
    pages::{PageResult, see_other_saying},
    shell::{Flash, FlashKind},
};
use actix_web::web::{self, ServiceConfig, get, post};

/// Mounts the queue and the calls under `/console`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::scope("/calls")
            .route("", get().to(index::queue))
            .route("/{id}", get().to(show::show))
            .route("/{id}/schedule", post().to(show::schedule))
            .route("/{id}/assignee", post().to(show::assign))
            .route("/{id}/completion", post().to(show::complete))
            .route("/{id}/cancellation", post().to(show::cancel))
            .route("/{id}/calendar.ics", get().to(show::calendar_file)),
    );
}

fn said(to: String, kind: FlashKind, text: impl Into<String>) -> PageResult {
    see_other_saying(to, Flash { kind, text: text.into(), undo: String::new() })
}
