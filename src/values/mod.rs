//! Values that can't be wrong: what people type is read into them once, where it comes in.
pub mod country;
pub mod phone;

pub use country::Country;
pub use phone::Phone;
