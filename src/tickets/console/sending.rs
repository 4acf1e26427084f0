//! Sending a reply or a note.
use super::{
    form::{MessageForm, NO_WORDS, wrong_body},
    show::{Params, page},
};
use crate::{
    attachments::{self, Uploads, WithFiles},
    infra::{
        db::{
            ids::{SavedReplyId, TicketId},
            schema::saved_replies,
        },
        web::prelude::*,
    },
    tickets::{
        kinds::Status,
        model::Ticket,
        replying::{Replied, Reply},
    },
    urls,
};
use actix_web::{http::StatusCode, web::Path};
use diesel::prelude::*;

/// A browser fills in everything again but files.
const CHOOSE_AGAIN: &str = "Choose the files again: they are not kept until the message is sent.";

/// `POST /console/tickets/{id}/messages`
pub async fn send(
    staff: Staff,
    id: Path<TicketId>,
    query: Query<Params>,
    mut posted: WithFiles<MessageForm>,
) -> PageResult {
    if posted.form.values.action != "insert" {
        posted.needs_words("body", |form| &form.body, NO_WORDS);
    }
    let (id, wanted, WithFiles { mut form, files }) = (id.into_inner(), query.0, posted);
    let is_note = form.values.is_note();
    if form.values.action == "insert" {
        if !files.files().is_empty() {
            form.refuse("files", CHOOSE_AGAIN);
        }
        return insert(staff, id, wanted, form).await;
    }
    if let Some(wrong) = wrong_body(&form.values.body) {
        form.refuse("body", wrong);
    }
    if form.has_errors() {
        return page(&staff, id, wanted, Some(form), is_note, vec![]).await?.unprocessable();
    }
    let typed = form.values.clone();
    let reply = Reply {
        body: typed.body,
        is_internal: is_note,
        author_name: staff.name.clone(),
        then: typed.then.parse::<Status>().ok(),
        seen: typed.seen.parse().ok().filter(|_| typed.action != "anyway"),
    };
    let sent = files.files().to_vec();
    let replied = staff.once_or_again(form.sent(), move |tx| {
        let message = match Ticket::reply(tx, id, &reply)? {
            Replied::Sent(message) => message,
            Replied::Overtaken(news) => return Ok(Err(news)),
        };
        if !sent.is_empty() {
            let customer = Ticket::find(tx, id)?.customer_id;
            Uploads::attach(&sent, tx, attachments::Message { customer, ticket: id, id: message })?;
        }
        Ok(Ok(()))
    });
    let replied = match replied.await {
        Err(AppError::Limit(reached)) => {
            let form = Some(form.over(&reached));
            return page(&staff, id, wanted, form, is_note, vec![]).await?.at_limit(&reached);
        }
        replied => replied?,
    };
    match replied {
        Ok(once) => {
            files.keep_if(once.is_new);
            redirect(&id, &wanted, if is_note { "The note is added." } else { "The reply is sent." })
        }
        Err(news) => {
            if !files.files().is_empty() {
                form.refuse("files", CHOOSE_AGAIN);
            }
            page(&staff, id, wanted, Some(form), is_note, news).await?.with_status(StatusCode::CONFLICT)
        }
    }
}

/// Puts a saved reply behind what was typed.
async fn insert(staff: Staff, id: TicketId, wanted: Params, mut form: Submitted<MessageForm>) -> PageResult {
    let is_note = form.values.is_note();
    let saved = form.values.saved.parse::<SavedReplyId>();
    let found: Option<String> = match saved {
        Ok(saved) => {
            staff
                .read(move |tx| -> Result<Option<String>> {
                    let row =
                        saved_replies::table.filter(saved_replies::id.eq(saved)).select(saved_replies::body);
                    Ok(row.first(tx.conn).optional()?)
                })
                .await?
        }
        Err(_) => None,
    };
    match found {
        Some(text) => {
            let body = &mut form.values.body;
            if !body.is_empty() {
                body.push_str("\n\n");
            }
            body.push_str(&text);
            page(&staff, id, wanted, Some(form), is_note, vec![]).await?.ok()
        }
        None => {
            let form = form.refused("saved", "Choose a saved reply to put in.");
            page(&staff, id, wanted, Some(form), is_note, vec![]).await?.unprocessable()
        }
    }
}

fn redirect(id: &TicketId, wanted: &Params, text: &str) -> PageResult {
    let flash = Flash::good(text);
    see_other_saying(urls::ticket_in(id, &wanted.list), flash)
}
