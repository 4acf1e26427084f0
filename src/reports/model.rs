//! The figures, each table in one statement.
use super::period::ReportQuery;
use crate::infra::{
    db::{
        self, Tx,
        ids::{CustomerId, DeactivationId},
        sql::{Bind, Statement},
    },
    web::errors::Result,
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{prelude::*, sql_types};

/// What happened in a month.
#[derive(QueryableByName, Clone, Debug, PartialEq, Eq)]
pub struct Month {
    #[diesel(sql_type = sql_types::Date)]
    pub first: NaiveDate,
    /// Customers who had not churned when it began.
    #[diesel(sql_type = sql_types::BigInt)]
    pub customers: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    pub deactivated: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    pub reactivated: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    pub churned: i64,
}

/// How often something was said.
#[derive(QueryableByName, Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    #[diesel(sql_type = sql_types::Text)]
    pub key: String,
    #[diesel(sql_type = sql_types::BigInt)]
    pub amount: i64,
}

/// What somebody who left said.
#[derive(QueryableByName, Clone, Debug)]
pub struct Words {
    #[diesel(sql_type = sql_types::Uuid)]
    pub id: DeactivationId,
    #[diesel(sql_type = sql_types::Uuid)]
    pub customer_id: CustomerId,
    #[diesel(sql_type = sql_types::Text)]
    pub customer: String,
    #[diesel(sql_type = sql_types::Text)]
    pub reason: String,
    #[diesel(sql_type = sql_types::Text)]
    pub explanation: String,
    #[diesel(sql_type = sql_types::Nullable<sql_types::SmallInt>)]
    pub likelihood: Option<i16>,
    #[diesel(sql_type = sql_types::Timestamptz)]
    pub created_at: DateTime<Utc>,
}

/// Customers who came in the same quarter, and how many of them were still there later. `None`: that moment is yet to come for some.
#[derive(QueryableByName, Clone, Debug, PartialEq, Eq)]
pub struct Cohort {
    #[diesel(sql_type = sql_types::Date)]
    pub first: NaiveDate,
    #[diesel(sql_type = sql_types::BigInt)]
    pub size: i64,
    /// After 3, 6, 12, 18 and 24 months.
    #[diesel(sql_type = sql_types::Array<sql_types::Nullable<sql_types::BigInt>>)]
    pub kept: Vec<Option<i64>>,
}

/// The months after which cohorts are looked at.
pub const AFTER: [i64; 5] = [3, 6, 12, 18, 24];

/// Today by the reader's clock.
pub fn today(tx: &mut Tx, zone: &str) -> Result<NaiveDate> {
    Ok(db::now(tx)?.with_timezone(&zone.parse().unwrap_or(chrono_tz::Tz::UTC)).date_naive())
}

