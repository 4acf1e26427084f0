//! The paths of live.
use crate::infra::{db::ids::CustomerId, web::urls::pair};

/// Where streams are.
pub const LIVE: &str = "/live";

/// The stream of a list of customers, from a place in the log on.
pub fn live_customers(since: &str) -> String {
    format!("/live?list=customers&{}", pair("since", since))
}
/// The stream of one customer.
pub fn live_customer(id: &CustomerId, since: &str) -> String {
    format!("/live?customer={id}&{}", pair("since", since))
}
/// The stream of a page that shows nothing that changes: it tells of the bell alone.
pub fn live_bell(since: &str) -> String {
    format!("/live?list=bell&{}", pair("since", since))
}
/// The stream of a list of tickets, from a place in the log on.
pub fn live_tickets(since: &str) -> String {
    format!("/live?list=tickets&{}", pair("since", since))
}
