//! The portal.
use crate::platform::ids::{TicketId, UserId};

pub fn portal_home() -> String {
    "/customer/dashboard".into()
}
/// What the tenant knows of the customer.
pub fn portal_company() -> String {
    "/customer/company".into()
}
/// Own name, password and sessions.
pub fn profile() -> String {
    "/customer/profile".into()
}
pub fn portal_tickets() -> String {
    "/customer/tickets".into()
}
/// One of the lists, "" (open) or "done", from a cursor on, which may be empty.
pub fn portal_tickets_from(list: &str, after: &str) -> String {
    let pairs: Vec<_> =
        [("list", list), ("after", after)].into_iter().filter(|(_, v)| !v.is_empty()).collect();
    match pairs.as_slice() {
        [] => portal_tickets(),
        pairs => format!("{}?{}", portal_tickets(), serde_html_form::to_string(pairs).unwrap_or_default()),
    }
}
pub fn portal_ticket_new() -> String {
    "/customer/tickets/new".into()
}
pub fn portal_ticket(id: &TicketId) -> String {
    format!("/customer/tickets/{id}")
}
/// What was said before.
pub fn portal_ticket_before(id: &TicketId, cursor: &str) -> String {
    format!("/customer/tickets/{id}?{}", super::pair("before", cursor))
}
pub fn portal_ticket_messages(id: &TicketId) -> String {
    format!("/customer/tickets/{id}/messages")
}
pub fn portal_ticket_draft(id: &TicketId) -> String {
    format!("/customer/tickets/{id}/draft")
}
pub fn portal_ticket_closure(id: &TicketId) -> String {
    format!("/customer/tickets/{id}/closure")
}
pub fn portal_ticket_reopening(id: &TicketId) -> String {
    format!("/customer/tickets/{id}/reopening")
}
pub fn portal_ticket_copies(id: &TicketId) -> String {
    format!("/customer/tickets/{id}/copies")
}
pub fn portal_ticket_copy_deletion(id: &TicketId, user: &UserId) -> String {
    format!("/customer/tickets/{id}/copies/{user}/deletion")
}
