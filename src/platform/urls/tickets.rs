//! Paths of tickets and saved replies in the console.
use super::pair;
use crate::platform::ids::{CustomerId, SavedReplyId, TicketId};

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
/// The stream of a list of tickets, from a place in the log on.
pub fn live_tickets(since: &str) -> String {
    format!("/live?list=tickets&{}", pair("since", since))
}

pub fn saved_replies() -> String {
    "/console/saved-replies".into()
}
pub fn saved_reply(id: &SavedReplyId) -> String {
    format!("/console/saved-replies/{id}")
}
pub fn saved_reply_deletion(id: &SavedReplyId) -> String {
    format!("/console/saved-replies/{id}/deletion")
}
