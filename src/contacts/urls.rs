//! The paths of contacts.
use crate::infra::db::ids::{ContactId, CustomerId};

pub fn contacts(customer: &CustomerId) -> String {
    format!("/console/customers/{customer}/contacts")
}
pub fn contact_new(customer: &CustomerId) -> String {
    format!("/console/customers/{customer}/contacts/new")
}
pub fn contact(customer: &CustomerId, id: &ContactId) -> String {
    format!("/console/customers/{customer}/contacts/{id}")
}
pub fn contact_edit(customer: &CustomerId, id: &ContactId) -> String {
    format!("/console/customers/{customer}/contacts/{id}/edit")
}
pub fn contact_primary(customer: &CustomerId, id: &ContactId) -> String {
    format!("/console/customers/{customer}/contacts/{id}/primary")
}
pub fn contact_deletion(customer: &CustomerId, id: &ContactId) -> String {
    format!("/console/customers/{customer}/contacts/{id}/deletion")
}
