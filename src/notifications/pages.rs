//! The pages, which staff and customers share.
use super::{
    choices::Choice,
    model::{After, Notification, Side},
};
use crate::{
    infra::{
        db::{ids::NotificationId, paging},
        web::prelude::*,
    },
    urls::Notices,
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use validator::Validate;

/// Rows of a page.
const ROWS: usize = 30;

/// Where the list goes on.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Further {
    after: String,
}

impl Parameters for Further {}

/// What is ticked: codes of kinds.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct ChoicesForm {
    in_app: Vec<String>,
    by_email: Vec<String>,
}

/// The list.
pub struct Listed {
    pub shell: Shell,
    pub surface: Notices,
    pub rows: Vec<Notification>,
    pub next: String,
    pub is_first: bool,
    pub now: DateTime<Utc>,
}

/// What can be chosen.
pub struct Offered {
    pub shell: Shell,
    pub surface: Notices,
    pub choices: Vec<Choice>,
}

impl Listed {
    /// Whether there is anything to mark.
    pub fn has_unread(&self) -> bool {
        self.shell.bell.as_ref().is_some_and(|bell| bell.unread > 0)
            || self.rows.iter().any(|row| !row.is_read())
    }

    /// Where a row leads.
    pub fn url(&self, row: &Notification) -> String {
        match (row.ticket_id, row.call_id) {
            (Some(ticket), _) => self.surface.ticket(&ticket),
            (_, Some(call)) => self.surface.call(&call),
            _ => self.surface.all(),
        }
    }
}

/// Reads a page of the list.
pub async fn listed(person: &SignedIn, shell: Shell, surface: Notices, further: &Further) -> Result<Listed> {
    let after: Option<After> = paging::keys(&further.after);
    let is_first = after.is_none();
    let (mut rows, now) = person
        .read(move |tx| Ok((Notification::newest(tx, after, ROWS + 1)?, crate::infra::db::now(tx)?)))
        .await?;
    let more = rows.len() > ROWS;
    rows.truncate(ROWS);
    let next = match rows.last() {
        Some(last) if more => surface.after(&paging::cursor(&(last.created_at, last.id))),
        _ => String::new(),
    };
    Ok(Listed { shell, surface, rows, next, is_first, now })
}

/// Marks one as read.
pub async fn read_one(person: &SignedIn, id: NotificationId) -> Result<Flash> {
    person.write(move |tx| Notification::read(tx, id)).await?;
    Ok(Flash::good("Marked as read."))
}

/// Marks all as read.
pub async fn read_all(person: &SignedIn) -> Result<Flash> {
    let read = person.write(Notification::read_all).await?;
    Ok(Flash::good(if read == 0 { "Everything was read already." } else { "Everything is marked as read." }))
}

/// Reads the choices.
pub async fn offered(person: &SignedIn, shell: Shell, surface: Notices, side: Side) -> Result<Offered> {
    let choices = person.read(move |tx| Choice::own(tx, side)).await?;
    Ok(Offered { shell, surface, choices })
}

/// Keeps the choices.
pub async fn choose(person: &SignedIn, side: Side, form: ChoicesForm) -> Result<Flash> {
    person
        .write(move |tx| {
            for mut choice in Choice::own(tx, side)? {
                let chosen = (
                    form.in_app.iter().any(|kind| kind == choice.kind),
                    form.by_email.iter().any(|kind| kind == choice.kind),
                );
                if chosen != (choice.in_app, choice.by_email) {
                    (choice.in_app, choice.by_email) = chosen;
                    choice.keep(tx)?;
                }
            }
            Ok(())
        })
        .await?;
    Ok(Flash::good("Your choices are saved."))
}
