//! Mails on their way: the task that sends them, and the page on which developers read those that did not leave.
pub mod entity;
mod model;
pub mod open;
pub mod subscribers;
pub mod urls;
