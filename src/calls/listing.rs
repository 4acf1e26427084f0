//! Lists of calls, by keyset.
use super::model::Call;
use crate::infra::{
    db::{
        Tx,
        ids::{CallId, CustomerId, UserId},
        schema::{calls, contacts, customers, tickets, users},
    },
    web::errors::Result,
};
use chrono::{DateTime, Utc};
use diesel::{dsl::sql, prelude::*, sql_types};

/// Where a page ends.
pub type After = (DateTime<Utc>, CallId);

/// Who is to hold a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Assignee {
    Anybody,
    Nobody,
    One(UserId),
}

/// Which calls staff look at.
#[derive(Clone, Debug)]
pub struct Which {
    pub status: &'static str,
    pub assignee: Assignee,
    pub customer: Option<CustomerId>,
    pub after: Option<After>,
}

/// A call of the queue.
pub struct Listed {
    pub call: Call,
    pub customer: String,
}

/// The queue: what is to come with the next first, what is over with the latest first. Two queries.
pub fn queue(tx: &mut Tx, which: &Which, most: i64) -> Result<Vec<Listed>> {
    let to_come = matches!(which.status, "requested" | "scheduled");
    let mut query = Call::query().filter(calls::status.eq(which.status)).into_boxed();
    match which.assignee {
        Assignee::Anybody => {}
        Assignee::Nobody => query = query.filter(calls::worker_id.is_null()),
        Assignee::One(user) => query = query.filter(calls::assignee_id.eq(user)),
    }
    if let Some(customer) = which.customer {
        query = query.filter(calls::customer_id.eq(customer));
    }
    if let Some(after) = which.after {
        query = query.filter(beyond(after, to_come));
    }
    let query = match to_come {
        true => query.order((calls::due_at.asc(), calls::id.asc())),
        false => query.order((calls::due_at.desc(), calls::id.desc())),
    };
    let found: Vec<Call> = query.limit(most).load(tx.conn)?;
    let ids: Vec<CustomerId> = found.iter().map(|call| call.customer_id).collect();
    let names: Vec<(CustomerId, String)> = customers::table
        .filter(customers::id.eq_any(ids))
        .select((customers::id, customers::name))
        .load(tx.conn)?;
    let name =
        |id: CustomerId| names.iter().find(|(of, _)| *of == id).map_or("", |(_, name)| name).to_owned();
    Ok(found.into_iter().map(|call| Listed { customer: name(call.customer_id), call }).collect())
}

/// All calls of a customer that the person at work may see, the latest first.
pub fn of_customer(tx: &mut Tx, customer: CustomerId, after: Option<After>, most: i64) -> Result<Vec<Call>> {
    let mut query = Call::query().filter(calls::customer_id.eq(customer)).into_boxed();
    if let Some(after) = after {
        query = query.filter(beyond(after, false));
    }
    Ok(query.order((calls::due_at.desc(), calls::id.desc())).limit(most).load(tx.conn)?)
}

type Condition = Box<dyn BoxableExpression<calls::table, diesel::pg::Pg, SqlType = sql_types::Bool>>;

fn beyond((at, id): After, ascending: bool) -> Condition {
    let comparison = if ascending { "(due_at, calls.id) > (" } else { "(due_at, calls.id) < (" };
    Box::new(
        sql::<sql_types::Bool>(comparison)
            .bind::<sql_types::Timestamptz, _>(at)
            .sql(", ")
            .bind::<sql_types::Uuid, _>(id)
            .sql(")"),
    )
}

/// Whom staff may talk to at a customer, as options of a select: portal users first, then contacts. At most 200 of each.
pub fn people(tx: &mut Tx, customer: CustomerId) -> Result<Vec<(String, String)>> {
    let of_portal: Vec<(UserId, String)> = users::table
        .filter(users::customer_id.eq(customer))
        .filter(users::disabled_at.is_null())
        .select((users::id, users::name))
        .order((users::name, users::id))
        .limit(200)
        .load(tx.conn)?;
    let others: Vec<(crate::infra::db::ids::ContactId, String, String, Option<String>)> = contacts::table
        .filter(contacts::customer_id.eq(customer))
        .select((contacts::id, contacts::first_name, contacts::last_name, contacts::phone))
        .order((contacts::is_primary.desc(), contacts::last_name, contacts::first_name, contacts::id))
        .limit(200)
        .load(tx.conn)?;
    let of_portal =
        of_portal.into_iter().map(|(id, name)| (format!("user {id}"), format!("{name}, portal user")));
    let others = others.into_iter().map(|(id, first, last, phone)| {
        let name = format!("{first} {last}").trim().to_owned();
        let phone = phone
            .map_or(String::new(), |phone| format!(", {}", crate::values::Phone::stored(phone).in_field()));
        (format!("contact {id}"), format!("{name}{phone}"))
    });
    Ok(of_portal.chain(others).collect())
}

/// The customer's tickets that the person at work sees and that are not closed, by the last public message: notes move nothing that the
/// portal shows.
pub fn tickets_of(tx: &mut Tx, customer: CustomerId) -> Result<Vec<(String, String)>> {
    let found: Vec<(crate::infra::db::ids::TicketId, i64, String)> = tickets::table
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
