//! The paths of assignments.
use crate::infra::db::ids::{AssignmentId, CustomerId, UserId};

/// Who looks after it: POST somebody to add.
pub fn customer_owners(id: &CustomerId) -> String {
    format!("/console/customers/{id}/owners")
}
pub fn customer_owner_removal(id: &CustomerId, user: &UserId) -> String {
    format!("/console/customers/{id}/owners/{user}/deletion")
}
pub fn workload() -> String {
    "/console/workload".into()
}
pub fn workload_handover(user: &UserId) -> String {
    format!("/console/workload/{user}/handover")
}
pub fn api_assignment(id: &AssignmentId) -> String {
    format!("/api/customer-success-owned-customers/{id}")
}
