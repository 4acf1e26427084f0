//! The users of one customer, for everybody who sees it.
use crate::{
    customers::head::{Head, Tab},
    infra::{
        db::{ids::CustomerId, paging},
        web::prelude::*,
    },
    urls,
    users::{
        listing::{self, After, Which},
        model::Account,
    },
};
use actix_web::web::Path;
use askama::Template;
use serde::Deserialize;

/// Under `/console`.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/customers/{customer}/users", index).needs(Permission::CustomerRead)]
}

/// Rows of a page.
const ROWS: usize = 50;

/// Where the list goes on.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Further {
    after: String,
}

impl Query for Further {}

#[derive(Template)]
#[template(path = "users/of_customer.html")]
struct CustomerPage {
    shell: Shell,
    head: Head,
    accounts: Vec<Account>,
    next: String,
    is_first: bool,
    may_write: bool,
    may_delete: bool,
    may_manage: bool,
}

async fn index(staff: Staff, id: Path<CustomerId>, query: Asked<Further>) -> PageResult {
    let id = id.into_inner();
    let after: Option<After> = paging::keys(&query.0.after);
    let is_first = after.is_none();
    let which = Which { customer: Some(id), after, ..Which::default() };
    let (head, mut accounts) = staff
        .read(move |tx| Ok((Head::load(tx, id, Tab::Of("user"))?, listing::accounts(tx, &which, ROWS + 1)?)))
        .await?;
    let more = accounts.len() > ROWS;
    accounts.truncate(ROWS);
    let next = accounts.last().filter(|_| more).map_or(String::new(), |last| {
        urls::customer_users_after(&id, &paging::cursor(&(&last.name, last.id)))
    });
    CustomerPage {
        shell: staff.shell(Section::Customers, format!("Users of {}", head.customer.name)),
        head,
        accounts,
        next,
        is_first,
        may_write: staff.may(Permission::CustomerWrite),
        may_delete: staff.may(Permission::CustomerDelete),
        may_manage: staff.may(Permission::UserManage),
    }
    .ok()
}
