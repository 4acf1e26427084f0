//! The stream of events that an open page listens to.
use crate::infra::{
    jobs::live::{Live, Since, Wants},
    web::{errors::accepts_events, prelude::*},
};
use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_ENCODING},
    web::Data,
};
use futures_util::{StreamExt, stream};
use serde::Deserialize;
use std::convert::Infallible;

/// one address for the console and the portal.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/live", show).any_user()]
}

/// What a page says of itself.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asking {
    /// The customer that it shows.
    customer: String,
    /// What it lists: `customers`, `tickets` (whose changes are those of their customers), or `bell` where nothing of it changes.
    list: String,
    /// Where the log stood when it was made.
    since: String,
}

impl Parameters for Asking {}

impl Asking {
    fn wants(&self) -> Result<Wants, AppError> {
        let unknown = || AppError::BadRequest("There is no stream of that.".into());
        match (self.list.as_str(), self.customer.parse()) {
            ("", Ok(customer)) => Ok(Wants::Customer(customer)),
            ("bell", _) => Ok(Wants::Badge),
            ("" | "customers" | "tickets", _) if self.customer.is_empty() => Ok(Wants::Customers),
            _ => Err(unknown()),
        }
    }
}

/// `GET /live`
async fn show(person: SignedIn, query: Query<Asking>, req: HttpRequest, live: Data<Live>) -> PageResult {
    let Some(tenant) = person.tenant_id else { return Err(AppError::NotFound) };
    if !accepts_events(req.headers()) {
        return Err(AppError::BadRequest("Pages listen here for news. There is nothing to read.".into()));
    }
    let place = live.open(tenant, person.user_id)?;
    let mut messages = live.join(&person, query.0.wants()?, since(&live, &req, &query.0.since))?;
    let messages = stream::poll_fn(move |context| {
        let _open = &place;
        messages.poll_recv(context)
    })
    .map(Ok::<_, Infallible>);
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((CACHE_CONTROL, "private, no-store"))
        // Compressed, or held back by a proxy, a message would wait for the next ones.
        .insert_header((CONTENT_ENCODING, "identity"))
        .insert_header(("x-accel-buffering", "no"))
        .streaming(messages))
}

/// The browser's own memory of the last message is newer than the page's.
fn since(live: &Live, req: &HttpRequest, rendered: &str) -> Since {
    let last = req.headers().get("last-event-id").map(|id| id.to_str().unwrap_or("unreadable"));
    live.since(last.filter(|last| !last.is_empty()).unwrap_or(rendered))
}
