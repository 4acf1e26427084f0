//! Something that a customer asks, and the conversation about it (SPEC §8, §9). Who sees which ticket is the business of the policies in
//! the database; what may become of one is here.
pub mod api;
mod aside;
mod bulk;
mod closing;
pub mod console;
mod copies;
mod drafts;
pub mod entity;
mod inbox;
pub mod kinds;
mod messages;
mod model;
mod moving;
mod opening;
mod own;
pub mod portal;
mod posts;
mod readers;
mod replying;
pub mod urls;

pub use inbox::INBOX;
pub use kinds::{Priority, Status};
pub use messages::{Before, Body, Message};
pub use model::Ticket;
pub use moving::ChangeTicket;
pub use opening::{OpenTicket, Subject};
pub use posts::Post;
pub use replying::Reply;
