//! Answers that staff give often, shared by all of the tenant.
pub mod console;
mod model;
pub mod urls;

pub use model::SavedReply;
