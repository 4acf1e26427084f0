//! `GET /api/customers/me`: what a portal user's program sees of their customer (S004).
use super::{
    facts,
    model::Customer,
    values::{CustomerName, Products},
};
use crate::{
    infra::{
        db::ids::{CustomerId, TenantId, UserId},
        web::{api, permissions::Role, prelude::*},
    },
    values::{Address, CustomerType, Email, Phone, Stage, WebAddress},
};
use actix_web::HttpResponse;
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};

/// Under `/api`.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/customers/me", show).any_user()]
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CustomerJson {
    id: CustomerId,
    tenant_id: Option<TenantId>,
    name: CustomerName,
    email: Option<Email>,
    phone: Option<Phone>,
    website: Option<WebAddress>,
    /// The stage of its life with us.
    status: Stage,
    customer_type: CustomerType,
    billing_address: Address,
    service_address: Address,
    products: Products,
    /// Whether calls may be asked for.
    call_requests_allowed: bool,
    created_at: DateTime<Utc>,
    /// When something of this last changed.
    updated_at: DateTime<Utc>,
    user: UserJson,
    /// What else of it its own people see.
    #[serde(flatten)]
    further: Map<String, Value>,
}

/// The fields of a customer that [`CustomerJson`] names, some of them otherwise.
const NAMED: [&str; 10] = [
    "name",
    "email",
    "phone",
    "website",
    "lifecycle_stage",
    "customer_type",
    "billing_address",
    "service_address",
    "products",
    "call_requests_allowed",
];

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserJson {
    id: UserId,
    name: String,
    email: String,
    roles: Vec<Role>,
    time_zone: String,
}

async fn show(user: PortalUser) -> Result<HttpResponse> {
    let id = user.customer_id.ok_or(AppError::NotFound)?;
    let customer = user.read(move |tx| Customer::find(tx, id)).await?;
    api::ok(&CustomerJson {
        further: facts::for_programs(&customer, &NAMED),
        id,
        tenant_id: user.tenant_id,
        updated_at: customer.changed_for_portal_at(),
        billing_address: Address::from_json(&customer.billing_address),
        service_address: Address::from_json(&customer.service_address),
        products: customer.products,
        name: customer.name,
        email: customer.email,
        phone: customer.phone,
        website: customer.website,
        status: customer.lifecycle_stage,
        customer_type: customer.customer_type,
        call_requests_allowed: customer.call_requests_allowed,
        created_at: customer.created_at,
        user: UserJson {
            id: user.user_id,
            name: user.name.clone(),
            email: user.email.clone(),
            roles: user.roles.clone(),
            time_zone: user.time_zone.clone(),
        },
    })
}
