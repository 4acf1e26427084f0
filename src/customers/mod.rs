//! Customers: the accounts that a tenant serves. Staff find, describe, tag and import them; every other feature hangs on them.
pub mod api;
mod belongings;
pub mod bulk;
pub mod console;
mod duplicates;
pub mod entity;
pub mod export;
pub mod facts;
pub mod form;
pub mod head;
pub mod listing;
pub mod model;
mod overview;
pub mod portable;
pub mod portal;
mod primary_contact;
mod requester;
pub mod stored_phones;
pub mod urls;
pub mod values;
mod visits;

pub use primary_contact::PrimaryContact;
pub use requester::Requester;
