//! The tickets of one customer, as a tab of its page.
use super::index::of_customer;
use crate::infra::web::{permissions::Permission, routes::Route};

/// Under `/console`.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/customers/{customer}/tickets", of_customer).needs(Permission::TicketRead)]
}
