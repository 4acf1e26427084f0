//! Assignments: which CS reps look after which customers (S000).
pub mod api;
mod model;

pub use model::{Assignment, Refusal};
