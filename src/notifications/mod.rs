//! What somebody should know of: in the app and by email, as they choose. Made in the background from the log ([`reactions`]); read
//! by opening what it is about ([`seen_ticket`]).
mod choices;
pub mod console;
pub mod home;
mod letters;
mod model;
mod pages;
pub mod portal;
pub mod reactions;

pub use model::{News, seen_call_later, seen_ticket};
