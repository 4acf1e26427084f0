//! Handing over all customers of one rep: to one colleague, or shared out evenly over several. Planned and done by the same statement, so
//! that what was shown is what happens.
use super::{emails, model::Rep};
use crate::infra::{
    db::{
        Tx,
        ids::UserId,
        sql::{Bind, Statement},
    },
    web::errors::{AppError, Result},
};
use diesel::{prelude::*, sql_types};

/// What one of the receivers gets.
#[derive(QueryableByName, Clone, Debug, PartialEq, Eq)]
pub struct Share {
    #[diesel(sql_type = sql_types::Uuid)]
    pub user: UserId,
    #[diesel(sql_type = sql_types::Text)]
    pub name: String,
    /// How many customers come to them.
    #[diesel(sql_type = sql_types::BigInt)]
    pub count: i64,
    /// How many of those they own already.
    #[diesel(sql_type = sql_types::BigInt)]
    pub known: i64,
    /// The first of those that are new to them.
    #[diesel(sql_type = sql_types::Array<sql_types::Text>)]
    pub names: Vec<String>,
}

/// Who hands over to whom. The receivers are reps, and other people than the giver.
#[derive(Clone, Debug)]
pub struct Handover {
    pub from: UserId,
    pub to: Vec<UserId>,
}

impl Handover {
    /// Customers in the order of their names, dealt out to the receivers in turn.
    fn plan(&self) -> Statement {
        let mut sql = Statement::new(
            "WITH receivers AS (SELECT u.id, u.name, row_number() OVER (ORDER BY u.name, u.id) AS place, count(*) OVER () AS many FROM users u WHERE u.id = ANY (",
        );
        sql.bind(Bind::Uuids(self.to.iter().map(|id| id.0).collect())).push(
            ") AND u.roles @> '{customer_success}' AND u.disabled_at IS NULL),
             given AS MATERIALIZED (
                 SELECT o.id, o.customer_id, c.name, row_number() OVER (ORDER BY c.name_key, c.id) AS turn
                 FROM customer_success_owned_customers o JOIN customers c ON c.tenant_id = o.tenant_id AND c.id = o.customer_id
                 WHERE o.user_id = ",
        );
        sql.bind(Bind::Uuid(self.from.0)).push(
            "), dealt AS MATERIALIZED (
                 SELECT g.*, r.id AS to_user, EXISTS (SELECT FROM customer_success_owned_customers k WHERE k.customer_id = g.customer_id AND k.user_id = r.id) AS is_known
                 FROM given g JOIN receivers r ON (g.turn - 1) % r.many + 1 = r.place)",
        );
        sql
    }

    /// Reads the shares off the plan.
    fn shares(mut sql: Statement) -> Statement {
        sql.push(
            " SELECT r.id AS user, r.name, count(d.id) AS count, count(d.id) FILTER (WHERE d.is_known) AS known,
                     coalesce((array_agg(d.name ORDER BY d.turn) FILTER (WHERE NOT d.is_known))[1:",
        )
        .push(&emails::NAMED.to_string())
        .push("], '{}') AS names FROM receivers r LEFT JOIN dealt d ON d.to_user = r.id GROUP BY r.id, r.name, r.place ORDER BY r.place");
        sql
    }

    /// Who would get what.
    pub fn preview(&self, tx: &mut Tx) -> Result<Vec<Share>> {
        Ok(Self::shares(self.plan()).load(tx.conn)?)
    }

    /// Does it, where it still is as many customers as `expected`; otherwise `Conflict`. Returns who got what.
    pub fn run(&self, tx: &mut Tx, expected: i64) -> Result<Vec<Share>> {
        one_at_a_time(tx)?;
        let mut sql = self.plan();
        sql.push(
            ", gone AS (DELETE FROM customer_success_owned_customers o USING dealt WHERE o.id = dealt.id),
               made AS (INSERT INTO customer_success_owned_customers (customer_id, user_id)
                        SELECT customer_id, to_user FROM dealt WHERE NOT is_known ON CONFLICT DO NOTHING)",
        );
        let shares: Vec<Share> = Self::shares(sql).load(tx.conn)?;
        if shares.len() != self.to.len() || shares.iter().map(|share| share.count).sum::<i64>() != expected {
            return Err(AppError::Changed(
                "A colleague changed who owns these customers at the same moment, so nothing was done. Look again, then confirm.".into(),
            ));
        }
        Ok(shares)
    }
}

/// Changes of many customers wait for each other: the lock is that of bulk actions (`customers::bulk`).
fn one_at_a_time(tx: &mut Tx) -> Result<()> {
    diesel::sql_query(
        "SELECT set_config('statement_timeout', '10min', true), pg_advisory_xact_lock(hashtextextended(current_tenant()::text, 2))",
    )
    .execute(tx.conn)
    .map_err(|_| {
        AppError::Conflict("A colleague is changing many customers at this moment. Wait half a minute, then try again.".into())
    })?;
    Ok(())
}

/// The reps whom customers can be handed to: all but the one who gives.
pub fn receivers(tx: &mut Tx, from: UserId) -> Result<Vec<Rep>> {
    let mut reps = Rep::active(tx)?;
    reps.retain(|rep| rep.id != from);
    Ok(reps)
}
