//! Files that come with messages: taken with a form, kept in the store, handed out to those who see the message.
//!
//! A composer takes [`WithFiles`] instead of `Submitted`, writes its message, and gives [`Uploads::attach`] the message in the same
//! transaction. What is not attached is removed.
pub mod console;
pub mod entity;
mod judging;
mod model;
pub mod portal;
mod serving;
pub mod subscribers;
mod upload;
pub mod urls;

pub use model::{Attachment, Message, attach};
pub use upload::{Uploaded, Uploads, WithFiles};
