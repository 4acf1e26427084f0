//! The paths of lifecycle.
use crate::infra::db::ids::CustomerId;

/// The form to deactivate it, or what stands; POST the form here.
pub fn customer_deactivation(id: &CustomerId) -> String {
    format!("/console/customers/{id}/deactivation")
}
pub fn customer_reactivation(id: &CustomerId) -> String {
    format!("/console/customers/{id}/reactivation")
}
pub fn customer_return(id: &CustomerId) -> String {
    format!("/console/customers/{id}/return")
}
/// Where the sign-in sends users of a deactivated customer.
pub fn access_ended() -> String {
    "/access-ended".into()
}
