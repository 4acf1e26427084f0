//! What is read of a ticket for its page: what was written, what happened, and what stands beside it.
use super::choices::{Choices, saved_replies};
use crate::{
    customers::model::Customer,
    events::timeline::{Entry, History},
    infra::{
        db::{
            Tx,
            ids::{ContactId, TicketId},
            schema::{contacts, tags, ticket_copies, ticket_tags, tickets, users},
        },
        lists::ListQuery,
        web::errors::Result,
    },
    tickets::{
        inbox,
        messages::{Before, Message},
        model::Ticket,
        posts::Post,
        readers::{self, ReaderState},
    },
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

/// Messages of one page of a thread.
const MESSAGES: usize = 50;

/// A part of the thread.
pub enum Item {
    Message(Post),
    Change(Entry),
}

/// Who asks, as the ticket's page shows them.
pub struct Asker {
    pub name: String,
    pub detail: String,
    pub email: String,
    pub phone: String,
}

/// What is read of a ticket for its page.
pub struct Read {
    pub ticket: Ticket,
    pub customer: Customer,
    pub asker: Asker,
    pub copies: Vec<String>,
    pub items: Vec<Item>,
    pub older: Option<Before>,
    /// The newest message of the page: what its reader has before them.
    pub seen: Option<DateTime<Utc>>,
    pub writing: Vec<String>,
    pub tags: Vec<(String, String, i16)>,
    pub tag_names: Vec<String>,
    pub earlier: Vec<Ticket>,
    pub choices: Choices,
    pub saved: Vec<(String, String)>,
    pub previous: Option<TicketId>,
    pub next: Option<TicketId>,
    pub reader: ReaderState,
}

impl Read {
    /// Everything: the same number of statements, however long the conversation is.
    pub fn load(tx: &mut Tx, id: TicketId, list: &ListQuery, before: Option<Before>) -> Result<Self> {
        let ticket = Ticket::find(tx, id)?;
        let mut messages = Message::of_ticket(tx, id, before, MESSAGES + 1)?;
        let more = messages.len() > MESSAGES;
        if more {
            messages.remove(0);
        }
        let older = messages.first().filter(|_| more).map(|first| (first.created_at, first.id));
        let seen = messages.last().map(|last| last.created_at);
        let history = History::of(tx, &["ticket", "ticket_tag", "ticket_copy"], id.0)?;
        let from = messages.first().map_or(ticket.created_at, |first| first.created_at);
        let until = before.map(|(at, _)| at);
        let posts = Post::of(tx, &ticket, messages)?;
        let mut items: Vec<Item> = posts.into_iter().map(Item::Message).collect();
        let is_shown = |entry: &Entry| {
            entry.at > from && until.is_none_or(|until| entry.at < until) && !entry.is_routine
        };
        items.extend(history.entries.into_iter().filter(is_shown).map(Item::Change));
        items.sort_by_key(Item::at);
        let (previous, next) = inbox::neighbours(tx, list, id)?;
        let tag_rows: Vec<(Uuid, String, i16)> = ticket_tags::table
            .inner_join(tags::table.on(tags::id.eq(ticket_tags::tag_id)))
            .filter(ticket_tags::ticket_id.eq(id))
            .select((tags::id, tags::name, tags::colour))
            .order(tags::name_key)
            .load(tx.conn)?;
        let choices = Choices::load(tx)?;
        Ok(Self {
            customer: Customer::find(tx, ticket.customer_id)?,
            asker: Asker::of(tx, &ticket)?,
            copies: ticket_copies::table
                .inner_join(users::table.on(users::id.eq(ticket_copies::user_id)))
                .filter(ticket_copies::ticket_id.eq(id))
                .select(users::name)
                .order(users::name)
                .load(tx.conn)?,
            items,
            older,
            seen,
            writing: readers::writing(tx, id)?,
            tag_names: choices.tags.iter().map(|(_, name)| name.clone()).collect(),
            tags: tag_rows.into_iter().map(|(id, name, colour)| (id.to_string(), name, colour)).collect(),
            earlier: Ticket::query()
                .filter(tickets::customer_id.eq(ticket.customer_id))
                .filter(tickets::id.ne(id))
                .order((tickets::activity_at.desc(), tickets::id.desc()))
                .limit(5)
                .load(tx.conn)?,
            choices,
            saved: saved_replies(tx)?,
            previous,
            next,
            reader: ReaderState::of(tx, id)?,
            ticket,
        })
    }
}

impl Item {
    fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Message(post) => post.message.created_at,
            Self::Change(entry) => entry.at,
        }
    }
}

impl Asker {
    fn of(tx: &mut Tx, ticket: &Ticket) -> Result<Self> {
        let mut asker = Self {
            name: ticket.requester_name.clone(),
            detail: "No longer there".into(),
            email: String::new(),
            phone: String::new(),
        };
        if let Some(id) = ticket.requester_id {
            let found: Option<String> =
                users::table.filter(users::id.eq(id)).select(users::email).first(tx.conn).optional()?;
            asker.detail = "Signs in to the portal".into();
            asker.email = found.unwrap_or_default();
        } else if let Some(id) = ticket.requester_contact_id
            && let Some((email, phone, role)) = contact(tx, id)?
        {
            asker.detail = if role.is_empty() { "Contact".into() } else { role };
            asker.email = email.unwrap_or_default();
            asker.phone = phone.unwrap_or_default();
        }
        Ok(asker)
    }
}

/// Email, phone and job role.
type Reached = (Option<String>, Option<String>, String);

fn contact(tx: &mut Tx, id: ContactId) -> Result<Option<Reached>> {
    Ok(contacts::table
        .filter(contacts::id.eq(id))
        .select((contacts::email, contacts::phone, contacts::job_role))
        .first(tx.conn)
        .optional()?)
}
