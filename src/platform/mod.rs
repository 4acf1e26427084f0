//! The plumbing: knows no feature.
pub mod shell;
