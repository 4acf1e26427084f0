//! Who leaves, when and why, and who stays: churn by month, reasons, likelihood to recommend, words, cohorts (SPEC §6).
pub mod console;
mod export;
mod model;
mod period;
pub mod urls;
