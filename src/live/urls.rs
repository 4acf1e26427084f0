//! The paths of live.
use crate::infra::db::ids::CustomerId;

/// Where streams are.
pub const LIVE: &str = "/live";

/// The stream of a list of customers. A page says once from which place in the log its stream goes on (`data-since`).
pub const LIVE_CUSTOMERS: &str = "/live?list=customers";
/// The stream of a list of tickets.
pub const LIVE_TICKETS: &str = "/live?list=tickets";
/// The stream of a page that shows nothing that changes: it tells of the bell alone.
pub const LIVE_BELL: &str = "/live?list=bell";
/// The stream of one customer.
pub fn live_customer(id: &CustomerId) -> String {
    format!("/live?customer={id}")
}
