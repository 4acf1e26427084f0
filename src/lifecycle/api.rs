//! `POST /api/customers/{id}/deactivation` and `/reactivation`.
use super::{
    form::DeactivationForm,
    model::{Days, Deactivation},
};
use crate::{
    infra::{
        db::ids::{CustomerId, DeactivationId},
        web::{
            api::{self, ApiClient, Sent},
            prelude::*,
        },
    },
    urls,
};
use actix_web::{HttpResponse, web::Path};
use chrono::{DateTime, Utc};
use serde::Serialize;

/// Under `/api`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::post("/customers/{customer}/deactivation", create).needs(Permission::CustomerWrite),
        Route::post("/customers/{customer}/reactivation", reactivate).needs(Permission::CustomerWrite),
    ]
}

#[derive(Serialize)]
struct DeactivationJson {
    id: DeactivationId,
    customer_id: CustomerId,
    grace_ends_at: DateTime<Utc>,
    reason: String,
    explanation: String,
    likelihood: Option<i16>,
    context: String,
    requested_by: String,
    created_at: DateTime<Utc>,
    reactivated_at: Option<DateTime<Utc>>,
    churned_at: Option<DateTime<Utc>>,
}

impl From<Deactivation> for DeactivationJson {
    fn from(row: Deactivation) -> Self {
        Self {
            id: row.id,
            customer_id: row.customer_id,
            grace_ends_at: row.grace_ends_at,
            reason: row.reason,
            explanation: row.explanation,
            likelihood: row.likelihood,
            context: row.context,
            requested_by: row.requested_by,
            created_at: row.created_at,
            reactivated_at: row.reactivated_at,
            churned_at: row.churned_at,
        }
    }
}

/// `POST /api/customers/{id}/deactivation`
async fn create(
    client: ApiClient,
    id: Path<CustomerId>,
    sent: Sent<DeactivationForm>,
) -> Result<HttpResponse> {
    let id = id.into_inner();
    let days = client
        .read(move |tx| {
            tx.must_see(id)?;
            Days::of_tenant(tx)
        })
        .await?;
    let sending = sent.sent();
    let mut form = sent.into_form();
    let Some(draft) = form.draft(days) else { return Err(form.into_error()) };
    let made = client.do_once(sending, move |tx| Ok(Deactivation::begin(tx, id, &draft)?.id)).await?;
    let made = client.read(move |tx| Deactivation::find(tx, made)).await?;
    api::created(urls::customer_deactivation(&id), &DeactivationJson::from(made))
}

/// `POST /api/customers/{id}/reactivation`
async fn reactivate(client: ApiClient, id: Path<CustomerId>, sent: Sent<Button>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let ended = client.do_once(sent.sent(), move |tx| Ok(Deactivation::reactivate(tx, id)?.id)).await?;
    let ended = client.read(move |tx| Deactivation::find(tx, ended)).await?;
    api::ok(&DeactivationJson::from(ended))
}
