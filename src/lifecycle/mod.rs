//! What happens when a customer leaves or comes back: deactivation with a grace period, reactivation, and the end of the period (SPEC §6).
pub mod api;
pub mod console;
mod emails;
pub mod entity;
mod form;
mod model;
mod notice;
pub mod open;
pub mod reasons;
pub mod subscribers;
pub mod urls;

pub use notice::accept;
