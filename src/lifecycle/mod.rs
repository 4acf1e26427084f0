//! What happens when a customer leaves or comes back: deactivation with a grace period, reactivation, and the end of the period (SPEC §6).
pub mod api;
pub mod console;
mod form;
mod letters;
mod model;
mod notice;
pub mod portal;
pub mod reactions;
pub mod reasons;

pub use notice::admit;
