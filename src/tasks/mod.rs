//! Background work as admins see it: what waits, runs, has failed, and what a person can do about it.
pub mod console;
mod model;
mod pages;
pub mod platform;
pub mod urls;
