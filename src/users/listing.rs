//! Lists of accounts, described once; [`crate::infra::lists`] runs them.
use super::{
    entity::USER,
    model::{Account, COLUMNS},
};
use crate::{
    infra::{
        db::{
            Scope, Tx,
            sql::{Bind, Statement},
        },
        lists::{Filter, Key, List, ListQuery, Listing, Narrows, Order, Page, Select, Takes},
        web::errors::Result,
    },
    values::kinds::Word,
};
use diesel::{
    RunQueryDsl,
    sql_types::{Integer, Text},
};

/// Whose accounts.
pub const SIDES: &[Word] = &[("", "Everybody"), ("staff", "Staff"), ("portal", "Customers’ users")];

/// What became of them.
pub const STATES: &[Word] =
    &[("", "Any state"), ("active", "Active"), ("invited", "Invited"), ("disabled", "Disabled")];

/// All accounts, by name.
pub const ACCOUNTS: &Listing = &Listing::new("users u", Key::uuid("u.id"))
    .of(&USER)
    .always(of_tenant)
    .filters(&[
        Filter::new("q", "Search", Takes::Text(1000), Narrows::By(with_part)).single(),
        Filter::new("side", "Who", Takes::Codes(SIDES), Narrows::By(on_side)).single(),
        Filter::new("state", "State", Takes::Codes(STATES), Narrows::By(in_state)).single(),
    ])
    .orders(ORDERS);

/// The accounts of one customer's people.
pub const OF_CUSTOMER: &Listing =
    &Listing::new("users u", Key::uuid("u.id")).of(&USER).always(of_tenant).orders(ORDERS);

const ORDERS: &[Order] = &[Order::by(&[Key::text("u.name")]).index("users_by_name")];

/// All accounts in the type of a handler.
pub struct Accounts;

impl List for Accounts {
    const LISTING: &'static Listing = ACCOUNTS;
}

/// The accounts of a customer in the type of a handler.
pub struct OfCustomer;

impl List for OfCustomer {
    const LISTING: &'static Listing = OF_CUSTOMER;
}

fn of_tenant(_: &ListQuery, _: &Scope, sql: &mut Statement) {
    sql.push(" AND u.tenant_id = current_tenant()");
}

fn on_side(query: &ListQuery, _: &Scope, sql: &mut Statement) {
    sql.push(match query.code("side") {
        "staff" => " AND u.customer_id IS NULL",
        _ => " AND u.customer_id IS NOT NULL",
    });
}

fn in_state(query: &ListQuery, _: &Scope, sql: &mut Statement) {
    sql.push(match query.code("state") {
        "active" => " AND u.disabled_at IS NULL AND u.is_set_up",
        "invited" => " AND u.disabled_at IS NULL AND NOT u.is_set_up",
        _ => " AND u.disabled_at IS NOT NULL",
    });
}

fn with_part(query: &ListQuery, _: &Scope, sql: &mut Statement) {
    if let Some(ids) = &query.hits {
        sql.push(" AND u.id = ANY (").bind(Bind::Uuids(ids.clone())).push(")");
    } else {
        // As a query of its own it is folded once, not for each row.
        sql.push(" AND strpos(u.name_key, (SELECT fold(").bind(Bind::Text(query.text("q"))).push("))) > 0");
    }
}

#[diesel::declare_sql_function]
extern "SQL" {
    fn users_with(part: Text, most: Integer) -> Nullable<Array<Uuid>>;
}

/// Up to so many are looked for by an index; of more, those of a page are soon found in the order of the list.
const FEW: i32 = 1000;

/// A page of them.
pub fn accounts(tx: &mut Tx, query: &ListQuery) -> Result<Page<Account>> {
    let mut query = query.clone();
    if query.is_on("q") {
        query.hits = diesel::select(users_with(query.text("q"), FEW)).get_result(tx.conn)?;
    }
    query.load(
        tx,
        &Select {
            columns: "u.tenant_id, u.name, u.email, u.roles, u.customer_id, u.is_set_up, u.disabled_at, u.last_signed_in_at, \
                      u.created_at, u.claims_version, ",
            page: "u",
            shown: COLUMNS,
            joined: "LEFT JOIN customers c ON c.tenant_id = u.tenant_id AND c.id = u.customer_id",
        },
    )
}
