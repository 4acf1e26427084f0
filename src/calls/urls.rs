//! The paths of calls.
use crate::infra::{
    db::ids::{CallId, CustomerId},
    web::urls::pair,
};

/// The queue of staff.
pub fn queue() -> String {
    "/console/calls".into()
}
/// The queue with a query string.
pub fn queue_with(query: &str) -> String {
    if query.is_empty() { queue() } else { format!("/console/calls?{query}") }
}
pub fn one(id: &CallId) -> String {
    format!("/console/calls/{id}")
}
pub fn schedule(id: &CallId) -> String {
    format!("/console/calls/{id}/schedule")
}
pub fn assignee(id: &CallId) -> String {
    format!("/console/calls/{id}/assignee")
}
pub fn completion(id: &CallId) -> String {
    format!("/console/calls/{id}/completion")
}
pub fn cancellation(id: &CallId) -> String {
    format!("/console/calls/{id}/cancellation")
}
pub fn calendar(id: &CallId) -> String {
    format!("/console/calls/{id}/calendar.ics")
}
/// The calls of a customer, for staff.
pub fn of_customer(customer: &CustomerId) -> String {
    format!("/console/customers/{customer}/calls")
}
pub fn of_customer_after(customer: &CustomerId, cursor: &str) -> String {
    format!("{}?{}", of_customer(customer), pair("after", cursor))
}
pub fn new(customer: &CustomerId) -> String {
    format!("/console/customers/{customer}/calls/new")
}
pub fn log(customer: &CustomerId) -> String {
    format!("/console/customers/{customer}/calls/log")
}
/// The calls of a portal user.
pub fn all_own() -> String {
    "/customer/calls".into()
}
pub fn own_after(cursor: &str) -> String {
    format!("/customer/calls?{}", pair("after", cursor))
}
pub fn own_new() -> String {
    "/customer/calls/new".into()
}
pub fn own(id: &CallId) -> String {
    format!("/customer/calls/{id}")
}
pub fn own_cancellation(id: &CallId) -> String {
    format!("/customer/calls/{id}/cancellation")
}
pub fn own_calendar(id: &CallId) -> String {
    format!("/customer/calls/{id}/calendar.ics")
}
