//! `/api/customers/me/tickets`: a portal user's program reads its tickets, opens them and writes to them (S004). Its list is an array, so
//! where it goes on stands in a `Link` header.
use super::{Body, Message, OpenTicket, Priority, Reply, Status, Ticket};
use crate::{
    customers::Requester,
    infra::{
        db::{
            Tx,
            ids::{CustomerId, MessageId, TicketId},
        },
        web::{
            api::{self, StrictQuery},
            json::Json,
            prelude::*,
        },
    },
};
use actix_web::{HttpRequest, HttpResponse, web::Path};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

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
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Filters {
    limit: String,
    cursor: String,
}

async fn index(user: PortalUser, req: HttpRequest, filters: StrictQuery<Filters>) -> Result<HttpResponse> {
    let filters = filters.0;
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
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct OpenTicketJson {
    subject: Option<String>,
    body: Option<String>,
    priority: Option<String>,
}

impl OpenTicketJson {
    fn command(&self, requester: Requester) -> Result<OpenTicket, Vec<Refusal>> {
        let mut checks = Checks::default();
        let subject = self.subject.as_deref().unwrap_or_default();
        let subject = checks.parse_with("subject", subject, "Give a subject of at most 200 characters.");
        let body = checks.keep("body", words(self.body.as_deref()));
        let priority = self.priority.as_deref().unwrap_or_default();
        let priority = checks.optional_with("priority", priority, "Give low, normal, high or urgent.");
        checks.finish(|| {
            Some(OpenTicket {
                requester,
                subject: subject?,
                body: Some(body?),
                priority: priority?.unwrap_or(Priority::Normal),
                assignee: None,
            })
        })
    }
}

/// A program sends no files, so its message has words.
fn words(body: Option<&str>) -> Result<Body, &'static str> {
    body.unwrap_or_default().parse().map_err(|_| "Give a body of at most 20,000 characters.")
}

async fn create(user: PortalUser, sent: Json<OpenTicketJson>) -> Result<HttpResponse> {
    let sending = sent.sent();
    let command = sent.read(|body| body.command(Requester::User(user.user_id)))?;
    let (customer, author) = (user.customer_id.ok_or(AppError::NotFound)?, user.name.clone());
    let open = move |tx: &mut Tx| Ok(Ticket::open(tx, customer, &author, &command)?.id);
    let id = user.once(sending, open).await?;
    api::made(&TicketJson::from(user.read(move |tx| Ticket::find(tx, id)).await?))
}

/// A message as a program writes it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct WriteMessageJson {
    body: Option<String>,
}

impl TryFrom<WriteMessageJson> for Reply {
    type Error = Vec<Refusal>;

    fn try_from(json: WriteMessageJson) -> Result<Self, Vec<Refusal>> {
        let mut checks = Checks::default();
        let body = checks.keep("body", words(json.body.as_deref()));
        checks.finish(|| Some(Self { body: Some(body?), is_internal: false, then: None, seen: None }))
    }
}

async fn write(
    user: PortalUser,
    ticket: Path<TicketId>,
    sent: Result<Json<WriteMessageJson>>,
) -> Result<HttpResponse> {
    let ticket = ticket.into_inner();
    // A ticket of somebody else's is not there, whatever was sent to it.
    user.read(move |tx| Ticket::find(tx, ticket)).await?;
    let sent = sent?;
    let (sending, author) = (sent.sent(), user.name.clone());
    let reply: Reply = sent.command()?;
    let id = user.once(sending, move |tx| Ticket::reply(tx, ticket, &author, &reply)).await?;
    let message = user.read(move |tx| Message::find(tx, id)).await?;
    api::made(&MessageJson {
        id: message.id,
        ticket_id: message.ticket_id,
        author_name: message.author_name,
        body: message.body,
        created_at: message.created_at,
    })
}
