//! The calls of one customer: to come and held.
use super::new;
use crate::{
    calls::{
        listing::{self, After},
        model::Call,
        requesting::requests_allowed,
    },
    customers::head::{Head, Tab},
    infra::{
        db::{ids::CustomerId, paging},
        web::prelude::*,
    },
    urls,
};
use actix_web::web::Path;
use askama::Template;
use serde::Deserialize;

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

/// Calls of one page.
const ROWS: usize = 50;

/// Where the list goes on.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Further {
    after: String,
}

impl Query for Further {}

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

async fn index(staff: Staff, customer: Path<CustomerId>, query: Asked<Further>) -> PageResult {
    let customer = customer.into_inner();
    let after: Option<After> = paging::keys(&query.0.after);
    let is_first = after.is_none();
    let (head, mut calls, allowed) = staff
        .read(move |tx| {
            let head = Head::load(tx, customer, Tab::Of("call"))?;
            let calls = listing::of_customer(tx, customer, after, ROWS as i64 + 1)?;
            Ok((head, calls, requests_allowed(tx, customer)?))
        })
        .await?;
    let more = calls.len() > ROWS;
    calls.truncate(ROWS);
    let next = calls.last().filter(|_| more).map_or(String::new(), |last| {
        urls::calls::of_customer_after(&customer, &paging::cursor(&(last.due_at, last.id)))
    });
    CustomerPage {
        shell: staff.shell(Section::Customers, format!("Calls with {}", head.customer.name)),
        head,
        calls,
        next,
        is_first,
        allowed,
        may_write: staff.may(Permission::CustomerWrite),
        may_delete: staff.may(Permission::CustomerDelete),
        may_write_calls: staff.may(Permission::CallWrite),
    }
    .ok()
}
