//! A ticket: what was written, what happened, and what stands beside it.
use super::{
    choices::{Choices, saved_replies},
    form::MessageForm,
};
use crate::{
    customers::{
        kinds as customer_kinds,
        model::Customer,
        timeline::{Entry, History},
    },
    platform::{
        auth::{SignedIn, Staff},
        db::Tx,
        errors::Result,
        forms::{Asked, Submitted},
        ids::{ContactId, TicketId, UserId},
        pages::{Page, PageResult},
        paging,
        permissions::{Permission, ReadTickets},
        schema::{contacts, tags, ticket_copies, ticket_drafts, ticket_readers, ticket_tags, tickets, users},
        shell::{Section, Shell},
        urls,
    },
    tickets::{
        inbox::{Asking, Inbox},
        kinds::{Priority, Status},
        messages::{Before, Message},
        model::Ticket,
    },
};
use actix_web::web::Path;
use askama::Template;
use chrono::{DateTime, Utc};
use diesel::{
    dsl::{now, sql},
    prelude::*,
    sql_types,
};
use serde::Deserialize;
use uuid::Uuid;

/// Messages of one page of a thread.
const MESSAGES: usize = 50;
/// A message longer than this is folded unless it is one of the last.
const LONG: usize = 1_200;

/// What the URL asks for besides the ticket.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// The list that it was reached from, as a query string.
    pub list: String,
    /// Where an older part of the thread ends.
    pub before: String,
    /// `note`: the composer begins with a note.
    pub compose: String,
}

/// A part of the thread.
pub enum Item {
    Message(Message),
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
pub(super) struct Read {
    pub ticket: Ticket,
    customer: Customer,
    asker: Asker,
    copies: Vec<String>,
    items: Vec<Item>,
    older: Option<Before>,
    /// The newest message of the page: what its reader has before them.
    pub seen: Option<DateTime<Utc>>,
    writing: Vec<String>,
    drafts: Vec<(bool, String)>,
    tags: Vec<(String, String, i16)>,
    tag_names: Vec<String>,
    earlier: Vec<Ticket>,
    choices: Choices,
    saved: Vec<(String, String)>,
    previous: Option<TicketId>,
    next: Option<TicketId>,
    now: DateTime<Utc>,
}

#[derive(Template)]
#[template(path = "tickets/console/show.html")]
pub(super) struct ShowPage {
    shell: Shell,
    read: Read,
    form: Submitted<MessageForm>,
    /// What the customer wrote while an answer that would end the ticket was written.
    news: Vec<Message>,
    is_note: bool,
    list: String,
    may_write: bool,
}

/// `GET /console/tickets/{id}`
pub async fn show(staff: Staff<ReadTickets>, id: Path<TicketId>, asked: Asked<Wanted>) -> PageResult {
    let is_note = asked.0.compose == "note";
    page(&staff, id.into_inner(), asked.0, None, is_note, vec![]).await?.ok()
}

/// The page, with what was typed or else the draft that is kept.
pub(super) async fn page(
    staff: &SignedIn,
    id: TicketId,
    wanted: Wanted,
    typed: Option<Submitted<MessageForm>>,
    is_note: bool,
    news: Vec<Message>,
) -> Result<ShowPage> {
    let list = if wanted.list.is_empty() { String::new() } else { Inbox::read(&wanted.list).query() };
    let inbox = Inbox::of(&serde_html_form::from_str::<Asking>(&list).unwrap_or_default());
    let before = paging::keys(&wanted.before);
    let looks = !staff.refreshes();
    let read = staff.write(move |tx| Read::load(tx, id, &inbox, before, looks)).await?;
    let form = typed.unwrap_or_else(|| {
        let draft = read.drafts.iter().find(|(internal, _)| *internal == is_note);
        Submitted::filled(MessageForm {
            body: draft.map_or(String::new(), |(_, body)| body.clone()),
            submission: Uuid::new_v4().to_string(),
            ..MessageForm::default()
        })
    });
    Ok(ShowPage {
        shell: staff.shell(Section::Tickets, format!("{} {}", read.ticket.hash(), read.ticket.subject)),
        read,
        form,
        news,
        is_note,
        list,
        may_write: staff.may(Permission::TicketWrite),
    })
}

impl Read {
    fn load(tx: &mut Tx, id: TicketId, inbox: &Inbox, before: Option<Before>, looks: bool) -> Result<Self> {
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
        let mut items: Vec<Item> = messages.into_iter().map(Item::Message).collect();
        let told = |entry: &Entry| {
            entry.at > from
                && until.is_none_or(|until| entry.at < until)
                && !entry.sentence.starts_with("opened the ticket")
                && !entry.sentence.starts_with("noted a time")
        };
        items.extend(history.entries.into_iter().filter(told).map(Item::Change));
        items.sort_by_key(Item::at);
        let (previous, next) = inbox.neighbours(tx, id)?;
        if looks {
            Ticket::mark_read(tx, id)?;
            crate::notifications::seen_ticket(tx, id)?;
        }
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
            writing: writing(tx, id)?,
            drafts: match tx.scope.user_id {
                Some(user) => ticket_drafts::table
                    .filter(ticket_drafts::ticket_id.eq(id))
                    .filter(ticket_drafts::user_id.eq(user))
                    .select((ticket_drafts::is_internal, ticket_drafts::body))
                    .load(tx.conn)?,
                None => vec![],
            },
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
            now: diesel::select(now.into_sql::<sql_types::Timestamptz>()).get_result(tx.conn)?,
            ticket,
        })
    }
}

