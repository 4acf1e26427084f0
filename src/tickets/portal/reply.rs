//! Writing to a ticket.
use super::{
    form::{DraftForm, ReplyForm},
    show::{self, Asking},
};
use crate::{
    attachments::{self, Uploads, WithFiles},
    infra::{
        db::{ids::TicketId, submissions::Once},
        web::prelude::*,
    },
    tickets::{Reply, Ticket},
    urls,
};
use actix_web::{HttpResponse, web::Path};

/// `POST /customer/tickets/{ticket}/messages`
pub async fn create(user: PortalUser, id: Path<TicketId>, mut posted: WithFiles<ReplyForm>) -> PageResult {
    posted.needs_words("body", |form| &form.body, "Write your message, or choose a file.");
    let (id, WithFiles { form, files }) = (id.into_inner(), posted);
    match write(&user, id, &form, &files).await {
        Ok(once) => {
            files.keep_if(once.is_new);
            redirect(&id, "Your message is sent.")
        }
        Err(error) => {
            let (form, why) = form.refused_by(error)?;
            show::page(&user, id, Some(form), &Asking::default()).await?.refused(why)
        }
    }
}

async fn write(
    user: &PortalUser,
    id: TicketId,
    form: &Submitted<ReplyForm>,
    files: &Uploads,
) -> Result<Once<()>> {
    let reply = form.command::<Reply>()?;
    let customer = user.customer_id.ok_or(AppError::NotFound)?;
    let (author, sent) = (user.name.clone(), files.files().to_vec());
    user.once_or_again(form.sent(), move |tx| {
        let message = Ticket::reply(tx, id, &author, &reply)?;
        Uploads::attach(&sent, tx, attachments::Message { customer, ticket: id, id: message })
    })
    .await
}

/// `POST /customer/tickets/{ticket}/draft`: a script is answered that it is kept, a person sees it.
pub async fn keep_draft(user: PortalUser, id: Path<TicketId>, form: Submitted<DraftForm>) -> PageResult {
    let id = id.into_inner();
    let body = match form.read(DraftForm::command) {
        Ok(body) => body,
        Err(error) => {
            let typed = Submitted::filled(ReplyForm { body: form.values.body });
            let (form, why) = typed.refused_by(error)?;
            return show::page(&user, id, Some(form), &Asking::default()).await?.refused(why);
        }
    };
    user.write(move |tx| Ticket::keep_draft(tx, id, false, body.as_ref())).await?;
    if user.refreshes() {
        return Ok(HttpResponse::NoContent().finish());
    }
    redirect(&id, "Your draft is saved.")
}

pub(super) fn redirect(id: &TicketId, text: &str) -> PageResult {
    let message = Flash::good(text);
    see_other_saying(urls::portal_ticket(id), message)
}
