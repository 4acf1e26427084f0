//! Who is told what, when it happens (SPEC §9, S004 `onTicketCreated`, `onMessageCreated`).
use super::{
    emails::Reader,
    model::{News, Unmailed, forget_unseen},
};
use crate::infra::{
    db::{
        Tx,
        events::Event,
        ids::{CallId, CustomerId, MessageId, TicketId, UserId},
        schema::{
            calls, customer_success_owned_customers as owned, notifications, tenants, ticket_copies,
            ticket_messages, tickets, users,
        },
    },
    jobs::Job,
    services::mail,
    web::{errors::Result, staff::IS_STAFF},
};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Bool, Nullable, Uuid},
};
use serde_json::Value;

/// A ticket, as much of it as is told.
#[derive(Queryable, Selectable)]
#[diesel(table_name = tickets)]
struct Ticket {
    id: TicketId,
    number: i64,
    subject: String,
    requester_id: Option<UserId>,
    requester_name: String,
    customer_id: CustomerId,
    assignee_id: Option<UserId>,
    worker_id: Option<UserId>,
    created_by: Option<UserId>,
}

impl Ticket {
    /// `None`: it is gone meanwhile.
    fn find(tx: &mut Tx, id: TicketId) -> Result<Option<Self>> {
        Ok(tickets::table.filter(tickets::id.eq(id)).select(Self::as_select()).first(tx.conn).optional()?)
    }

    fn describe(&self) -> String {
        format!("#{} {}", self.number, self.subject)
    }

    /// Whom its customer's doings concern: who works on it, else all admins; and where it was given to somebody who can't act any
    /// more, also those who look after the customer.
    fn in_charge(&self, tx: &mut Tx) -> Result<Vec<UserId>> {
        if let Some(worker) = self.worker_id {
            return Ok(vec![worker]);
        }
        let mut people = admins(tx)?;
        if self.assignee_id.is_some() {
            people.extend(owners(tx, self.customer_id)?);
            people.sort_unstable();
            people.dedup();
        }
        Ok(people)
    }
}

/// A message, as much of it as matters here.
#[derive(Queryable, Selectable)]
#[diesel(table_name = ticket_messages)]
struct Message {
    id: MessageId,
    ticket_id: TicketId,
    is_internal: bool,
    from_staff: bool,
    author_id: Option<UserId>,
    author_name: String,
}

/// A customer opens a ticket: the admins hear of it. Staff open one for somebody: whoever is to work on it does.
pub fn on_ticket_created(job: &mut Job) -> Result<()> {
    for id in job.entities().into_iter().map(TicketId) {
        let Some(ticket) = Ticket::find(job.tx, id)? else { continue };
        if ticket.requester_id.is_some() && ticket.requester_id == ticket.created_by {
            let text = format!("{} opened {}", ticket.requester_name, ticket.describe());
            let news = News {
                kind: "ticket_created",
                ticket: Some(id),
                call: None,
                message: first(job.tx, id)?,
                actor: ticket.created_by,
                text,
            };
            let admins = admins(job.tx)?;
            news.notify(job.tx, &admins)?;
        } else if let Some(assignee) = ticket.worker_id {
            assigned(job.tx, &ticket, assignee, ticket.created_by)?;
        }
    }
    Ok(())
}

/// A customer writes: whoever works on the ticket and can hears of it, else the admins. Staff answer: the requester and who is in copy do.
pub fn on_message_created(job: &mut Job) -> Result<()> {
    for id in job.entities().into_iter().map(MessageId) {
        let found = ticket_messages::table.filter(ticket_messages::id.eq(id));
        let message: Option<Message> = found.select(Message::as_select()).first(job.tx.conn).optional()?;
        let Some(message) = message.filter(|message| !message.is_internal) else { continue };
        let Some(ticket) = Ticket::find(job.tx, message.ticket_id)? else { continue };
        let actor = message.author_id;
        if message.from_staff {
            // Staff who open a ticket for somebody have answered nothing.
            let is_first = first(job.tx, ticket.id)? == Some(message.id);
            let text = match is_first {
                true => format!("{} opened {} for you", message.author_name, ticket.describe()),
                false => format!("{} answered {}", message.author_name, ticket.describe()),
            };
            let readers = participants(job.tx, &ticket)?;
            News {
                kind: "reply_received",
                ticket: Some(ticket.id),
                call: None,
                message: Some(id),
                actor,
                text,
            }
            .notify(job.tx, &readers)?;
        } else if first(job.tx, ticket.id)? != Some(message.id) {
            // The first message is told of with the ticket.
            let text = format!("{} wrote on {}", message.author_name, ticket.describe());
            let readers = ticket.in_charge(job.tx)?;
            News {
                kind: "message_received",
                ticket: Some(ticket.id),
                call: None,
                message: Some(id),
                actor,
                text,
            }
            .notify(job.tx, &readers)?;
        }
    }
    Ok(())
}

/// A ticket is given to somebody.
pub fn on_ticket_assigned(job: &mut Job) -> Result<()> {
    for task in job.tasks {
        let Some(event) = Event::behind(job.tx, task)? else { continue };
        let Some(ticket) = Ticket::find(job.tx, TicketId(event.entity_id))? else { continue };
        let assignee = event.after.as_ref().and_then(|doc| user(doc, "assignee_id"));
        // Given to somebody else meanwhile: that is another event.
        if let Some(assignee) = assignee.filter(|assignee| ticket.assignee_id == Some(*assignee)) {
            assigned(job.tx, &ticket, assignee, event.actor_id)?;
        }
    }
    Ok(())
}

