//! A ticket, and what was said about it.
use super::form::ReplyForm;
use crate::{
    infra::{
        db::{
            Plan,
            ids::{TicketId, UserId},
            paging,
        },
        web::prelude::*,
    },
    tickets::{Before, Message, Post, Status, Ticket, copies::Colleague, readers::ReaderState},
    urls::{self, Files},
};
use actix_web::web::Path;
use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// Messages of a page.
const MESSAGES: usize = 30;

/// Which part of a long conversation.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asking {
    before: String,
}

impl Parameters for Asking {}

#[derive(Template)]
#[template(path = "tickets/portal/show.html")]
pub struct ShowPage {
    shell: Shell,
    user: UserId,
    ticket: Ticket,
    posts: Vec<Post>,
    /// The page with what was said before; empty where that is all.
    earlier: String,
    is_latest: bool,
    form: Submitted<ReplyForm>,
    has_draft: bool,
    copied: Vec<Colleague>,
    /// Whom the reader may put in copy.
    others: Vec<(String, String)>,
    is_sharing: bool,
    now: DateTime<Utc>,
}

struct Found {
    ticket: Ticket,
    posts: Vec<Post>,
    /// Messages that the page has no room for come before them.
    has_earlier: bool,
    /// Each with whether they are in copy.
    colleagues: Vec<(Colleague, bool)>,
    is_sharing: bool,
    reader: ReaderState,
}

/// `GET /customer/tickets/{ticket}`
pub async fn show(user: PortalUser, id: Path<TicketId>, query: Query<Asking>) -> PageResult {
    page(&user, id.into_inner(), None, &query.0).await?.ok()
}

/// The page, with what was typed and is wrong, if anything.
pub async fn page(
    user: &PortalUser,
    id: TicketId,
    typed: Option<Submitted<ReplyForm>>,
    query: &Asking,
) -> Result<ShowPage> {
    let before: Option<Before> = paging::keys(&query.before);
    let is_latest = before.is_none();
    let found = user.read_planned(Plan::Generic, move |tx| {
        let ticket = Ticket::find(tx, id)?;
        let mut messages = Message::of_ticket(tx, id, before, MESSAGES + 1)?;
        let has_earlier = messages.len() > MESSAGES;
        if has_earlier {
            messages.remove(0);
        }
        Ok(Found {
            posts: Post::of(tx, &ticket, messages)?,
            has_earlier,
            colleagues: Colleague::beside(tx, id)?,
            is_sharing: ticket.is_shared_by(tx),
            reader: ReaderState::of(tx, id)?,
            ticket,
        })
    });
    let Found { ticket, posts, has_earlier, colleagues, is_sharing, reader } = found.await?;
    if is_latest {
        reader.seen_later(user.door(), id);
    }
    let ReaderState { reply: draft, unread, now, .. } = reader;
    let first = posts.first().filter(|_| has_earlier).map(|post| (post.message.created_at, post.message.id));
    let earlier =
        first.map_or(String::new(), |place| urls::portal_ticket_before(&id, &paging::cursor(&place)));
    let has_draft = typed.is_none() && !draft.is_empty();
    let form = typed.unwrap_or_else(|| Submitted::filled(ReplyForm { body: draft }));
    let (copied, others): (Vec<_>, Vec<_>) = colleagues
        .into_iter()
        .filter(|(colleague, _)| Some(colleague.id) != ticket.requester_id)
        .partition(|(_, is_copied)| *is_copied);
    let copied: Vec<Colleague> = copied.into_iter().map(|(colleague, _)| colleague).collect();
    let others =
        others.into_iter().map(|(colleague, _)| (colleague.id.to_string(), colleague.name)).collect();
    let mut shell = user.portal_shell(format!("{} {}", ticket.hash(), ticket.subject));
    if let Some(bell) = &mut shell.bell {
        bell.unread -= unread;
    }
    Ok(ShowPage {
        shell,
        user: user.user_id,
        ticket,
        posts,
        earlier,
        is_latest,
        form,
        has_draft,
        copied,
        others,
        is_sharing,
        now,
    })
}

impl ShowPage {
    /// What happens next.
    fn next_step(&self) -> &'static str {
        match self.ticket.status {
            Status::Open => "We have it, and answer here and by email.",
            Status::Pending => "We need your answer to go on.",
            Status::Solved => "We think this is solved. If it is not, write to us and it opens again.",
            Status::Closed => "This is closed. If you write to us, it opens again.",
        }
    }
    fn is_done(&self) -> bool {
        self.ticket.status.is_done()
    }
    /// The words beside a name.
    fn side(&self, message: &Message) -> String {
        match message {
            Message { from_staff: true, .. } => self.shell.tenant_name.clone(),
            Message { author_id, .. } if *author_id == Some(self.user) => "You".into(),
            _ => String::new(),
        }
    }
    fn files(&self) -> Files {
        Files::Portal
    }
}