/// Churn by month: whole months, the oldest first. Customers are counted once, by the months in which they came and went.
pub fn months(tx: &mut Tx, query: &ReportQuery) -> Result<Vec<Month>> {
    let month = |column: &str| {
        let mut sql = Statement::new(&format!("date_trunc('month', {column} AT TIME ZONE "));
        sql.bind(Bind::Text(query.zone.clone())).push(")");
        sql
    };
    let mut sql = Statement::new("WITH kept AS MATERIALIZED (SELECT came, went, count(*) AS n FROM (SELECT ");
    sql.append(month("c.created_at")).push(" AS came, ").append(month("c.churned_at"));
    sql.push(" AS went FROM customers c WHERE true").append(query.whom());
    sql.push(
        ") x GROUP BY came, went), told AS MATERIALIZED (SELECT began, back, count(*) AS n FROM (SELECT ",
    );
    sql.append(month("d.created_at")).push(" AS began, ").append(month("d.reactivated_at"));
    sql.push(" AS back FROM deactivations d JOIN customers c ON c.tenant_id = d.tenant_id AND c.id = d.customer_id WHERE true");
    sql.append(query.whom()).push(") x GROUP BY began, back) SELECT m::date AS first,
        (SELECT coalesce(sum(n), 0)::bigint FROM kept WHERE came < m AND (went IS NULL OR went >= m)) AS customers,
        (SELECT coalesce(sum(n), 0)::bigint FROM told WHERE began = m) AS deactivated,
        (SELECT coalesce(sum(n), 0)::bigint FROM told WHERE back = m) AS reactivated,
        (SELECT coalesce(sum(n), 0)::bigint FROM kept WHERE went = m) AS churned
        FROM generate_series(date_trunc('month', (");
    sql.bind(Bind::Text(query.from.to_string())).push(")::timestamp), (");
    sql.bind(Bind::Text(query.to.to_string())).push(")::timestamp, interval '1 month') AS m ORDER BY m");
    Ok(sql.load(tx.conn)?)
}

/// How often each value of a column was given by those who were deactivated in the period.
fn tally(tx: &mut Tx, query: &ReportQuery, column: &str) -> Result<Vec<Tally>> {
    let mut sql = Statement::new(&format!(
        "SELECT {column}::text AS key, count(*) AS amount FROM deactivations d
         JOIN customers c ON c.tenant_id = d.tenant_id AND c.id = d.customer_id WHERE {column} IS NOT NULL"
    ));
    sql.append(query.when("d.created_at")).append(query.whom());
    sql.push(" GROUP BY 1 ORDER BY 2 DESC, 1");
    Ok(sql.load(tx.conn)?)
}

/// Reasons, the most frequent first.
pub fn reasons(tx: &mut Tx, query: &ReportQuery) -> Result<Vec<Tally>> {
    tally(tx, query, "d.reason")
}

/// How many gave each number from 0 to 10.
pub fn likelihoods(tx: &mut Tx, query: &ReportQuery) -> Result<[i64; 11]> {
    let mut amounts = [0; 11];
    for line in tally(tx, query, "d.likelihood")? {
        if let Some(amount) = line.key.parse::<usize>().ok().and_then(|n| amounts.get_mut(n)) {
            *amount = line.amount;
        }
    }
    Ok(amounts)
}

/// What they said, the latest first, up to `most` older than `before`.
pub fn words(
    tx: &mut Tx,
    query: &ReportQuery,
    before: Option<(DateTime<Utc>, DeactivationId)>,
    most: i64,
) -> Result<Vec<Words>> {
    let mut sql = Statement::new(
        "SELECT d.id, d.customer_id, c.name AS customer, d.reason, d.explanation, d.likelihood, d.created_at FROM deactivations d
         JOIN customers c ON c.tenant_id = d.tenant_id AND c.id = d.customer_id WHERE d.explanation <> ''",
    );
    sql.append(query.when("d.created_at")).append(query.whom());
    if let Some((at, id)) = before {
        sql.push(" AND (d.created_at, d.id) < (").bind(Bind::Time(at)).push(", ");
        sql.bind(Bind::Uuid(id.0)).push(")");
    }
    sql.push(" ORDER BY d.created_at DESC, d.id DESC LIMIT ").bind(Bind::Int(most));
    Ok(sql.load(tx.conn)?)
}

/// The quarters of the last three years, the latest first, whatever period is asked for.
pub fn cohorts(tx: &mut Tx, query: &ReportQuery) -> Result<Vec<Cohort>> {
    let mut sql = Statement::new("SELECT first::date, size, ARRAY[");
    for (place, months) in AFTER.into_iter().enumerate() {
        let comma = if place > 0 { ", " } else { "" };
        sql.push(&format!(
            "{comma}CASE WHEN first + interval '{} months' <= here THEN kept_{months} END",
            months + 3
        ));
    }
    sql.push("] AS kept FROM (SELECT first, here, count(*) AS size");
    for months in AFTER {
        sql.push(&format!(
            ", count(*) FILTER (WHERE churned_at IS NULL OR churned_at >= created_at + interval '{months} months') AS kept_{months}"
        ));
    }
    sql.push(" FROM (SELECT c.created_at, c.churned_at, date_trunc('quarter', c.created_at AT TIME ZONE ");
    sql.bind(Bind::Text(query.zone.clone())).push(") AS first, now() AT TIME ZONE ");
    sql.bind(Bind::Text(query.zone.clone()));
    sql.push(" AS here FROM customers c WHERE c.created_at > now() - interval '39 months'")
        .append(query.whom());
    sql.push(") c GROUP BY first, here) q ORDER BY first DESC LIMIT 12");
    Ok(sql.load(tx.conn)?)
}

/// Promoters (9 and 10) less detractors (0 to 6), in per cent of all who answered; `None` where nobody did.
pub fn score(amounts: &[i64; 11]) -> Option<i64> {
    let all: i64 = amounts.iter().sum();
    let promoters: i64 = amounts.iter().skip(9).sum();
    let detractors: i64 = amounts.iter().take(7).sum();
    (all > 0).then(|| ((promoters - detractors) as f64 * 100.0 / all as f64).round() as i64)
}

#[cfg(test)]
mod tests {
    use super::score;

    #[test]
    fn the_score_is_promoters_less_detractors() {
        let mut amounts = [0; 11];
        assert_eq!(score(&amounts), None);
        amounts[10] = 2;
        amounts[9] = 1;
        amounts[8] = 3;
        amounts[7] = 2;
        amounts[6] = 1;
        amounts[0] = 1;
        assert_eq!(score(&amounts), Some(10));
        assert_eq!(score(&[5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), Some(-100));
    }
}
