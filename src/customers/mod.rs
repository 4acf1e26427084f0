//! Customers: the accounts that a tenant serves. Staff find, describe, tag and import them; every other feature hangs on them.
pub mod api;
pub mod bulk;
pub mod console;
mod duplicates;
pub mod export;
pub mod form;
pub mod head;
pub mod kinds;
pub mod listing;
pub mod model;
pub mod parsing;
pub mod portable;
pub mod portal;
pub mod stored_phones;
pub mod telling;
pub mod timeline;
pub mod urls;
mod visits;
