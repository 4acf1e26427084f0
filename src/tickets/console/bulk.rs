//! Many tickets at once.
use crate::{
    platform::{
        auth::Staff,
        db::Tx,
        errors::{AppError, Result},
        filters,
        forms::Submitted,
        ids::{TagId, TicketId, UserId},
        pages::{PageResult, see_other_saying},
        permissions::WriteTickets,
        schema::{ticket_tags, tickets},
        shell::{Flash, FlashKind},
        urls,
    },
    tickets::{inbox::Inbox, kinds::Status, model::Ticket, moving::Moved},
};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::Deserialize;
use validator::Validate;

/// A page of the inbox has no more.
const MOST: usize = 100;

/// Which tickets, and what is to become of them.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct BulkForm {
    pub id: Vec<String>,
    /// The inbox that they were chosen in, to go back to.
    pub query: String,
    pub action: String,
    /// Whom to give them to: an id, or `none`.
    pub assignee: String,
    pub status: String,
    pub tag: String,
    /// When the page was made: whom the customer has written to since is not ended unseen.
    pub seen: String,
}

/// `POST /console/tickets/bulk`
pub async fn bulk(staff: Staff<WriteTickets>, form: Submitted<BulkForm>) -> PageResult {
    let form = form.values;
    let back = urls::tickets_with(&Inbox::read(&form.query).query());
    let ids: Vec<TicketId> = form.id.iter().filter_map(|id| id.parse().ok()).take(MOST).collect();
    if ids.is_empty() {
        return said(back, FlashKind::Warn, "Nothing was changed: select tickets first.".into());
    }
    let done = match form.action.as_str() {
        "assign" => {
            let to = match form.assignee.as_str() {
                "none" => None,
                id => match id.parse::<UserId>() {
                    Ok(id) => Some(id),
                    Err(_) => {
                        return said(
                            back,
                            FlashKind::Warn,
                            "Nothing was changed: choose whom to give them to.".into(),
                        );
                    }
                },
            };
            staff.write(move |tx| assign(tx, &ids, to)).await?
        }
        "status" => {
            let Ok(to) = form.status.parse::<Status>() else {
                return said(back, FlashKind::Warn, "Nothing was changed: choose a status.".into());
            };
            let seen = form.seen.parse::<DateTime<Utc>>().ok();
            staff.write(move |tx| put(tx, &ids, to, seen)).await?
        }
        "tag" => {
            let Ok(tag) = form.tag.parse::<TagId>() else {
                return said(back, FlashKind::Warn, "Nothing was changed: choose a tag.".into());
            };
            staff.write(move |tx| tag_all(tx, &ids, tag)).await?
        }
        _ => return Err(AppError::BadRequest("Choose what is to become of them.".into())),
    };
    let kind = if done.left > 0 { FlashKind::Warn } else { FlashKind::Good };
    said(back, kind, done.told())
}

/// What became of the selection.
struct Done {
    what: String,
    changed: usize,
    left: usize,
    why: &'static str,
}

impl Done {
    fn told(&self) -> String {
        let tickets = filters::counted(self.changed as i64, "ticket is", "tickets are");
        let changed = format!("{tickets} {}.", self.what);
        match self.left {
            0 => changed,
            n => format!(
                "{changed} {} {}",
                filters::counted(n as i64, "was left alone:", "were left alone:"),
                self.why
            ),
        }
    }
}

fn assign(tx: &mut Tx, ids: &[TicketId], to: Option<UserId>) -> Result<Done> {
    let mut done = Done {
        what: "assigned".into(),
        changed: 0,
        left: 0,
        why: "whom you chose may not see their customer.",
    };
    for id in ids {
        // A savepoint each: one that is refused must not undo the others.
        let outcome = tx.conn.transaction::<_, AppError, _>(|conn| {
            let mut tx = Tx { conn, scope: tx.scope };
            match Ticket::assign(&mut tx, *id, to)? {
                Ok(_) => Ok(true),
                Err(_) => Err(AppError::Conflict(String::new())),
            }
        });
        match outcome {
            Ok(_) => done.changed += 1,
            Err(AppError::Conflict(_)) => done.left += 1,
            Err(AppError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

fn put(tx: &mut Tx, ids: &[TicketId], to: Status, seen: Option<DateTime<Utc>>) -> Result<Done> {
    let what = format!("now {}", to.name().to_lowercase());
    let mut done = Done { what, changed: 0, left: 0, why: "the customer has written meanwhile." };
    for id in ids {
        match Ticket::move_to(tx, *id, to, seen) {
            Ok(Moved::Done(_)) => done.changed += 1,
            Ok(Moved::Overtaken(_)) => done.left += 1,
            Err(AppError::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(done)
}

fn tag_all(tx: &mut Tx, ids: &[TicketId], tag: TagId) -> Result<Done> {
    let tag = crate::tags::Tag::find(tx, tag)?;
    let found: Vec<(TicketId, uuid::Uuid)> = tickets::table
        .filter(tickets::id.eq_any(ids))
        .select((tickets::id, tickets::customer_id))
        .load(tx.conn)?;
    let rows: Vec<_> = found
        .iter()
        .map(|(id, customer)| {
            (
                ticket_tags::ticket_id.eq(*id),
                ticket_tags::customer_id.eq(*customer),
                ticket_tags::tag_id.eq(tag.id),
            )
        })
        .collect();
    diesel::insert_into(ticket_tags::table).values(rows).on_conflict_do_nothing().execute(tx.conn)?;
    Ok(Done { what: format!("tagged with {}", tag.name), changed: found.len(), left: 0, why: "" })
}

fn said(to: String, kind: FlashKind, text: String) -> PageResult {
    see_other_saying(to, Flash { kind, text, undo: String::new() })
}
