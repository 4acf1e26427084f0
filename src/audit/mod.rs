//! The log as a page: who did what, when, from what to what (SPEC §15).
mod alerts;
pub mod console;
mod export;
pub mod home;
mod listing;
mod pages;
pub mod platform;
mod sentences;
pub mod subscribers;

pub use sentences::KINDS;
