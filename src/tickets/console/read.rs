//! What is read of a ticket for its page: what was written, what happened, and what stands beside it.
use super::choices::{Choices, SavedReplyList};
use crate::{
    events::timeline::{Entry, History},
    infra::{
        db::{
            Tx,
            ids::{MessageId, TicketId},
        },
        lists::ListQuery,
        web::errors::Result,
    },
    tags::{TagColour, TagList},
    tickets::{
        aside::{Aside, OfCustomer, Other},
        messages::{Before, Message},
        model::Ticket,
        posts::Post,
        readers::ReaderState,
    },
};
use chrono::{DateTime, Utc};

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
    pub customer: OfCustomer,
    pub asker: Asker,
    pub copies: Vec<String>,
    pub items: Vec<Item>,
    pub older: Option<Before>,
    /// The newest message of the page: what its reader has before them.
    pub seen: Option<DateTime<Utc>>,
    pub writing: Vec<String>,
    pub tags: Vec<(String, String, TagColour)>,
    pub tag_names: Vec<String>,
    pub earlier: Vec<Other>,
    pub choices: Choices,
    pub saved: Vec<(String, String)>,
    pub previous: Option<TicketId>,
    pub next: Option<TicketId>,
    pub reader: ReaderState,
}

impl Read {
    /// Everything: five statements, however long the conversation is.
    pub fn load(tx: &mut Tx, id: TicketId, list: &ListQuery, before: Option<Before>) -> Result<Self> {
        let ticket = Ticket::find(tx, id)?;
        let mut messages = Message::of_ticket(tx, id, before, MESSAGES + 1)?;
        let more = messages.len() > MESSAGES;
        if more {
            messages.remove(0);
        }
        let older = messages.first().filter(|_| more).map(|first| (first.created_at, first.id));
        let seen = messages.last().map(|last| last.created_at);
        let ids: Vec<MessageId> = messages.iter().map(|message| message.id).collect();
        let mut aside = Aside::load(tx, &ticket, &ids, list)?;
        let history = History::since(tx, &["ticket", "ticket_tag", "ticket_copy"], id.0, ticket.created_at)?;
        let from = messages.first().map_or(ticket.created_at, |first| first.created_at);
        let until = before.map(|(at, _)| at);
        let posts = Post::with(messages, aside.files());
        let mut items: Vec<Item> = posts.into_iter().map(Item::Message).collect();
        let is_shown = |entry: &Entry| {
            entry.at > from && until.is_none_or(|until| entry.at < until) && !entry.is_routine
        };
        items.extend(history.into_iter().filter(is_shown).map(Item::Change));
        items.sort_by_key(Item::at);
        let (previous, next) = aside.neighbours(id);
        let (choices, known) = (Choices::load(tx)?, tx.cached::<TagList>()?);
        let label = |tag: &crate::tags::Tag| (tag.id.to_string(), tag.name.clone(), tag.colour);
        Ok(Self {
            asker: Asker::of(&ticket, &mut aside),
            items,
            older,
            seen,
            tag_names: known.names(),
            tags: known.of(&aside.tag_ids).into_iter().map(label).collect(),
            earlier: aside.others(),
            choices,
            saved: tx.cached::<SavedReplyList>()?.all().to_vec(),
            previous,
            next,
            customer: aside.customer,
            copies: aside.copies,
            writing: aside.writing,
            reader: aside.reader,
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
    fn of(ticket: &Ticket, aside: &mut Aside) -> Self {
        let name = ticket.requester_name.clone();
        let reached = aside.reached();
        let (detail, (email, phone, _)) = match (ticket.requester_id, ticket.requester_contact_id, reached) {
            (Some(_), _, reached) => ("Signs in to the portal".into(), reached.unwrap_or_default()),
            (None, Some(_), Some(reached)) => {
                let role = reached.2.clone().unwrap_or_default();
                (if role.is_empty() { "Contact".into() } else { role }, reached)
            }
            _ => ("No longer there".to_owned(), Default::default()),
        };
        Self { name, detail, email: email.unwrap_or_default(), phone: phone.unwrap_or_default() }
    }
}
