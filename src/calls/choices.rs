//! What the forms about calls offer, and what their pages show beside one.
use super::model::Call;
use crate::{
    customers::Requester,
    infra::{
        db::{
            Tx,
            ids::{ContactId, CustomerId, TicketId, UserId},
            schema::{contacts, tickets, users},
        },
        web::errors::Result,
    },
    values::Phone,
};
use diesel::prelude::*;

/// Whom staff may talk to at a customer, as options of a select: portal users first, then contacts. At most 200 of each.
pub fn people(tx: &mut Tx, customer: CustomerId) -> Result<Vec<(String, String)>> {
    let of_portal: Vec<(UserId, String)> = users::table
        .filter(users::customer_id.eq(customer))
        .filter(users::disabled_at.is_null())
        .select((users::id, users::name))
        .order((users::name, users::id))
        .limit(200)
        .load(tx.conn)?;
    let others: Vec<(ContactId, String, String, Option<Phone>)> = contacts::table
        .filter(contacts::customer_id.eq(customer))
        .select((contacts::id, contacts::first_name, contacts::last_name, contacts::phone))
        .order((contacts::is_primary.desc(), contacts::last_name, contacts::first_name, contacts::id))
        .limit(200)
        .load(tx.conn)?;
    let of_portal = of_portal
        .into_iter()
        .map(|(id, name)| (Requester::User(id).to_string(), format!("{name}, portal user")));
    let others = others.into_iter().map(|(id, first, last, phone)| {
        let name = format!("{first} {last}").trim().to_owned();
        let phone = phone.map_or(String::new(), |phone| format!(", {}", phone.in_field()));
        (Requester::Contact(id).to_string(), format!("{name}{phone}"))
    });
    Ok(of_portal.chain(others).collect())
}

/// The customer's tickets that the person at work sees and that are not closed, by the last public message: notes move nothing that the
/// portal shows.
pub fn tickets_of(tx: &mut Tx, customer: CustomerId) -> Result<Vec<(String, String)>> {
    let found: Vec<(TicketId, i64, String)> = tickets::table
        .filter(tickets::customer_id.eq(customer))
        .filter(tickets::status.ne("closed"))
        .select((tickets::id, tickets::number, tickets::subject))
        .order((tickets::spoke_at.desc(), tickets::id.desc()))
        .limit(50)
        .load(tx.conn)?;
    Ok(found
        .into_iter()
        .map(|(id, number, subject)| (id.to_string(), format!("#{number} {subject}")))
        .collect())
}

/// Number and subject of the ticket that a call is about, where the person at work sees it.
pub fn ticket_of(tx: &mut Tx, call: &Call) -> Result<Option<String>> {
    let Some(id) = call.ticket_id else { return Ok(None) };
    let found: Option<(i64, String)> = tickets::table
        .filter(tickets::id.eq(id))
        .select((tickets::number, tickets::subject))
        .first(tx.conn)
        .optional()?;
    Ok(found.map(|(number, subject)| format!("#{number} {subject}")))
}
