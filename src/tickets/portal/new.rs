//! Asking something.
use super::form::{TicketForm, people};
use crate::{
    attachments::{Uploads, WithFiles},
    customers::Requester,
    infra::{
        db::{ids::TicketId, submissions::Once},
        web::prelude::*,
    },
    tickets::{Ticket, copies::Colleague},
    urls,
};
use askama::Template;

#[derive(Template)]
#[template(path = "tickets/portal/new.html")]
struct NewPage {
    shell: Shell,
    form: Submitted<TicketForm>,
    colleagues: Vec<(String, String)>,
}

async fn page(user: &PortalUser, form: Submitted<TicketForm>) -> Result<NewPage> {
    let colleagues = user.read(Colleague::all).await?;
    let others = colleagues.into_iter().filter(|colleague| colleague.id != user.user_id);
    let colleagues = others.map(|colleague| (colleague.id.to_string(), colleague.name)).collect();
    Ok(NewPage { shell: user.portal_shell("New ticket"), form, colleagues })
}

/// `GET /customer/tickets/new`
pub async fn new(user: PortalUser) -> PageResult {
    page(&user, Submitted::blank()).await?.ok()
}

/// `POST /customer/tickets`
pub async fn create(user: PortalUser, mut posted: WithFiles<TicketForm>) -> PageResult {
    posted.needs_words("body", |form| &form.body, "Describe it, or choose a file.");
    let WithFiles { form, files } = posted;
    match open(&user, &form, &files).await {
        Ok(Once { of: (id, number), is_new }) => {
            files.keep_if(is_new);
            let text = format!("{number} is with us. We answer here, and by email.");
            see_other_saying(urls::portal_ticket(&id), Flash::good(text))
        }
        Err(error) => {
            let (form, why) = form.refused_by(error)?;
            page(&user, form).await?.refused(why)
        }
    }
}

async fn open(
    user: &PortalUser,
    form: &Submitted<TicketForm>,
    files: &Uploads,
) -> Result<Once<(TicketId, String)>> {
    let requester = Requester::User(user.user_id);
    let command = form.read(|form| form.command(requester))?;
    let customer = user.customer_id.ok_or(AppError::NotFound)?;
    let (author, copies) = (user.name.clone(), people(&form.values.copies));
    let sent = files.files().to_vec();
    user.once_or_again(form.sent(), move |tx| {
        let ticket = Ticket::open(tx, customer, &author, &command)?;
        ticket.attach(tx, &sent)?;
        if !copies.is_empty() {
            ticket.add_copies(tx, &copies)?;
        }
        Ok((ticket.id, ticket.hash()))
    })
    .await
}
