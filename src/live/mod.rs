//! Live pages: the stream of what changes while a page is open.
pub mod open;
pub mod urls;
