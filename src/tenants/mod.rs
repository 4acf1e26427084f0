//! Tenants: the organisations that run a console. Platform admins see that they exist, and what they hold only once they have entered
//! one, which its log tells.
mod bootstrapping;
pub mod console;
mod entering;
pub mod entity;
mod form;
mod listing;
mod model;
pub mod open;
mod opening;
pub mod platform;
mod slug;
pub mod urls;
