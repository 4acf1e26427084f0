//! Many tickets at once, with undo.
use crate::{
    infra::{
        db::{Tx, ids::TicketId},
        lists::{ListRequest, Selection},
        web::{filters::counted, limits, prelude::*},
    },
    tags::Tag,
    tickets::{
        bulk::{self, Change, Outcome},
        inbox::{INBOX, Inbox},
    },
    urls,
};
use actix_web::web::Path;
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

impl BulkForm {
    /// What is to become of them.
    ///
    /// # Errors
    /// `Invalid`, which says what is missing.
    fn change(&self) -> Result<Change> {
        Ok(match self.action.as_str() {
            "assign" if self.assignee == "none" => Change::Assign(None),
            "assign" => {
                let to = self.assignee.parse();
                Change::Assign(Some(to.map_err(|_| {
                    AppError::refused("assignee", "Nothing was changed: choose whom to give them to.")
                })?))
            }
            "status" => {
                let to = self
                    .status
                    .parse()
                    .map_err(|_| AppError::refused("status", "Nothing was changed: choose a status."))?;
                Change::Status(to, self.seen.parse().ok())
            }
            "tag" => Change::Tag(
                self.tag
                    .parse()
                    .map_err(|_| AppError::refused("tag", "Nothing was changed: choose a tag."))?,
            ),
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
    let change = if ids.is_empty() {
        Err(AppError::refused("id", "Nothing was changed: select tickets first."))
    } else {
        form.change()
    };
    let change = match change {
        Err(AppError::Invalid(refusals)) => {
            let text = refusals.first().map_or(String::new(), |refusal| refusal.message.to_string());
            return redirect(&query, FlashKind::Warn, text, String::new());
        }
        change => change?,
    };
    let (text, outcome) = staff
        .once(sending, move |tx| {
            let phrases = Phrases::of(tx, &change)?;
            let outcome = bulk::apply(tx, &ids, &change)?;
            Ok((phrases.sentence(outcome), outcome))
        })
        .await?;
    let undo = match outcome.changed {
        0 => String::new(),
        _ => urls::tickets_bulk_undo(&outcome.transaction, &carried),
    };
    let kind = if outcome.left > 0 || outcome.changed == 0 { FlashKind::Warn } else { FlashKind::Good };
    redirect(&query, kind, text, undo)
}

/// A change in words.
struct Phrases {
    /// What the tickets are.
    what: String,
    /// Why some were left alone.
    why: &'static str,
}

impl Phrases {
    /// `NotFound` for a tag that is gone.
    fn of(tx: &mut Tx, change: &Change) -> Result<Self> {
        let (what, why) = match change {
            Change::Assign(Some(_)) => ("assigned".to_owned(), "whom you chose may not see their customer"),
            Change::Assign(None) => ("assigned to nobody".to_owned(), ""),
            Change::Status(to, _) => {
                (format!("now {}", to.label().to_lowercase()), "the customer has written meanwhile")
            }
            Change::Tag(tag) => (format!("tagged with {}", Tag::find(tx, *tag)?.name), ""),
        };
        Ok(Self { what, why })
    }

    fn sentence(&self, outcome: Outcome) -> String {
        let Self { what, why } = self;
        let mut text = format!("{} {what}.", counted(outcome.changed, "ticket is", "tickets are"));
        if outcome.same > 0 {
            text += &format!(" {} so before.", counted(outcome.same, "was", "were"));
        }
        if outcome.left > 0 {
            text += &format!(" {} {why}.", counted(outcome.left, "was left alone:", "were left alone:"));
        }
        text
    }
}

/// `POST /console/tickets/bulk/{transaction}/undo`
pub async fn undo(
    staff: Staff,
    transaction: Path<i64>,
    list: ListRequest<Inbox>,
    pressed: Submitted<Button>,
) -> PageResult {
    let transaction = transaction.into_inner();
    let undone = staff.once(pressed.sent(), move |tx| bulk::undo(tx, transaction)).await?;
    let (kind, text) = undone.describe("ticket", "tickets");
    redirect(&list.query.query(), kind, text, String::new())
}

fn redirect(query: &str, kind: FlashKind, text: String, undo: String) -> PageResult {
    see_other_saying(urls::tickets_with(query), Flash { kind, text, undo })
}
