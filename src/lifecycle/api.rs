//! `POST /api/customers/{id}/deactivation` and `/reactivation`.
use super::{
    form::DeactivationForm,
    model::{Days, Deactivation},
    reasons::Reason,
};
use crate::{
    infra::{
        db::ids::{CustomerId, DeactivationId},
        web::{
            api::{self, ApiClient},
            json::{Json, Nothing},
            prelude::*,
        },
    },
    urls,
};
use actix_web::{HttpResponse, web::Path};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

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
    reason: Reason,
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

/// A deactivation as a program sends it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct DeactivateJson {
    /// `2026-03-31`, by the tenant's clock; without one, in thirty days.
    grace_ends_on: Option<String>,
    reason: Option<String>,
    explanation: Option<String>,
    likelihood: Option<i16>,
    context: Option<String>,
    requested_by: Option<String>,
}

impl From<DeactivateJson> for DeactivationForm {
    fn from(json: DeactivateJson) -> Self {
        Self {
            grace_ends_on: json.grace_ends_on.unwrap_or_default(),
            reason: json.reason.unwrap_or_default(),
            explanation: json.explanation.unwrap_or_default(),
            likelihood: json.likelihood.map_or(String::new(), |number| number.to_string()),
            context: json.context.unwrap_or_default(),
            requested_by: json.requested_by.unwrap_or_default(),
            name: String::new(),
        }
    }
}

/// `POST /api/customers/{id}/deactivation`
async fn create(client: ApiClient, id: Path<CustomerId>, json: Json<DeactivateJson>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let days = client
        .read(move |tx| {
            tx.must_see(id)?;
            Days::of_tenant(tx)
        })
        .await?;
    let sent = json.sent();
    let command = json.read(|body| DeactivationForm::from(body).command(days))?;
    let made = client.once(sent, move |tx| Ok(Deactivation::begin(tx, id, &command)?.id)).await?;
    let made = client.read(move |tx| Deactivation::find(tx, made)).await?;
    api::created(urls::customer_deactivation(&id), &DeactivationJson::from(made))
}

/// `POST /api/customers/{id}/reactivation`
async fn reactivate(client: ApiClient, id: Path<CustomerId>, json: Json<Nothing>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let ended = client.once(json.sent(), move |tx| Ok(Deactivation::reactivate(tx, id)?.id)).await?;
    let ended = client.read(move |tx| Deactivation::find(tx, ended)).await?;
    api::ok(&DeactivationJson::from(ended))
}
