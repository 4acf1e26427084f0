//! `POST /api/customers/me/calls`: a portal user's program asks for a call (S004).
use super::{
    form::{Fields, RequestForm},
    model::Call,
    requesting::Unasked,
};
use crate::{
    customers::model::Customer,
    infra::{
        db::{
            self,
            ids::{CallId, CustomerId, TicketId},
        },
        web::{
            api::{self, Sent},
            prelude::*,
        },
    },
};
use actix_web::HttpResponse;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

/// Under `/api`.
pub fn routes() -> Vec<Route> {
    vec![Route::post("/customers/me/calls", create).any_user()]
}

/// A call as a program asks for it. Who asks, and for which customer, is whoever signed in.
#[derive(Default, Deserialize, Validate)]
#[serde(default, rename_all = "camelCase")]
pub struct CallSent {
    topic: String,
    phone: String,
    ticket_id: String,
    /// IANA; without one, that of the account.
    time_zone: String,
    /// Up to three beginnings: exact moments, or local to the time zone. None: as soon as staff can.
    #[validate(length(max = 3, message = "Offer at most three times."))]
    slots: Vec<String>,
    minutes: String,
}

const FIELDS: Fields = Fields { ticket: "ticketId", zone: "timeZone", slots: ["slots", "slots", "slots"] };

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CallJson {
    id: CallId,
    customer_id: CustomerId,
    ticket_id: Option<TicketId>,
    status: String,
    topic: String,
    phone: String,
    time_zone: Option<String>,
    slots: Vec<DateTime<Utc>>,
    minutes: i32,
    requested_by: String,
    created_at: DateTime<Utc>,
}

async fn create(user: PortalUser, sent: Sent<CallSent>) -> Result<HttpResponse> {
    let sending = sent.sent();
    let sent = sent.checked()?;
    let mut slots = sent.slots.into_iter();
    let mut slot = || slots.next().unwrap_or_default();
    let form = RequestForm {
        topic: sent.topic,
        phone: sent.phone,
        ticket_id: sent.ticket_id,
        when: String::new(),
        time_zone: if sent.time_zone.is_empty() { user.time_zone.clone() } else { sent.time_zone },
        slot_1: slot(),
        slot_2: slot(),
        slot_3: slot(),
        minutes: sent.minutes,
    };
    let (customer, tenant) = (user.customer_id.ok_or(AppError::NotFound)?, user.country.clone());
    let (now, country) =
        user.read(move |tx| Ok((db::now(tx)?, Customer::find(tx, customer)?.phone_country(&tenant)))).await?;
    let wanted = form
        .parse_as(&FIELDS, country, now)
        .map_err(|problems| AppError::Invalid(problems.into_iter().map(Refusal::from).collect()))?;
    match user.once(sending, move |tx| Call::request(tx, &wanted)).await? {
        Ok(id) => {
            let call = user.read(move |tx| Call::find(tx, id)).await?;
            api::made(&CallJson {
                id: call.id,
                customer_id: call.customer_id,
                ticket_id: call.ticket_id,
                status: call.status.clone(),
                slots: call.slots(),
                minutes: call.minutes(),
                topic: call.topic,
                phone: call.phone,
                time_zone: call.time_zone,
                requested_by: call.requester_name,
                created_at: call.created_at,
            })
        }
        Err(Unasked::SwitchedOff) => Err(AppError::Conflict(
            "Call requests are switched off for your company. Write a ticket instead.".into(),
        )),
    }
}
