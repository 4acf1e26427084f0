//! Everybody who signs in: their accounts and what they are granted.
pub mod reactions;
