//! `POST /api/customers/me/calls`: a portal user's program asks for a call (S004).
use super::{
    form::{Basis, RequestCallJson},
    model::Call,
    words::CallStatus,
};
use crate::{
    infra::{
        db::ids::{CallId, CustomerId, TicketId},
        web::{api, json::Json, prelude::*},
    },
    values::Phone,
};
use actix_web::HttpResponse;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// Under `/api`.
pub fn routes() -> Vec<Route> {
    vec![Route::post("/customers/me/calls", create).any_user()]
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CallJson {
    id: CallId,
    customer_id: CustomerId,
    ticket_id: Option<TicketId>,
    status: CallStatus,
    topic: String,
    phone: Phone,
    time_zone: Option<String>,
    slots: Vec<DateTime<Utc>>,
    minutes: i32,
    requested_by: String,
    created_at: DateTime<Utc>,
}

async fn create(user: PortalUser, sent: Json<RequestCallJson>) -> Result<HttpResponse> {
    let sending = sent.sent();
    let basis = Basis::of(&user, user.customer_id.ok_or(AppError::NotFound)?).await?;
    let command = sent.read(|body| body.command(&user.time_zone, basis.country, basis.now))?;
    let id = user.once(sending, move |tx| Call::request(tx, &command)).await?;
    let call = user.read(move |tx| Call::find(tx, id)).await?;
    api::made(&CallJson {
        id: call.id,
        customer_id: call.customer_id,
        ticket_id: call.ticket_id,
        status: call.status,
        slots: call.slots(),
        minutes: call.minutes(),
        topic: call.topic,
        phone: call.phone,
        time_zone: call.time_zone,
        requested_by: call.requester_name,
        created_at: call.created_at,
    })
}
