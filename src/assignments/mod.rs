//! Assignments: which CS reps look after which customers (S000).
pub mod api;
pub mod console;
mod emails;
pub mod entity;
mod handover;
pub mod holding;
mod model;
pub mod urls;
mod workload;

pub use model::{Assignment, Rep};
