//! Notes on a customer: what staff write down about it, each with its author and time. Its own people see none of them.
pub mod console {
    pub mod of_customer;
}
pub mod entity;
mod model;

pub use model::{NoteId, OF_CUSTOMER};

use crate::infra::db::ids::CustomerId;

/// GET: the notes of a customer; POST: one more.
pub fn all(customer: &CustomerId) -> String {
    format!("/console/customers/{customer}/notes")
}
/// GET: its form; POST: what was typed.
pub fn one(customer: &CustomerId, id: &NoteId) -> String {
    format!("{}/{id}", all(customer))
}
/// POST: whether it stands before the others.
pub fn pin(customer: &CustomerId, id: &NoteId) -> String {
    format!("{}/pin", one(customer, id))
}
/// POST: it goes.
pub fn deletion(customer: &CustomerId, id: &NoteId) -> String {
    format!("{}/deletion", one(customer, id))
}
