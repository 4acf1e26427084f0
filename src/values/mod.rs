//! Values that can't be wrong: what people type is read into them once, where it comes in.
pub mod country;
pub mod domain;
mod joiners;
pub mod kinds;
pub mod lists;
pub mod parsing;
pub mod person_name;
pub mod phone;
pub mod text;

pub use country::Country;
pub use phone::Phone;
