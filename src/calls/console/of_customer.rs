//! The calls of one customer: to come and held.
use super::new;
use crate::{
    calls::{
        listing::{self, OfCustomer},
        model::Call,
        requesting::requests_allowed,
    },
    customers::head::{Head, Tab},
    infra::{db::ids::CustomerId, lists::ListRequest, web::prelude::*},
    urls,
};
use actix_web::web::Path;
use askama::Template;

/// Under `/console`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/customers/{customer}/calls", index).needs(Permission::CallRead),
        Route::post("/customers/{customer}/calls", new::create).needs(Permission::CallWrite),
        Route::get("/customers/{customer}/calls/new", new::new).needs(Permission::CallWrite),
        Route::get("/customers/{customer}/calls/log", new::new_log).needs(Permission::CallWrite),
        Route::post("/customers/{customer}/calls/log", new::log).needs(Permission::CallWrite),
    ]
}

#[derive(Template)]
#[template(path = "calls/console/of_customer.html")]
struct CustomerPage {
    shell: Shell,
    head: Head,
    calls: Vec<Call>,
    next: String,
    is_first: bool,
    allowed: bool,
    may_write: bool,
    may_delete: bool,
    may_write_calls: bool,
}

async fn index(staff: Staff, customer: Path<CustomerId>, list: ListRequest<OfCustomer>) -> PageResult {
    let customer = customer.into_inner();
    let query = list.query.of_customer(customer);
    let is_first = query.is_first();
    let (head, found, allowed) = staff
        .read(move |tx| {
            let head = Head::load(tx, customer, Tab::Of("call"))?;
            Ok((head, listing::find(tx, &query)?, requests_allowed(tx, customer)?))
        })
        .await?;
    let next = found.next.map_or(String::new(), |after| urls::calls::of_customer_after(&customer, &after));
    CustomerPage {
        shell: staff.shell(format!("Calls with {}", head.customer.name)),
        head,
        calls: found.rows,
        next,
        is_first,
        allowed,
        may_write: staff.may(Permission::CustomerWrite),
        may_delete: staff.may(Permission::CustomerDelete),
        may_write_calls: staff.may(Permission::CallWrite),
    }
    .ok()
}
