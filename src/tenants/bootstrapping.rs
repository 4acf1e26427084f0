//! The key by which a customer sets up a tenant of its own (S002 §15): one each, shown once, used once.
use super::opening::OpenTenant;
use crate::infra::{
    db::{
        Tx,
        ids::{CustomerId, TenantId},
        schema::{bootstrap_keys, customers, users},
    },
    web::{
        errors::{AppError, Result},
        secrets::{self, Secret},
    },
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Binary, Text, Uuid},
};

/// What every key begins with, so that one is recognised wherever it lies about.
const MARK: &str = "clientele_bootstrap_";

/// What is known of a customer's key.
#[derive(Clone, Debug)]
pub struct BootstrapKey {
    pub issued_at: DateTime<Utc>,
    /// Who asked for it, by name; empty where they are none of the tenant.
    pub issued_by: String,
    pub redeemed_at: Option<DateTime<Utc>>,
}

#[diesel::declare_sql_function]
extern "SQL" {
    fn current_member() -> Nullable<Uuid>;
    fn redeem_bootstrap_key(
        hash: Binary,
        new_id: Uuid,
        new_name: Text,
        new_slug: Text,
        new_country: Text,
        new_zone: Text,
    ) -> Bool;
}

impl BootstrapKey {
    /// The customer's name and its key, if one was asked for. `NotFound` where the customer can't be seen.
    pub fn of(tx: &mut Tx, customer: CustomerId) -> Result<(String, Option<Self>)> {
        let name =
            customers::table.filter(customers::id.eq(customer)).select(customers::name).first(tx.conn)?;
        let columns = (bootstrap_keys::issued_at, bootstrap_keys::redeemed_at, users::name.nullable());
        let found: Option<(_, _, Option<String>)> = bootstrap_keys::table
            .left_join(users::table.on(users::id.nullable().eq(bootstrap_keys::issued_by)))
            .filter(bootstrap_keys::customer_id.eq(customer))
            .select(columns)
            .first(tx.conn)
            .optional()?;
        let key = found.map(|(issued_at, redeemed_at, by)| Self {
            issued_at,
            issued_by: by.unwrap_or_default(),
            redeemed_at,
        });
        Ok((name, key))
    }

    /// A new key instead of the one before, in full: it can never be read again.
    pub fn issue(tx: &mut Tx, customer: CustomerId) -> Result<String> {
        Self::of(tx, customer)?;
        let text = format!("{MARK}{}", Secret::new().text);
        let hash = secrets::hash(&text);
        let saved = diesel::insert_into(bootstrap_keys::table)
            .values((bootstrap_keys::customer_id.eq(customer), bootstrap_keys::key_hash.eq(&hash)))
            .on_conflict((bootstrap_keys::tenant_id, bootstrap_keys::customer_id))
            .do_update()
            .set((
                // Not `excluded`, which would have to be read.
                bootstrap_keys::key_hash.eq(&hash),
                bootstrap_keys::issued_at.eq(diesel::dsl::now),
                bootstrap_keys::issued_by.eq(current_member()),
            ));
        let issued =
            diesel::query_dsl::methods::FilterDsl::filter(saved, bootstrap_keys::redeemed_at.is_null())
                .execute(tx.conn)?;
        match issued {
            0 => Err(AppError::Conflict("This customer has set up its tenant already.".into())),
            _ => Ok(text),
        }
    }
}

/// Uses a key up for a new tenant. `false` where it is unknown, used, replaced, or its customer has no access.
pub(super) fn redeem(tx: &mut Tx, key: &str, id: TenantId, of: &OpenTenant) -> QueryResult<bool> {
    diesel::select(redeem_bootstrap_key(
        secrets::hash(key),
        id,
        of.name.as_str(),
        of.slug.as_str(),
        of.country.to_string(),
        of.time_zone.to_string(),
    ))
    .get_result(tx.conn)
}
