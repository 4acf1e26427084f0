//! Assignments: which CS reps look after which customers (S000).
pub mod api;
pub mod console;
mod handover;
pub mod holding;
mod letters;
mod model;
pub mod owners;
mod workload;

pub use model::{Assignment, Rep};
