//! Sending a reply or a note.
use super::{
    form::{MessageForm, NO_WORDS},
    show::{Params, page},
};
use crate::{
    attachments::{self, Uploads, WithFiles},
    infra::{
        db::{
            ids::{SavedReplyId, TicketId},
            submissions::Once,
        },
        web::prelude::*,
    },
    saved_replies::SavedReply,
    tickets::{Message, Reply, model::Ticket},
    urls,
};
use actix_web::{http::StatusCode, web::Path};
use chrono::{DateTime, Utc};

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
    let (id, params, WithFiles { mut form, files }) = (id.into_inner(), query.0, posted);
    let is_note = form.values.is_note();
    if form.values.action == "insert" {
        if !files.files().is_empty() {
            form.refuse("files", CHOOSE_AGAIN);
        }
        return insert(staff, id, params, form).await;
    }
    match write(&staff, id, &form, &files).await {
        Ok(once) => {
            files.keep_if(once.is_new);
            redirect(&id, &params, if is_note { "The note is added." } else { "The reply is sent." })
        }
        Err(AppError::Unconfirmed) => {
            let news = news(&staff, id, form.values.seen()).await?;
            if !files.files().is_empty() {
                form.refuse("files", CHOOSE_AGAIN);
            }
            page(&staff, id, params, Some(form), is_note, news).await?.with_status(StatusCode::CONFLICT)
        }
        Err(error) => {
            let (form, why) = form.refused_by(error)?;
            page(&staff, id, params, Some(form), is_note, vec![]).await?.refused(why)
        }
    }
}

async fn write(
    staff: &Staff,
    id: TicketId,
    form: &Submitted<MessageForm>,
    files: &Uploads,
) -> Result<Once<()>> {
    let reply = form.command::<Reply>()?;
    let (author, sent) = (staff.name.clone(), files.files().to_vec());
    staff
        .once_or_again(form.sent(), move |tx| {
            let message = Ticket::reply(tx, id, &author, &reply)?;
            if !sent.is_empty() {
                let customer = Ticket::find(tx, id)?.customer_id;
                Uploads::attach(&sent, tx, attachments::Message { customer, ticket: id, id: message })?;
            }
            Ok(())
        })
        .await
}

/// What the customer has written after what the person at work had before them.
pub(super) async fn news(
    staff: &SignedIn,
    id: TicketId,
    seen: Option<DateTime<Utc>>,
) -> Result<Vec<Message>> {
    let Some(seen) = seen else { return Ok(vec![]) };
    staff.read(move |tx| Message::of_customer_since(tx, id, seen)).await
}

/// Puts a saved reply behind what was typed.
async fn insert(staff: Staff, id: TicketId, params: Params, mut form: Submitted<MessageForm>) -> PageResult {
    let is_note = form.values.is_note();
    let found = match form.values.saved.parse::<SavedReplyId>() {
        Ok(saved) => staff.read(move |tx| SavedReply::find(tx, saved)).await,
        Err(_) => Err(AppError::NotFound),
    };
    match found {
        Ok(saved) => {
            let body = &mut form.values.body;
            if !body.is_empty() {
                body.push_str("\n\n");
            }
            body.push_str(&saved.body);
            page(&staff, id, params, Some(form), is_note, vec![]).await?.ok()
        }
        Err(AppError::NotFound) => {
            let form = form.refused("saved", "Choose a saved reply to put in.");
            page(&staff, id, params, Some(form), is_note, vec![]).await?.unprocessable()
        }
        Err(error) => Err(error),
    }
}

fn redirect(id: &TicketId, params: &Params, text: &str) -> PageResult {
    let flash = Flash::good(text);
    see_other_saying(urls::ticket_in(id, &params.list), flash)
}
