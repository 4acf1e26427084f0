//! The paths of customers.
use crate::infra::db::ids::{CustomerId, TagId, UserId};

pub fn customers() -> String {
    "/console/customers".into()
}
/// The list under a query string, which may be empty.
pub fn customers_with(query: &str) -> String {
    if query.is_empty() { customers() } else { format!("/console/customers?{query}") }
}
pub fn customers_tagged(tag: &TagId) -> String {
    format!("/console/customers?tag={tag}")
}
pub fn customers_export(query: &str) -> String {
    if query.is_empty() {
        "/console/customers/export".into()
    } else {
        format!("/console/customers/export?{query}")
    }
}
pub fn customers_bulk() -> String {
    "/console/customers/bulk".into()
}
/// Takes a bulk action back, then shows the list again under a query string, which may be empty.
pub fn customers_bulk_undo(transaction: &i64, query: &str) -> String {
    let path = format!("/console/customers/bulk/{transaction}/undo");
    if query.is_empty() { path } else { format!("{path}?{query}") }
}
pub fn customer_new() -> String {
    "/console/customers/new".into()
}
pub fn customer(id: &CustomerId) -> String {
    format!("/console/customers/{id}")
}
pub fn customer_edit(id: &CustomerId) -> String {
    format!("/console/customers/{id}/edit")
}
pub fn customer_deletion(id: &CustomerId) -> String {
    format!("/console/customers/{id}/deletion")
}
pub fn customer_timeline(id: &CustomerId) -> String {
    format!("/console/customers/{id}/timeline")
}
pub fn customer_json(id: &CustomerId) -> String {
    format!("/console/customers/{id}/export.json")
}
/// The customers of whoever reads it.
pub fn my_customers() -> String {
    customers_with("owner=%40me")
}
/// The customers of one rep, in one stage or (empty) in any.
pub fn customers_of(user: &UserId, stage: &str) -> String {
    let stage = if stage.is_empty() { String::new() } else { format!("&stage={stage}") };
    customers_with(&format!("owner={user}{stage}"))
}
pub fn customers_without_owner() -> String {
    customers_with("owner=none")
}
/// What the tenant knows of the customer.
pub fn portal_company() -> String {
    "/customer/company".into()
}
