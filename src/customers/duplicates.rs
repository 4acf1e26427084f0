//! Customers that look like the one being written: the same name, domain, email or phone. A warning, never a refusal.
use super::model::WriteCustomer;
use crate::infra::{
    db::{Tx, ids::CustomerId},
    web::errors::Result,
};
use diesel::{
    prelude::*,
    sql_types::{Nullable, Text, Uuid},
};

/// A customer that looks the same, and in what.
#[derive(QueryableByName, Clone, Debug)]
pub struct Lookalike {
    #[diesel(sql_type = Uuid)]
    pub id: CustomerId,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub same: String,
}

/// The first few, each by its own index. `but` is the customer itself when it is edited.
pub fn of(tx: &mut Tx, command: &WriteCustomer, but: Option<CustomerId>) -> Result<Vec<Lookalike>> {
    Ok(diesel::sql_query(
        "SELECT id, min(name) AS name, string_agg(same, ', ') AS same FROM (
            (SELECT id, name, 'name' AS same FROM customers WHERE name_key = fold($1) LIMIT 5)
            UNION ALL (SELECT id, name, 'email' FROM customers WHERE email = $2 LIMIT 5)
            UNION ALL (SELECT id, name, 'domain' FROM customers WHERE email_domain = $3 LIMIT 5)
            UNION ALL (SELECT id, name, 'phone' FROM customers WHERE phone = $4 LIMIT 5)
         ) found WHERE id IS DISTINCT FROM $5 GROUP BY id ORDER BY count(*) DESC, min(name) LIMIT 5",
    )
    .bind::<Text, _>(&command.name)
    .bind::<Nullable<Text>, _>(&command.email)
    .bind::<Nullable<Text>, _>(&command.email_domain)
    .bind::<Nullable<Text>, _>(&command.phone)
    .bind::<Nullable<Uuid>, _>(but)
    .load(tx.conn)?)
}
