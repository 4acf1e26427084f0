//! All tickets that somebody may see.
use crate::{
    infra::{
        db::{
            self,
            ids::{CustomerId, UserId},
            paging,
        },
        web::{forms, prelude::*},
    },
    tickets::{
        kinds::Status,
        own::{After, OwnTicket},
    },
    urls,
};
use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// Rows of a page.
const ROWS: usize = 25;

/// Which list, and where it goes on.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asking {
    list: String,
    after: String,
}

impl Parameters for Asking {
    fn knows(name: &str, value: &str) -> bool {
        name != "list" || value == "done"
    }
}

#[derive(Template)]
#[template(path = "tickets/portal/index.html")]
struct IndexPage {
    shell: Shell,
    user: UserId,
    customer: CustomerId,
    is_done: bool,
    rows: Vec<OwnTicket>,
    next: String,
    is_first: bool,
    now: DateTime<Utc>,
}

/// `GET /customer/tickets`
pub async fn index(user: PortalUser, query: forms::Query<Asking>) -> PageResult {
    let customer = user.customer_id.ok_or(AppError::NotFound)?;
    let after: Option<After> = paging::keys(&query.0.after);
    let (is_done, is_first) = (query.0.list == "done", after.is_none());
    let statuses = if is_done { [Status::Solved, Status::Closed] } else { [Status::Open, Status::Pending] };
    let (mut rows, now) = user
        .read(move |tx| {
            let parts = statuses.map(|status| (status, ROWS + 1));
            Ok((OwnTicket::of(tx, customer, &parts, after)?, db::now(tx)?))
        })
        .await?;
    let more = rows.len() > ROWS;
    rows.truncate(ROWS);
    let next = match rows.last() {
        Some(last) if more => {
            urls::portal_tickets_from(list(is_done), &paging::cursor(&(last.spoke_at, last.id)))
        }
        _ => String::new(),
    };
    let shell = user.portal_shell(if is_done { "Solved tickets" } else { "Open tickets" });
    IndexPage { shell, user: user.user_id, customer, is_done, rows, next, is_first, now }.ok()
}

fn list(is_done: bool) -> &'static str {
    if is_done { "done" } else { "" }
}

impl IndexPage {
    fn newest(&self) -> String {
        urls::portal_tickets_from(list(self.is_done), "")
    }
}
