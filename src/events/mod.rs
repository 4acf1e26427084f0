//! The log as a page: who did what, when, from what to what (SPEC §15).
mod alerts;
pub mod console;
mod differences;
mod export;
mod listing;
pub mod open;
mod pages;
pub mod platform;
#[cfg(test)]
mod samples;
mod sentences;
pub mod subscribers;
pub mod timeline;
pub mod urls;

pub use listing::LOG;
