//! A ticket: what was written, what happened, and what stands beside it.
use super::{
    form::MessageForm,
    read::{Item, Read},
};
use crate::{
    infra::{
        db::{Plan, ids::TicketId, paging},
        web::{filters, prelude::*},
    },
    tickets::{
        inbox::INBOX,
        kinds::{Priority, Status},
        messages::Message,
        readers::ReaderState,
    },
    urls,
};
use actix_web::web::Path;
use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// A message longer than this is folded unless it is one of the last.
const LONG: usize = 1_200;

/// What the URL asks for besides the ticket.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Params {
    /// The list that it was reached from, as a query string.
    pub list: String,
    /// Where an older part of the thread ends.
    pub before: String,
    /// `note`: the composer begins with a note.
    pub compose: String,
}

impl Parameters for Params {}

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
pub async fn show(staff: Staff, id: Path<TicketId>, params: Query<Params>) -> PageResult {
    let is_note = params.0.compose == "note";
    page(&staff, id.into_inner(), params.0, None, is_note, vec![]).await?.ok()
}

/// The page, with what was typed or else the draft that is kept.
pub(super) async fn page(
    staff: &SignedIn,
    id: TicketId,
    params: Params,
    typed: Option<Submitted<MessageForm>>,
    is_note: bool,
    news: Vec<Message>,
) -> Result<ShowPage> {
    let list = if params.list.is_empty() { String::new() } else { INBOX.read(&params.list).0.query() };
    let query = INBOX.read(&list).0;
    let before = paging::keys(&params.before);
    // Its statements take longer to plan than to run, and one plan is right for every ticket.
    let read = staff.read_planned(Plan::Generic, move |tx| Read::load(tx, id, &query, before)).await?;
    // A page that fetches itself anew may lie behind another window.
    if !staff.refreshes() {
        read.reader.seen_later(staff.door(), id);
    }
    let form = typed.unwrap_or_else(|| {
        let ReaderState { reply, note, .. } = &read.reader;
        Submitted::filled(MessageForm {
            body: if is_note { note } else { reply }.clone(),
            ..MessageForm::default()
        })
    });
    let mut shell = staff.shell(format!("{} {}", read.ticket.hash(), read.ticket.subject));
    if let Some(bell) = &mut shell.bell {
        bell.unread -= read.reader.unread;
    }
    Ok(ShowPage { shell, read, form, news, is_note, list, may_write: staff.may(Permission::TicketWrite) })
}

impl ShowPage {
    fn statuses(&self) -> Vec<(&'static str, &'static str)> {
        Status::WORDS.to_vec()
    }
    fn priorities(&self) -> Vec<(&'static str, &'static str)> {
        Priority::WORDS.to_vec()
    }
    fn assignee(&self) -> String {
        self.read.ticket.assignee_id.map_or(String::new(), |id| id.to_string())
    }
    /// Everybody who may be given it, and whoever has it although they may not any more.
    fn assignees(&self) -> Vec<(String, String)> {
        let mut all = self.read.choices.staff.clone();
        let current = self.assignee();
        if !current.is_empty() && !all.iter().any(|(id, _)| *id == current) {
            all.push((current, "Former assignee".into()));
        }
        all
    }
    /// The name of who has it although they can't work on it any more, where the page knows it.
    fn former_assignee(&self) -> String {
        let current = self.assignee();
        let known = self.read.choices.staff.iter().find(|(id, _)| *id == current);
        known.map_or_else(|| "The assignee".to_owned(), |(_, name)| name.clone())
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
        let reader = &self.read.reader;
        !if note { &reader.note } else { &reader.reply }.is_empty()
    }
    fn stage(&self) -> &'static str {
        self.read.customer.lifecycle_stage.label()
    }
    /// How long something took: "2 h 5 min".
    fn took(&self, end: &Option<DateTime<Utc>>) -> String {
        let Some(end) = end else { return String::new() };
        filters::duration((*end - self.read.ticket.created_at).num_minutes())
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
        urls::live_customer(&self.read.customer.id)
    }
}
