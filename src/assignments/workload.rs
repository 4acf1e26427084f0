//! How much each rep has to look after.
use crate::infra::{
    db::{
        Tx,
        ids::UserId,
        sql::{Bind, Statement},
    },
    web::{errors::Result, staff::OWNER_CAN_ACT},
};
use diesel::{prelude::*, sql_types};

/// A rep, and their customers by stage.
#[derive(QueryableByName, Clone, Debug)]
pub struct Load {
    #[diesel(sql_type = sql_types::Uuid)]
    pub id: UserId,
    #[diesel(sql_type = sql_types::Text)]
    pub name: String,
    #[diesel(sql_type = sql_types::Bool)]
    pub is_disabled: bool,
    #[diesel(sql_type = sql_types::BigInt)]
    pub customers: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    pub onboarding: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    pub active: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    pub inactive: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    pub churned: i64,
    /// Open tickets of their customers, whoever works on them.
    #[diesel(sql_type = sql_types::BigInt)]
    pub open_tickets: i64,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = sql_types::BigInt)]
    n: i64,
}

/// Beyond this nobody counts how many customers have no owner.
pub const UNOWNED: i64 = 1000;

impl Load {
    /// Every rep, also a disabled one as long as customers are theirs; whoever has most first. A rep sees themselves.
    pub fn all(tx: &mut Tx) -> Result<Vec<Self>> {
        // Without MATERIALIZED all is counted anew for each rep.
        let sql = Statement::new(
            "WITH o AS MATERIALIZED (
                 SELECT o.user_id, count(*) AS customers, count(*) FILTER (WHERE c.lifecycle_stage = 'onboarding') AS onboarding,
                        count(*) FILTER (WHERE c.lifecycle_stage = 'active') AS active,
                        count(*) FILTER (WHERE c.lifecycle_stage = 'inactive') AS inactive,
                        count(*) FILTER (WHERE c.lifecycle_stage = 'churned') AS churned
                 FROM customer_success_owned_customers o JOIN customers c ON c.tenant_id = o.tenant_id AND c.id = o.customer_id
                 GROUP BY o.user_id),
             k AS MATERIALIZED (
                 SELECT o.user_id, count(*) AS open_tickets
                 FROM tickets t JOIN customer_success_owned_customers o ON o.tenant_id = t.tenant_id AND o.customer_id = t.customer_id
                 WHERE t.status IN ('open', 'pending') GROUP BY o.user_id)
             SELECT u.id, u.name, u.disabled_at IS NOT NULL AS is_disabled, coalesce(o.customers, 0) AS customers,
                    coalesce(o.onboarding, 0) AS onboarding, coalesce(o.active, 0) AS active, coalesce(o.inactive, 0) AS inactive,
                    coalesce(o.churned, 0) AS churned, coalesce(k.open_tickets, 0) AS open_tickets
             FROM users u LEFT JOIN o ON o.user_id = u.id LEFT JOIN k ON k.user_id = u.id
             WHERE u.tenant_id = current_tenant() AND u.customer_id IS NULL AND (sees_all_customers() OR u.id = current_actor())
               AND (o.customers > 0 OR u.roles @> '{customer_success}' AND u.disabled_at IS NULL)
             ORDER BY customers DESC, u.name, u.id LIMIT 500",
        );
        Ok(sql.load(tx.conn)?)
    }
}

/// How many customers nobody looks after who can, up to [`UNOWNED`].
pub fn unowned(tx: &mut Tx) -> Result<i64> {
    let mut sql = Statement::new(
        &format!("SELECT count(*) AS n FROM (SELECT FROM customers c WHERE NOT EXISTS (
             SELECT FROM customer_success_owned_customers o WHERE o.tenant_id = c.tenant_id AND o.customer_id = c.id AND {OWNER_CAN_ACT}) LIMIT "),
    );
    sql.bind(Bind::Int(UNOWNED)).push(") x");
    Ok(sql.get_result::<Count>(tx.conn)?.n)
}

/// How many customers somebody looks after.
pub fn owned(tx: &mut Tx, user: UserId) -> Result<i64> {
    let mut sql =
        Statement::new("SELECT count(*) AS n FROM customer_success_owned_customers WHERE user_id = ");
    sql.bind(Bind::Uuid(user.0));
    Ok(sql.get_result::<Count>(tx.conn)?.n)
}