/// Who else of the staff has typed an answer within the last two minutes.
pub(super) fn writing(tx: &mut Tx, id: TicketId) -> Result<Vec<String>> {
    let me = tx.scope.user_id.unwrap_or(UserId(Uuid::nil()));
    Ok(ticket_readers::table
        .inner_join(users::table.on(users::id.eq(ticket_readers::user_id)))
        .filter(ticket_readers::ticket_id.eq(id))
        .filter(ticket_readers::user_id.ne(me))
        .filter(users::customer_id.is_null())
        .filter(sql::<sql_types::Bool>("writing_at > now() - interval '2 minutes'"))
        .select(users::name)
        .order(users::name)
        .load(tx.conn)?)
}

impl Item {
    fn at(&self) -> DateTime<Utc> {
        match self {
            Self::Message(message) => message.created_at,
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

impl ShowPage {
    fn statuses(&self) -> Vec<(&'static str, &'static str)> {
        Status::ALL.iter().map(|status| (status.code(), status.name())).collect()
    }
    fn priorities(&self) -> Vec<(&'static str, &'static str)> {
        Priority::ALL.iter().map(|priority| (priority.code(), priority.name())).collect()
    }
    fn assignee(&self) -> String {
        self.read.ticket.assignee_id.map_or(String::new(), |id| id.to_string())
    }
    /// Everybody who may be given it, and whoever has it although they may not any more.
    fn assignees(&self) -> Vec<(String, String)> {
        let mut all = self.read.choices.staff.clone();
        let current = self.assignee();
        if !current.is_empty() && !all.iter().any(|(id, _)| *id == current) {
            all.push((current, "Somebody who can't sign in".into()));
        }
        all
    }
    fn seen(&self) -> String {
        self.read.seen.map_or(String::new(), |at| at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true))
    }
    fn is_long(&self, message: &Message, index: &usize) -> bool {
        message.body.chars().count() > LONG && index + 2 < self.read.items.len()
    }
    fn first_line(&self, message: &Message) -> String {
        message.body.chars().take(160).collect::<String>().replace('\n', " ") + "…"
    }
    fn older_url(&self) -> String {
        self.read.older.map_or(String::new(), |place| {
            let page = serde_html_form::to_string([("before", paging::cursor(&place))]).unwrap_or_default();
            let to = urls::ticket_in(&self.read.ticket.id, &self.list);
            format!("{to}{}{page}", if to.contains('?') { '&' } else { '?' })
        })
    }
    fn compose_url(&self, kind: &str) -> String {
        let to = urls::ticket_in(&self.read.ticket.id, &self.list);
        let mark = if to.contains('?') { '&' } else { '?' };
        if kind.is_empty() { format!("{to}#compose") } else { format!("{to}{mark}compose={kind}#compose") }
    }
    fn has_draft(&self, note: bool) -> bool {
        self.read.drafts.iter().any(|(internal, body)| *internal == note && !body.is_empty())
    }
    fn stage(&self) -> String {
        customer_kinds::name(customer_kinds::STAGES, &self.read.customer.lifecycle_stage)
    }
    /// How long something took: "2 h 5 min".
    fn took(&self, end: &Option<DateTime<Utc>>) -> String {
        let Some(end) = end else { return String::new() };
        let minutes = (*end - self.read.ticket.created_at).num_minutes().max(0);
        match minutes {
            0..60 => format!("{minutes} min"),
            60..2_880 => format!("{} h {} min", minutes / 60, minutes % 60),
            _ => format!("{} days", minutes / 1_440),
        }
    }
    /// The list as a part of a query string.
    fn list_pair(&self) -> String {
        serde_html_form::to_string([("list", &self.list)]).unwrap_or_default()
    }
    fn list_url(&self) -> String {
        urls::tickets_with(&self.list)
    }
    fn near(&self, id: &Option<TicketId>) -> String {
        id.map_or(String::new(), |id| urls::ticket_in(&id, &self.list))
    }
    fn live(&self) -> String {
        urls::live_customer(&self.read.customer.id, &self.shell.since)
    }
}
