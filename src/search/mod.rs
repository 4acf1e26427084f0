//! Finding anything in one box: an index of its own, kept in the background (SPEC §14).
pub mod console;
mod model;
pub mod reactions;

pub use model::rebuild;
