//! Self-registration (SPEC §11): whoever has an address at a domain that a customer lists makes their own account there.
pub mod api;
mod body;
pub mod console;
mod letters;
mod model;
pub mod pages;
pub mod portal;
pub mod reactions;
mod settings;
