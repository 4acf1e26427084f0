//! `/api/customer-success-owned-customers`, exactly as S000 describes it. Its list is an array there, so where it goes on stands in a
//! `Link` header.
use super::model::{Assignment, Which};
use crate::{
    infra::{
        db::ids::{AssignmentId, CustomerId, UserId},
        web::{
            api::{self, ApiClient, StrictQuery},
            json::Json,
            prelude::*,
        },
    },
    urls,
};
use actix_web::{HttpRequest, HttpResponse, web::Path};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// Under `/api`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/customer-success-owned-customers", index).needs(Permission::CustomerRead),
        Route::post("/customer-success-owned-customers", create).needs(Permission::CustomerWrite),
        Route::delete("/customer-success-owned-customers", destroy_pair).needs(Permission::CustomerDelete),
        Route::get("/customer-success-owned-customers/check", check).needs(Permission::CustomerRead),
        Route::get("/customer-success-owned-customers/{assignment}", show).needs(Permission::CustomerRead),
        Route::delete("/customer-success-owned-customers/{assignment}", destroy)
            .needs(Permission::CustomerDelete),
    ]
}

/// The fields of S000, and no others.
#[derive(Serialize)]
struct AssignmentJson {
    customer_success_owned_customer_id: AssignmentId,
    user_id: UserId,
    customer_id: CustomerId,
    created_at: DateTime<Utc>,
    updated_at: Option<DateTime<Utc>>,
    #[serde(flatten)]
    embedded: Option<Embedded>,
}

#[derive(Serialize)]
struct Embedded {
    user: UserJson,
    customer: CustomerJson,
}

#[derive(Serialize)]
struct UserJson {
    user_id: UserId,
    full_name: String,
    email: String,
    avatar_url: Option<String>,
}

#[derive(Serialize)]
struct CustomerJson {
    customer_id: CustomerId,
    name: String,
    email_domain: Option<String>,
    lifecycle_stage: String,
}

impl AssignmentJson {
    fn plain(assignment: &Assignment) -> Self {
        Self {
            customer_success_owned_customer_id: assignment.id,
            user_id: assignment.user_id,
            customer_id: assignment.customer_id,
            created_at: assignment.created_at,
            updated_at: assignment.updated_at,
            embedded: None,
        }
    }

    fn whole(assignment: Assignment) -> Self {
        let plain = Self::plain(&assignment);
        let embedded = Embedded {
            user: UserJson {
                user_id: assignment.user_id,
                full_name: assignment.user_name,
                email: assignment.user_email,
                avatar_url: None,
            },
            customer: CustomerJson {
                customer_id: assignment.customer_id,
                name: assignment.customer_name,
                email_domain: assignment.email_domain,
                lifecycle_stage: assignment.lifecycle_stage,
            },
        };
        Self { embedded: Some(embedded), ..plain }
    }
}

/// How the list may be narrowed, and where it goes on.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Filters {
    user_id: String,
    customer_id: String,
    limit: String,
    cursor: String,
}

/// `GET /api/customer-success-owned-customers`
async fn index(client: ApiClient, req: HttpRequest, filters: StrictQuery<Filters>) -> Result<HttpResponse> {
    let filters = filters.0;
    let mut checks = Checks::default();
    let user = checks.optional_with("userId", &filters.user_id, NO_USER);
    let customer = checks.optional_with("customerId", &filters.customer_id, NO_CUSTOMER);
    let (user, customer) = checks.finish(|| Some((user?, customer?)))?;
    let which = Which { id: None, user, customer, after: api::after(&filters.cursor)? };
    let limit = api::limit(&filters.limit)?;
    let mut found = client.read(move |tx| Assignment::list(tx, which, limit + 1)).await?;
    let goes_on = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| goes_on).map(|last| (last.user_id, last.customer_id));
    let rows: Vec<_> = found.into_iter().map(AssignmentJson::whole).collect();
    api::page(&req, &rows, next.as_ref())
}

/// A rep and a customer, as a query names them.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Pair {
    user_id: String,
    customer_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CheckJson {
    is_assigned: bool,
}

/// `GET /api/customer-success-owned-customers/check`
async fn check(client: ApiClient, query: StrictQuery<Pair>) -> Result<HttpResponse> {
    let Assign { user, customer } = query.0.try_into()?;
    let is_assigned = client.read(move |tx| Assignment::exists(tx, user, customer)).await?;
    api::ok(&CheckJson { is_assigned })
}

/// `GET /api/customer-success-owned-customers/{id}`
async fn show(client: ApiClient, id: Path<AssignmentId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let found = client.read(move |tx| Assignment::find(tx, id)).await?;
    api::ok(&AssignmentJson::whole(found))
}

/// Which rep is to look after which customer.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct AssignJson {
    user_id: Option<String>,
    customer_id: Option<String>,
}

/// A rep and a customer.
struct Assign {
    user: UserId,
    customer: CustomerId,
}

const NO_USER: &str = "Give the id of a user.";
const NO_CUSTOMER: &str = "Give the id of a customer.";

impl Assign {
    /// Of their ids, each with its name where it stands.
    fn of(
        user: (&'static str, &str),
        customer: (&'static str, &str),
    ) -> std::result::Result<Self, Vec<Refusal>> {
        let mut checks = Checks::default();
        let user = checks.parse_with(user.0, user.1, NO_USER);
        let customer = checks.parse_with(customer.0, customer.1, NO_CUSTOMER);
        checks.finish(|| Some(Self { user: user?, customer: customer? }))
    }
}

impl TryFrom<Pair> for Assign {
    type Error = Vec<Refusal>;

    fn try_from(query: Pair) -> std::result::Result<Self, Vec<Refusal>> {
        Self::of(("userId", &query.user_id), ("customerId", &query.customer_id))
    }
}

impl TryFrom<AssignJson> for Assign {
    type Error = Vec<Refusal>;

    fn try_from(json: AssignJson) -> std::result::Result<Self, Vec<Refusal>> {
        let (user, customer) = (json.user_id.unwrap_or_default(), json.customer_id.unwrap_or_default());
        Self::of(("user_id", &user), ("customer_id", &customer))
    }
}

/// `POST /api/customer-success-owned-customers`
async fn create(client: ApiClient, json: Json<AssignJson>) -> Result<HttpResponse> {
    let sent = json.sent();
    let Assign { user, customer } = json.command()?;
    let id = client.once(sent, move |tx| Ok(Assignment::create(tx, user, customer)?.id)).await?;
    let made = client.read(move |tx| Assignment::find(tx, id)).await?;
    api::created(urls::api_assignment(&id), &AssignmentJson::plain(&made))
}

/// `DELETE /api/customer-success-owned-customers/{id}`
async fn destroy(client: ApiClient, id: Path<AssignmentId>) -> Result<HttpResponse> {
    let id = id.into_inner();
    client.write(move |tx| Assignment::delete(tx, id)).await?;
    removed()
}

/// `DELETE /api/customer-success-owned-customers`
async fn destroy_pair(client: ApiClient, query: StrictQuery<Pair>) -> Result<HttpResponse> {
    let Assign { user, customer } = query.0.try_into()?;
    client.write(move |tx| Assignment::delete_pair(tx, user, customer)).await?;
    removed()
}

#[derive(Serialize)]
struct Message {
    message: &'static str,
}

fn removed() -> Result<HttpResponse> {
    api::ok(&Message { message: "Assignment removed successfully" })
}
