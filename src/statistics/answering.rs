//! How fast tickets are answered and resolved.
use super::model::Filters;
use crate::infra::{
    db::{
        Tx,
        sql::{Bind, Statement},
    },
    web::errors::Result,
};
use diesel::{
    prelude::*,
    sql_types::{BigInt, Double, Nullable},
};

/// Days that are looked back on.
pub const DAYS: u32 = 30;

/// What became of the tickets that were opened lately.
#[derive(QueryableByName, Clone, Debug, Default)]
pub struct Answering {
    #[diesel(sql_type = BigInt)]
    pub opened: i64,
    #[diesel(sql_type = BigInt)]
    pub answered: i64,
    #[diesel(sql_type = BigInt)]
    pub resolved: i64,
    /// The median of seconds from opening to the first answer; `None` where there is no answer.
    #[diesel(sql_type = Nullable<Double>)]
    first_reply: Option<f64>,
    /// The same to where it was last solved or closed.
    #[diesel(sql_type = Nullable<Double>)]
    resolution: Option<f64>,
}

impl Answering {
    /// Counts the tickets that the person at work may see.
    pub fn load(tx: &mut Tx, by: Filters) -> Result<Self> {
        let mut sql = Statement::new(&format!(
            "SELECT count(*) AS opened, count(first_replied_at) AS answered, count(resolved_at) AS resolved,
                    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM first_replied_at - created_at)::float8) AS first_reply,
                    percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM resolved_at - created_at)::float8) AS resolution
             FROM tickets WHERE created_at > now() - interval '{DAYS} days'"
        ));
        if let Some(company) = by.company {
            sql.push(" AND customer_id IN (SELECT c.id FROM customers c WHERE c.company_id = ")
                .bind(Bind::Uuid(company.0))
                .push(")");
        }
        if let Some(owner) = by.owner {
            sql.push(" AND customer_id IN (SELECT o.customer_id FROM customer_success_owned_customers o WHERE o.user_id = ")
                .bind(Bind::Uuid(owner.0))
                .push(")");
        }
        if !tx.scope.sees_all_customers() {
            // The policy alone would go through everybody's customers.
            let me = tx.scope.user_id.map(|id| id.0).unwrap_or_default();
            sql.push(" AND customer_id IN (SELECT o.customer_id FROM customer_success_owned_customers o WHERE o.user_id = ")
                .bind(Bind::Uuid(me))
                .push(" UNION ALL SELECT m.id FROM customers m WHERE m.created_by = ")
                .bind(Bind::Uuid(me))
                .push(")");
        }
        Ok(sql.get_result(tx.conn)?)
    }

    /// "42 minutes"; a dash where there was none.
    pub fn first_reply(&self) -> String {
        describe(self.first_reply)
    }

    /// The same of the resolution.
    pub fn resolution(&self) -> String {
        describe(self.resolution)
    }
}

fn describe(seconds: Option<f64>) -> String {
    let unit = |number: f64, one: &str| match number.round() {
        1.0 => format!("1 {one}"),
        many => format!("{many:.0} {one}s"),
    };
    match seconds.map(|seconds| seconds / 60.0) {
        None => "–".into(),
        Some(minutes) if minutes < 90.0 => unit(minutes, "minute"),
        Some(minutes) if minutes < 60.0 * 48.0 => unit(minutes / 60.0, "hour"),
        Some(minutes) => unit(minutes / 60.0 / 24.0, "day"),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn times_are_told_in_the_unit_that_people_would_take() {
        let described = [None, Some(61.0), Some(2520.0), Some(7200.0), Some(260_000.0)].map(super::describe);
        assert_eq!(described, ["–", "1 minute", "42 minutes", "2 hours", "3 days"]);
    }
}
