//! The paths of tickets.
use crate::infra::{
    db::ids::{CustomerId, TicketId, UserId},
    web::urls::pair,
};

pub fn portal_home() -> String {
    "/customer/dashboard".into()
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
    format!("/customer/tickets/{id}?{}", pair("before", cursor))
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
pub fn tickets() -> String {
    "/console/tickets".into()
}
/// The inbox as a query string describes it, which may be empty.
pub fn tickets_with(query: &str) -> String {
    if query.is_empty() { tickets() } else { format!("/console/tickets?{query}") }
}
pub fn tickets_bulk() -> String {
    "/console/tickets/bulk".into()
}
/// Takes a change of many back, then shows the inbox again under a query string, which may be empty.
pub fn tickets_bulk_undo(transaction: &i64, query: &str) -> String {
    let path = format!("/console/tickets/bulk/{transaction}/undo");
    if query.is_empty() { path } else { format!("{path}?{query}") }
}
pub fn ticket_new() -> String {
    "/console/tickets/new".into()
}
/// A new ticket of this customer.
pub fn ticket_new_for(customer: &CustomerId) -> String {
    format!("/console/tickets/new?{}", pair("customer", &customer.to_string()))
}
pub fn ticket(id: &TicketId) -> String {
    format!("/console/tickets/{id}")
}
/// As it is reached from a list, which next and previous keep.
pub fn ticket_in(id: &TicketId, list: &str) -> String {
    if list.is_empty() { ticket(id) } else { format!("{}?{}", ticket(id), pair("list", list)) }
}
pub fn ticket_messages(id: &TicketId) -> String {
    format!("/console/tickets/{id}/messages")
}
pub fn ticket_draft(id: &TicketId) -> String {
    format!("/console/tickets/{id}/draft")
}
pub fn ticket_properties(id: &TicketId) -> String {
    format!("/console/tickets/{id}/properties")
}
pub fn ticket_tags(id: &TicketId) -> String {
    format!("/console/tickets/{id}/tags")
}
pub fn customer_tickets(customer: &CustomerId) -> String {
    format!("/console/customers/{customer}/tickets")
}
