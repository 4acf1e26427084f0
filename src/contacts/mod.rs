//! Contacts: the people at a customer. One of them at most is the primary one, whom to ask first.
pub mod console;
pub mod entity;
mod form;
mod listing;
mod model;
pub mod urls;

pub use listing::OF_CUSTOMER;
pub use model::{Contact, JobRole};
