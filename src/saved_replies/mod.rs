//! Answers that staff give often, shared by all of the tenant.
pub mod console;
pub mod entity;
mod model;
pub mod urls;

pub use model::SavedReply;
