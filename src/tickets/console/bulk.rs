//! Many tickets at once, with undo.
use crate::{
    infra::{
        db::ids::{TagId, TicketId, UserId},
        lists::{ListRequest, Selection},
        web::{filters::counted, limits, prelude::*},
    },
    tags::Tag,
    tickets::{
        bulk::{self, Change, Outcome},
        inbox::{INBOX, Inbox},
        kinds::Status,
    },
    urls,
};
use actix_web::web::Path;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use validator::Validate;

/// A page of the inbox has no more.
const MOST: usize = limits::TICKETS_AT_ONCE.size();

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

/// A change as the form tells it: its tag is not looked up yet.
enum Typed {
    Assign(Option<UserId>),
    Status(Status, Option<DateTime<Utc>>),
    Tag(TagId),
}

impl BulkForm {
    /// What is wanted, or what is missing.
    fn wanted(&self) -> Result<Result<Typed, &'static str>> {
        Ok(match self.action.as_str() {
            "assign" if self.assignee == "none" => Ok(Typed::Assign(None)),
            "assign" => {
                let chosen = self.assignee.parse().map_err(|_| "choose whom to give them to");
                chosen.map(|id| Typed::Assign(Some(id)))
            }
            "status" => {
                let chosen = self.status.parse().map_err(|()| "choose a status");
                chosen.map(|status| Typed::Status(status, self.seen.parse().ok()))
            }
            "tag" => self.tag.parse().map(Typed::Tag).map_err(|_| "choose a tag"),
            _ => return Err(AppError::BadRequest("Choose what is to become of them.".into())),
        })
    }
}

/// `POST /console/tickets/bulk`
pub async fn bulk(staff: Staff, form: Submitted<BulkForm>) -> PageResult {
    let (sending, form) = (form.sent(), form.values);
    let (query, unknown) = INBOX.read(&form.query);
    unknown.refused()?;
    let (query, carried) = (query.query(), query.query_of_cookie());
    if form.id.len() > MOST {
        let text = format!("Nothing was changed: pick at most {MOST} tickets.");
        return redirect(&query, FlashKind::Bad, text, String::new());
    }
    let ids: Vec<TicketId> = Selection::picked(INBOX, &form.id).ids().iter().copied().map(TicketId).collect();
    let wanted = if ids.is_empty() { Err("select tickets first") } else { form.wanted()? };
    let wanted = match wanted {
        Ok(wanted) => wanted,
        Err(missing) => {
            return redirect(
                &query,
                FlashKind::Warn,
                format!("Nothing was changed: {missing}."),
                String::new(),
            );
        }
    };
    let (text, outcome) = staff
        .do_once(sending, move |tx| {
            let change = match wanted {
                Typed::Assign(to) => Change::Assign(to),
                Typed::Status(to, seen) => Change::Status(to, seen),
                Typed::Tag(id) => Change::Tag(Tag::find(tx, id)?),
            };
            let outcome = bulk::apply(tx, &ids, &change)?;
            Ok((describe(&change, outcome), outcome))
        })
        .await?;
    let undo = match outcome.changed {
        0 => String::new(),
        _ => urls::tickets_bulk_undo(&outcome.transaction, &carried),
    };
    let kind = if outcome.left > 0 || outcome.changed == 0 { FlashKind::Warn } else { FlashKind::Good };
    redirect(&query, kind, text, undo)
}

/// What was done, in words.
fn describe(change: &Change, outcome: Outcome) -> String {
    let (what, why) = match change {
        Change::Assign(Some(_)) => ("assigned".to_owned(), "whom you chose may not see their customer"),
        Change::Assign(None) => ("assigned to nobody".to_owned(), ""),
        Change::Status(to, _) => {
            (format!("now {}", to.name().to_lowercase()), "the customer has written meanwhile")
        }
        Change::Tag(tag) => (format!("tagged with {}", tag.name), ""),
    };
    let mut text = format!("{} {what}.", counted(outcome.changed, "ticket is", "tickets are"));
    if outcome.same > 0 {
        text += &format!(" {} so before.", counted(outcome.same, "was", "were"));
    }
    if outcome.left > 0 {
        text += &format!(" {} {why}.", counted(outcome.left, "was left alone:", "were left alone:"));
    }
    text
}

/// `POST /console/tickets/bulk/{transaction}/undo`
pub async fn undo(
    staff: Staff,
    transaction: Path<i64>,
    list: ListRequest<Inbox>,
    pressed: Submitted<Button>,
) -> PageResult {
    let transaction = transaction.into_inner();
    let undone = staff.do_once(pressed.sent(), move |tx| bulk::undo(tx, transaction)).await?;
    let (kind, text) = undone.describe("ticket", "tickets");
    redirect(&list.query.query(), kind, text, String::new())
}

fn redirect(query: &str, kind: FlashKind, text: String, undo: String) -> PageResult {
    see_other_saying(urls::tickets_with(query), Flash { kind, text, undo })
}
