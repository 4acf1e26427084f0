//! Tags: the tenant's own words, to sort customers by. Anybody who may change customers may tag them; renaming and deleting a tag
//! touches everybody's customers, so that is for admins.
pub mod console;
pub mod entity;
mod form;
mod model;
pub mod urls;
mod values;

pub use form::{Tagging, TaggingForm};
pub use model::{Tag, TagList};
pub use values::{TagColour, TagName};
