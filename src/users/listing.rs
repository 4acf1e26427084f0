//! Lists of accounts, by name.
use super::model::{Account, COLUMNS};
use crate::infra::{
    db::{
        Tx,
        ids::{CustomerId, UserId},
        sql::{Bind, Statement},
    },
    web::errors::Result,
};
use diesel::{
    RunQueryDsl,
    sql_types::{Integer, Text},
};

/// Name and id of the last row of a page.
pub type After = (String, UserId);

/// Which accounts.
#[derive(Clone, Debug, Default)]
pub struct Which {
    /// A part of the name or the address.
    pub typed: String,
    /// `staff`, `portal`, or any.
    pub side: String,
    /// `active`, `invited`, `disabled`, or any.
    pub state: String,
    /// Only those of one customer.
    pub customer: Option<CustomerId>,
    pub after: Option<After>,
}

#[diesel::declare_sql_function]
extern "SQL" {
    fn users_with(part: Text, most: Integer) -> Nullable<Array<Uuid>>;
}

/// Up to so many are looked for by an index; of more, those of a page are soon found in the order of the list.
const FEW: i32 = 1000;

/// The first `most` of them.
pub fn accounts(tx: &mut Tx, which: &Which, most: usize) -> Result<Vec<Account>> {
    let mut query = Statement::new(&format!(
        "SELECT {COLUMNS} FROM (SELECT * FROM (SELECT id, tenant_id, name, name_key, email, roles, customer_id, is_set_up, disabled_at, last_signed_in_at, created_at, claims_version FROM users) u WHERE u.tenant_id = current_tenant()"
    ));
    query.push(match which.side.as_str() {
        "staff" => " AND u.customer_id IS NULL",
        "portal" => " AND u.customer_id IS NOT NULL",
        _ => "",
    });
    query.push(match which.state.as_str() {
        "active" => " AND u.disabled_at IS NULL AND u.is_set_up",
        "invited" => " AND u.disabled_at IS NULL AND NOT u.is_set_up",
        "disabled" => " AND u.disabled_at IS NOT NULL",
        _ => "",
    });
    if let Some(customer) = which.customer {
        query.push(" AND u.customer_id = ").bind(Bind::Uuid(customer.0));
    }
    if !which.typed.is_empty() {
        let found: Option<Vec<uuid::Uuid>> =
            diesel::select(users_with(&which.typed, FEW)).get_result(tx.conn)?;
        if let Some(ids) = found {
            query.push(" AND u.id = ANY (").bind(Bind::Uuids(ids));
            query.push(")");
        } else {
            // As a query of its own it is folded once, not for each row.
            query.push(" AND strpos(u.name_key, (SELECT fold(").bind(Bind::Text(which.typed.clone()));
            query.push("))) > 0");
        }
    }
    if let Some((name, id)) = &which.after {
        query.push(" AND (u.name, u.id) > (").bind(Bind::Text(name.clone()));
        query.push(", ").bind(Bind::Uuid(id.0)).push(")");
    }
    query.push(" ORDER BY u.name, u.id LIMIT ").bind(Bind::Int(most as i64));
    query.push(") u LEFT JOIN customers c ON c.tenant_id = u.tenant_id AND c.id = u.customer_id ORDER BY u.name, u.id");
    Ok(query.load(tx.conn)?)
}
