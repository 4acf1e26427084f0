//! What somebody should know of: in the app and by email, as they choose. Made in the background from the log ([`subscribers`]); read
//! by opening what it is about ([`seen_ticket`]).
mod choices;
pub mod console;
mod emails;
pub mod entity;
mod model;
pub mod open;
mod pages;
pub mod portal;
pub mod subscribers;
pub mod urls;

pub use model::{News, seen_call_later, seen_ticket};