fn assigned(tx: &mut Tx, ticket: &Ticket, assignee: UserId, by: Option<UserId>) -> Result<()> {
    let name: Option<String> = match by {
        Some(by) => users::table.filter(users::id.eq(by)).select(users::name).first(tx.conn).optional()?,
        None => None,
    };
    let text = match name {
        Some(name) => format!("{name} assigned {} to you", ticket.describe()),
        None => format!("{} was assigned to you", ticket.describe()),
    };
    News { kind: "ticket_assigned", ticket: Some(ticket.id), call: None, message: None, actor: by, text }
        .notify(tx, &[assignee])
}

/// A customer asks for a call: whoever is to ring and can hears of it, else who looks after the customer, else the admins.
pub fn on_call_requested(job: &mut Job) -> Result<()> {
    type Found = (CustomerId, Option<UserId>, String, String, Option<UserId>, String, bool);
    for id in job.entities().into_iter().map(CallId) {
        let found = calls::table.filter(calls::id.eq(id)).select((
            calls::customer_id,
            calls::requester_id,
            calls::requester_name,
            calls::topic,
            calls::worker_id,
            calls::status,
            sql::<Bool>("slots = '{}'"),
        ));
        let Some((customer, requester, name, topic, worker, status, is_soon)) =
            found.first::<Found>(job.tx.conn).optional()?
        else {
            continue;
        };
        if requester.is_none() || status != "requested" {
            continue;
        }
        let mut people = match worker {
            Some(worker) => vec![worker],
            None => owners(job.tx, customer)?,
        };
        if people.is_empty() {
            people = admins(job.tx)?;
        }
        let when = if is_soon { " as soon as possible" } else { "" };
        let text = format!("{name} asks for a call{when}: {topic}");
        let news = News {
            kind: "call_requested",
            ticket: None,
            call: Some(id),
            message: None,
            actor: requester,
            text,
        };
        news.notify(job.tx, &people)?;
    }
    Ok(())
}

/// Somebody lost sight of a customer, or is not in copy of a ticket any more: what they were told of it goes with it.
pub fn on_sight_lost(job: &mut Job) -> Result<()> {
    for task in job.tasks {
        let before = Event::behind(job.tx, task)?.and_then(|event| event.before);
        if let Some(user) = before.as_ref().and_then(|doc| user(doc, "user_id")) {
            forget_unseen(job.tx, user)?;
        }
    }
    Ok(())
}

/// Some minutes after something happened: all that came since is in one email.
pub fn mail_news(job: &mut Job) -> Result<()> {
    let ids = job.entities();
    let people: Vec<UserId> = notifications::table
        .filter(notifications::id.eq_any(&ids))
        .filter(notifications::by_email)
        .filter(notifications::mailed_at.is_null())
        .select(notifications::user_id)
        .distinct()
        .load(job.tx.conn)?;
    for user in people {
        let news = Unmailed::take(job.tx, user)?;
        if news.is_empty() {
            continue;
        }
        type Found = (String, String, String, bool);
        let (name, email, tenant, is_staff): Found = users::table
            .inner_join(tenants::table)
            .filter(users::id.eq(user))
            .select((users::name, users::email, tenants::name, users::customer_id.is_null()))
            .first(job.tx.conn)?;
        let reader = Reader { tenant, name, email, is_staff, base: job.tools.public_url.clone() };
        mail::queue(job.tx, &reader.letter(&news))?;
    }
    Ok(())
}

/// Who looks after a customer, and can.
fn owners(tx: &mut Tx, customer: CustomerId) -> Result<Vec<UserId>> {
    Ok(owned::table
        .filter(owned::customer_id.eq(customer))
        .filter(sql::<Bool>("can_act_for(user_id, customer_id)"))
        .select(owned::user_id)
        .load(tx.conn)?)
}

/// All admins who can work.
fn admins(tx: &mut Tx) -> Result<Vec<UserId>> {
    Ok(users::table
        .filter(sql::<Bool>(IS_STAFF))
        .filter(users::roles.contains(vec!["tenant_admin"]))
        .filter(users::disabled_at.is_null())
        .select(users::id)
        .load(tx.conn)?)
}

/// Who asked, and who reads along, as far as they can act; where nobody of them can, the customer's admins.
fn participants(tx: &mut Tx, ticket: &Ticket) -> Result<Vec<UserId>> {
    let mut people: Vec<UserId> = ticket_copies::table
        .filter(ticket_copies::ticket_id.eq(ticket.id))
        .select(ticket_copies::user_id)
        .load(tx.conn)?;
    people.extend(ticket.requester_id);
    people.sort_unstable();
    people.dedup();
    let mut able = |which: &str, people: Vec<UserId>| -> Result<Vec<UserId>> {
        Ok(users::table
            .filter(users::tenant_id.is_not_distinct_from(sql::<Nullable<Uuid>>("current_tenant()")))
            .filter(users::customer_id.eq(ticket.customer_id))
            .filter(users::id.eq_any(people).or(sql::<Bool>(which)))
            .filter(sql::<Bool>("can_act_for(id, customer_id)"))
            .select(users::id)
            .load(tx.conn)?)
    };
    let found = able("false", people)?;
    if !found.is_empty() || ticket.requester_id.is_none() {
        return Ok(found);
    }
    able("roles @> '{customer_admin}'", vec![])
}

/// The message that a ticket began with.
fn first(tx: &mut Tx, ticket: TicketId) -> Result<Option<MessageId>> {
    Ok(ticket_messages::table
        .filter(ticket_messages::ticket_id.eq(ticket))
        .filter(ticket_messages::is_internal.eq(false))
        .order((ticket_messages::created_at, ticket_messages::id))
        .select(ticket_messages::id)
        .first(tx.conn)
        .optional()?)
}

fn user(doc: &Value, field: &str) -> Option<UserId> {
    doc.get(field)?.as_str()?.parse().ok()
}
