//! What is typed and not sent yet is kept on the server, and tells colleagues that somebody writes.
use super::{form::MessageForm, show::writing};
use crate::{
    platform::{
        auth::Staff,
        db::Tx,
        errors::Result,
        forms::{Asked, Submitted},
        ids::TicketId,
        pages::{Page, PageResult, see_other_saying},
        permissions::WriteTickets,
        schema::{ticket_drafts, ticket_readers},
        shell::{Flash, FlashKind},
        urls,
    },
    tickets::model::Ticket,
};
use actix_web::web::Path;
use askama::Template;
use chrono::{DateTime, Utc};
use diesel::{
    dsl::now,
    prelude::*,
    sql_types::{Nullable, Timestamptz},
};

/// What a script shows beside the composer.
#[derive(Template)]
#[template(path = "tickets/console/notices.html")]
struct Notices {
    writing: Vec<String>,
    overtaken: bool,
}

/// `POST /console/tickets/{id}/draft`: answers a script with what there is to know, and a person with the page.
pub async fn keep(
    staff: Staff<WriteTickets>,
    id: Path<TicketId>,
    asked: Asked<super::show::Wanted>,
    form: Submitted<MessageForm>,
) -> PageResult {
    let (id, typed) = (id.into_inner(), form.values);
    let is_note = typed.is_note();
    let seen = typed.seen.parse::<DateTime<Utc>>().ok();
    let body: String = typed.body.chars().take(super::form::LONGEST).collect();
    let notices = staff
        .write(move |tx| {
            let ticket = Ticket::find(tx, id)?;
            save(tx, id, is_note, &body)?;
            let overtaken = seen.is_some_and(|seen| {
                ticket.customer_wrote_after(seen) || ticket.staff_wrote_at.is_some_and(|at| at > seen)
            });
            Ok(Notices { writing: writing(tx, id)?, overtaken })
        })
        .await?;
    if staff.refreshes() {
        return notices.ok();
    }
    let flash = Flash { kind: FlashKind::Good, text: "The draft is kept.".into(), undo: String::new() };
    let mut to = urls::ticket_in(&id, &asked.0.list);
    if is_note {
        to.push_str(if to.contains('?') { "&compose=note" } else { "?compose=note" });
    }
    see_other_saying(to, flash)
}

/// An empty draft is none, and says that nobody writes.
fn save(tx: &mut Tx, id: TicketId, is_note: bool, body: &str) -> Result<()> {
    let Some(user) = tx.member() else { return Ok(()) };
    if body.is_empty() {
        let own = ticket_drafts::table
            .filter(ticket_drafts::ticket_id.eq(id))
            .filter(ticket_drafts::user_id.eq(user))
            .filter(ticket_drafts::is_internal.eq(is_note));
        diesel::delete(own).execute(tx.conn)?;
    } else {
        diesel::insert_into(ticket_drafts::table)
            .values((
                ticket_drafts::ticket_id.eq(id),
                ticket_drafts::user_id.eq(user),
                ticket_drafts::is_internal.eq(is_note),
                ticket_drafts::body.eq(body),
            ))
            .on_conflict((
                ticket_drafts::tenant_id,
                ticket_drafts::ticket_id,
                ticket_drafts::user_id,
                ticket_drafts::is_internal,
            ))
            .do_update()
            .set((ticket_drafts::body.eq(body), ticket_drafts::updated_at.eq(now)))
            .execute(tx.conn)?;
    }
    let reader = ticket_readers::table
        .filter(ticket_readers::ticket_id.eq(id))
        .filter(ticket_readers::user_id.eq(user));
    let writing = ticket_readers::writing_at;
    let said = if body.is_empty() {
        diesel::update(reader).set(writing.eq(None::<DateTime<Utc>>)).execute(tx.conn)
    } else {
        diesel::update(reader).set(writing.eq(now.into_sql::<Nullable<Timestamptz>>())).execute(tx.conn)
    };
    said?;
    Ok(())
}
