//! `/api/customers/me/tickets`: a portal user's program reads its tickets, opens them and writes to them (S004). Its list is an array, so
//! where it goes on stands in a `Link` header.
use super::{Message, Opening, Priority, Replied, Reply, Requester, Status, Ticket};
use crate::infra::{
    db::ids::{CustomerId, MessageId, TicketId},
    web::{
        api::{self, Sent, StrictQuery},
        prelude::*,
    },
};
use actix_web::{HttpRequest, HttpResponse, web::Path};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

/// Under `/api`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/customers/me/tickets", index).any_user(),
        Route::post("/customers/me/tickets", create).any_user(),
        Route::post("/customers/me/tickets/{ticket}/messages", write).any_user(),
    ]
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TicketJson {
    id: TicketId,
    customer_id: CustomerId,
    number: i64,
    subject: String,
    status: Status,
    /// As it was asked for: what staff make of it is theirs.
    priority: Priority,
    requested_by: String,
    created_at: DateTime<Utc>,
    /// The last public message.
    updated_at: DateTime<Utc>,
}

impl From<Ticket> for TicketJson {
    fn from(ticket: Ticket) -> Self {
        Self {
            id: ticket.id,
            customer_id: ticket.customer_id,
            number: ticket.number,
            subject: ticket.subject,
            status: ticket.status,
            priority: ticket.requested_priority,
            requested_by: ticket.requester_name,
            created_at: ticket.created_at,
            updated_at: ticket.spoke_at,
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct MessageJson {
    id: MessageId,
    ticket_id: TicketId,
    author_name: String,
    body: String,
    created_at: DateTime<Utc>,
}

/// How many are wanted, and where the list goes on.
#[derive(Default, Deserialize, Validate)]
#[serde(default)]
pub struct Filters {
    limit: String,
    cursor: String,
}

async fn index(user: PortalUser, req: HttpRequest, filters: StrictQuery<Filters>) -> Result<HttpResponse> {
    let filters = filters.checked()?;
    let (after, limit) = (api::after(&filters.cursor)?, api::limit(&filters.limit)?);
    let customer = user.customer_id.ok_or(AppError::NotFound)?;
    let mut found = user.read(move |tx| Ticket::latest_of(tx, customer, after, limit + 1)).await?;
    let goes_on = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| goes_on).map(|last| (last.spoke_at, last.id));
    let rows: Vec<TicketJson> = found.into_iter().map(TicketJson::from).collect();
    api::page(&req, &rows, next.as_ref())
}

/// A ticket as a program opens it. Who asks, and for which customer, is whoever signed in.
#[derive(Default, Deserialize, Validate)]
#[serde(default)]
pub struct TicketSent {
    #[validate(length(min = 1, max = 200, message = "Give a subject of at most 200 characters."))]
    subject: String,
    #[validate(length(min = 1, max = 20000, message = "Give a body of at most 20,000 characters."))]
    body: String,
    priority: String,
}

async fn create(user: PortalUser, sent: Sent<TicketSent>) -> Result<HttpResponse> {
    let sending = sent.sent();
    let sent = sent.checked()?;
    let priority = match sent.priority.as_str() {
        "" => Priority::Normal,
        code => code.parse().map_err(|_| {
            let wrong = "Give low, normal, high or urgent.".to_owned();
            AppError::refused("priority", wrong)
        })?,
    };
    let opening = Opening {
        customer: user.customer_id.ok_or(AppError::NotFound)?,
        requester: Requester::User(user.user_id),
        subject: sent.subject,
        body: sent.body,
        priority,
        assignee: None,
        author_name: user.name.clone(),
    };
    match user.once(sending, move |tx| Ok(Ticket::open(tx, &opening)?.map(|ticket| ticket.id))).await? {
        Ok(id) => api::made(&TicketJson::from(user.read(move |tx| Ticket::find(tx, id)).await?)),
        Err((field, wrong)) => Err(AppError::refused(field, wrong)),
    }
}

/// A message as a program writes it.
#[derive(Default, Deserialize, Validate)]
#[serde(default)]
pub struct MessageSent {
    #[validate(length(min = 1, max = 20000, message = "Give a body of at most 20,000 characters."))]
    body: String,
}

async fn write(user: PortalUser, ticket: Path<TicketId>, sent: Sent<MessageSent>) -> Result<HttpResponse> {
    let ticket = ticket.into_inner();
    // A ticket of somebody else's is not there, whatever was sent to it.
    user.read(move |tx| Ticket::find(tx, ticket)).await?;
    let sending = sent.sent();
    let reply = Reply {
        body: sent.checked()?.body,
        is_internal: false,
        author_name: user.name.clone(),
        then: None,
        seen: None,
    };
    let id = user
        .do_once(sending, move |tx| match Ticket::reply(tx, ticket, &reply)? {
            Replied::Sent(id) => Ok(id),
            Replied::Overtaken(_) => Err(AppError::Changed("There is a newer message.".into())),
        })
        .await?;
    let message = user.read(move |tx| Message::find(tx, id)).await?;
    api::made(&MessageJson {
        id: message.id,
        ticket_id: message.ticket_id,
        author_name: message.author_name,
        body: message.body,
        created_at: message.created_at,
    })
}
