//! Writing to a ticket.
use super::{
    form::{DraftForm, ReplyForm},
    show::{self, Asking},
};
use crate::{
    attachments::{self, Uploads, WithFiles},
    infra::{db::ids::TicketId, web::prelude::*},
    tickets::{Replied, Reply, Ticket},
    urls,
};
use actix_web::{HttpResponse, web::Path};

/// `POST /customer/tickets/{ticket}/messages`
pub async fn create(user: PortalUser, id: Path<TicketId>, mut posted: WithFiles<ReplyForm>) -> PageResult {
    posted.needs_words("body", |form| &form.body, "Write your message, or choose a file.");
    let (id, WithFiles { form, files }) = (id.into_inner(), posted);
    if form.has_errors() {
        return show::page(&user, id, Some(form), &Asking::default()).await?.unprocessable();
    }
    let customer = user.customer_id.ok_or(AppError::NotFound)?;
    let sending = form.sent();
    let reply = Reply {
        body: form.values.body.clone(),
        is_internal: false,
        author_name: user.name.clone(),
        then: None,
        seen: None,
    };
    let sent = files.files().to_vec();
    let replied = user
        .once_or_again(sending, move |tx| match Ticket::reply(tx, id, &reply)? {
            Replied::Sent(message) => {
                Uploads::attach(&sent, tx, attachments::Message { customer, ticket: id, id: message })?;
                Ok(Ok(()))
            }
            Replied::Overtaken(news) => Ok(Err(news)),
        })
        .await;
    let replied = match replied {
        Err(AppError::Limit(reached)) => {
            let form = Some(form.over(&reached));
            return show::page(&user, id, form, &Asking::default()).await?.at_limit(&reached);
        }
        replied => replied?,
    };
    files.keep_if(replied.is_ok_and(|once| once.is_new));
    redirect(&id, "Your message is sent.")
}

/// `POST /customer/tickets/{ticket}/draft`: a script is told that it is kept, a person sees it.
pub async fn keep_draft(user: PortalUser, id: Path<TicketId>, form: Submitted<DraftForm>) -> PageResult {
    let id = id.into_inner();
    if form.has_errors() {
        let problem = form.error("body").to_owned();
        let typed = Submitted::filled(ReplyForm { body: form.values.body });
        return show::page(&user, id, Some(typed.refused("body", problem)), &Asking::default())
            .await?
            .unprocessable();
    }
    user.write(move |tx| Ticket::keep_draft(tx, id, false, &form.values.body)).await?;
    if user.refreshes() {
        return Ok(HttpResponse::NoContent().finish());
    }
    redirect(&id, "Your draft is saved.")
}

pub(super) fn redirect(id: &TicketId, text: &str) -> PageResult {
    let message = Flash::good(text);
    see_other_saying(urls::portal_ticket(id), message)
}
