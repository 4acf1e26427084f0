//! Values that are read once, where they come in, and can't be wrong afterwards.
pub mod domain;
mod joiners;
pub mod person_name;
pub mod text;
