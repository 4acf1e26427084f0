//! The paths of registration.
use crate::infra::{db::ids::CustomerId, web::urls::pair};

/// Where somebody makes their own account.
pub fn register() -> String {
    "/register".into()
}
/// What follows.
pub fn register_sent() -> String {
    "/register/sent".into()
}
/// Where the address is confirmed.
pub fn confirmation() -> String {
    "/confirmation".into()
}
/// The same, as a mail links to it.
pub fn confirmation_with(token: &str) -> String {
    format!("/confirmation?{}", pair("token", token))
}
/// Where a mail leads whoever may say that a domain is a customer's.
pub fn domain_verification() -> String {
    "/domain-verification".into()
}
/// Where they learn that it is done.
pub fn domain_verification_done() -> String {
    "/domain-verification/done".into()
}
/// The same, as a mail links to it.
pub fn domain_verification_with(token: &str) -> String {
    format!("/domain-verification?{}", pair("token", token))
}
/// Whether people of a customer may register, and with which domains.
pub fn customer_registration(id: &CustomerId) -> String {
    format!("/console/customers/{id}/registration")
}
/// Where it is shown that these domains are the customer's.
pub fn customer_registration_verification(id: &CustomerId) -> String {
    format!("/console/customers/{id}/registration/verification")
}
/// The same for one's own customer.
pub fn team_registration_verification() -> String {
    "/customer/registration/verification".into()
}
/// The same for one's own customer.
pub fn team_registration() -> String {
    "/customer/registration".into()
}
