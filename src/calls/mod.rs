//! Calls: a customer asks for one, staff agree on a time with them, ring, and note what came of it.
pub mod api;
pub mod calendar;
mod choices;
pub mod console;
mod emails;
pub mod entity;
mod form;
mod listing;
mod model;
mod moving;
pub mod portal;
mod requesting;
pub mod subscribers;
pub mod times;
pub mod urls;
pub mod words;

pub use listing::{OF_CUSTOMER, QUEUE};
pub use model::{Call, upcoming};
pub use requesting::{RequestCall, requests_allowed};
pub use words::{CallOutcome, CallStatus, Direction};
