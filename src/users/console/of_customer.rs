//! The users of one customer, for everybody who sees it.
use crate::{
    customers::head::{Head, Tab},
    infra::{db::ids::CustomerId, lists::ListRequest, web::prelude::*},
    urls,
    users::{
        listing::{self, OfCustomer},
        model::Account,
    },
};
use actix_web::web::Path;
use askama::Template;

/// Under `/console`.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/customers/{customer}/users", index).needs(Permission::CustomerRead)]
}

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

async fn index(staff: Staff, id: Path<CustomerId>, list: ListRequest<OfCustomer>) -> PageResult {
    let id = id.into_inner();
    let query = list.query.of_customer(id);
    let is_first = query.is_first();
    let (head, found) = staff
        .read(move |tx| Ok((Head::load(tx, id, Tab::Of("user"))?, listing::accounts(tx, &query)?)))
        .await?;
    let next = found.next.map_or(String::new(), |after| urls::customer_users_after(&id, &after));
    CustomerPage {
        shell: staff.shell(format!("Users of {}", head.customer.name)),
        head,
        accounts: found.rows,
        next,
        is_first,
        may_write: staff.may(Permission::CustomerWrite),
        may_delete: staff.may(Permission::CustomerDelete),
        may_manage: staff.may(Permission::UserManage),
    }
    .ok()
}
