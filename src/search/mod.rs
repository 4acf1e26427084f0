//! Finding anything in one box: an index of its own, kept in the background (SPEC §14).
pub mod console;
mod model;
pub mod subscribers;
pub mod urls;

pub use model::rebuild;
