//! What is typed and not sent yet is kept on the server, and tells colleagues that somebody writes.
use super::form::MessageForm;
use crate::{
    infra::{db::ids::TicketId, web::prelude::*},
    tickets::{Body, model::Ticket, readers},
    urls,
};
use actix_web::web::Path;
use askama::Template;
use chrono::{DateTime, Utc};

/// What a script shows beside the composer.
#[derive(Template)]
#[template(path = "tickets/console/notices.html")]
struct Notices {
    writing: Vec<String>,
    overtaken: bool,
}

/// `POST /console/tickets/{id}/draft`: answers a script with what there is to know, and a person with the page.
pub async fn keep(
    staff: Staff,
    id: Path<TicketId>,
    query: Query<super::show::Params>,
    form: Submitted<MessageForm>,
) -> PageResult {
    let (id, typed) = (id.into_inner(), form.values);
    let is_note = typed.is_note();
    let seen = typed.seen.parse::<DateTime<Utc>>().ok();
    // A script sends it while it is typed: too much of it is cut, and refused when it is sent.
    let start: String = typed.body.chars().take(Body::LIMIT).collect();
    let body: Option<Body> = start.parse().ok();
    let notices = staff
        .write(move |tx| {
            let ticket = Ticket::find(tx, id)?;
            Ticket::keep_draft(tx, id, is_note, body.as_ref())?;
            readers::set_writing(tx, id, body.is_some())?;
            let overtaken = seen.is_some_and(|seen| {
                ticket.customer_wrote_after(seen) || ticket.staff_wrote_at.is_some_and(|at| at > seen)
            });
            Ok(Notices { writing: readers::writing(tx, id)?, overtaken })
        })
        .await?;
    if staff.refreshes() {
        return notices.ok();
    }
    let flash = Flash::good("The draft is kept.");
    let mut to = urls::ticket_in(&id, &query.0.list);
    if is_note {
        to.push_str(if to.contains('?') { "&compose=note" } else { "?compose=note" });
    }
    see_other_saying(to, flash)
}
