//! Asking something.
use super::form::{TicketForm, people};
use crate::{
    attachments::WithFiles,
    infra::{db::submissions::Once, web::prelude::*},
    tickets::{Opening, Priority, Requester, Ticket, copies::Colleague},
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
    Ok(NewPage { shell: user.portal_shell(Section::Tickets, "New ticket"), form, colleagues })
}

/// `GET /customer/tickets/new`
pub async fn new(user: PortalUser) -> PageResult {
    page(&user, Submitted::blank()).await?.ok()
}

/// `POST /customer/tickets`
pub async fn create(user: PortalUser, mut posted: WithFiles<TicketForm>) -> PageResult {
    posted.needs_words("body", |form| &form.body, "Describe it, or choose a file.");
    let WithFiles { form, files } = posted;
    if form.has_errors() {
        return page(&user, form).await?.unprocessable();
    }
    let opening = Opening {
        customer: user.customer_id.ok_or(AppError::NotFound)?,
        requester: Requester::User(user.user_id),
        subject: form.values.subject.clone(),
        body: form.values.body.clone(),
        priority: Priority::Normal,
        assignee: None,
        author_name: user.name.clone(),
    };
    let (copies, sent) = (people(&form.values.copies), files.files().to_vec());
    let opened = user
        .once_or_again(form.sent(), move |tx| {
            let ticket = match Ticket::open(tx, &opening)? {
                Ok(ticket) => ticket,
                Err(why) => return Ok(Err(why)),
            };
            ticket.attach(tx, &sent)?;
            if !copies.is_empty() {
                ticket.add_copies(tx, &copies)?;
            }
            Ok(Ok((ticket.id, ticket.hash())))
        })
        .await;
    let opened = match opened {
        Err(AppError::Limit(reached)) => return page(&user, form.over(&reached)).await?.at_limit(&reached),
        opened => opened?,
    };
    match opened {
        Ok(Once { of: (id, number), is_new }) => {
            files.keep_if(is_new);
            let text = format!("{number} is with us. We answer here, and by email.");
            let message = Flash::good(text);
            see_other_saying(urls::portal_ticket(&id), message)
        }
        Err((field, problem)) => page(&user, form.refused(field, problem)).await?.unprocessable(),
    }
}
