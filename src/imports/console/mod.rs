//! What staff see of imports, and do with them: upload, match columns, check, import, undo.
mod index;
mod mapping;
mod reading;
mod show;
mod undo;
mod upload;

use crate::{
    infra::web::{permissions::Permission, routes::Route, section::Section},
    urls,
};

/// Its entry in the menu.
pub const SECTION: Section = Section::new("Imports", urls::imports, &["/console/imports"])
    .icon("upload")
    .needs(Permission::CustomerWrite);

/// Under `/console`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/imports", index::index).needs(Permission::CustomerWrite),
        Route::get("/imports/new", upload::new).needs(Permission::CustomerWrite),
        Route::post("/imports/new", upload::create).needs(Permission::CustomerWrite),
        Route::get("/imports/template.csv", upload::template).needs(Permission::CustomerWrite),
        Route::get("/imports/{import}", show::show).needs(Permission::CustomerWrite),
        Route::get("/imports/{import}/mapping", mapping::edit).needs(Permission::CustomerWrite),
        Route::post("/imports/{import}/mapping", mapping::update).needs(Permission::CustomerWrite),
        Route::post("/imports/{import}/reading", reading::update).needs(Permission::CustomerWrite),
        Route::post("/imports/{import}/check", mapping::check_again).needs(Permission::CustomerWrite),
        Route::get("/imports/{import}/problems.csv", show::problems).needs(Permission::CustomerWrite),
        Route::post("/imports/{import}/run", show::run).needs(Permission::CustomerWrite),
        Route::get("/imports/{import}/undo", undo::confirm).needs(Permission::CustomerWrite),
        Route::post("/imports/{import}/undo", undo::undo).needs(Permission::CustomerWrite),
    ]
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
