//! Which part of time, and of the customers, a report is about.
use crate::infra::db::{
    ids::UserId,
    sql::{Bind, Statement},
};
use chrono::{Datelike, Months, NaiveDate};

/// How many months a report spans at most.
const MOST_MONTHS: u32 = 36;

/// What is asked for: the first day and the last, by the reader's clock, and which customers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReportQuery {
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// An IANA time zone that PostgreSQL knows.
    pub zone: String,
    /// `business`, `consumer`, or empty.
    pub kind: String,
    pub source: String,
    pub owner: Option<UserId>,
}

impl ReportQuery {
    /// The last twelve months and this one, unless told otherwise; never more than three years.
    pub fn span(typed_from: &str, typed_to: &str, today: NaiveDate) -> (NaiveDate, NaiveDate) {
        let to = typed_to.parse::<NaiveDate>().ok().filter(|day| (2000..=9000).contains(&day.year()));
        let to = to.unwrap_or(today);
        let usual = to.with_day(1).unwrap_or(to) - Months::new(12);
        let from = typed_from.parse::<NaiveDate>().ok().filter(|from| *from <= to).unwrap_or(usual);
        (from.max(to - Months::new(MOST_MONTHS)), to)
    }

    /// ` AND …`: which customers `c` are meant.
    pub fn whom(&self) -> Statement {
        let mut sql = Statement::new("");
        if !self.kind.is_empty() {
            sql.push(" AND c.customer_type = ").bind(Bind::Text(self.kind.clone()));
        }
        if !self.source.is_empty() {
            sql.push(" AND c.source = ").bind(Bind::Text(self.source.clone()));
        }
        if let Some(owner) = self.owner {
            sql.push(" AND EXISTS (SELECT FROM customer_success_owned_customers o WHERE o.tenant_id = c.tenant_id AND o.customer_id = c.id AND o.user_id = ")
                .bind(Bind::Uuid(owner.0))
                .push(")");
        }
        sql
    }

    /// ` AND …`: which moments of a column.
    pub fn when(&self, column: &str) -> Statement {
        let mut sql = Statement::new(&format!(" AND {column} >= (("));
        sql.bind(Bind::Text(self.from.to_string())).push(")::timestamp AT TIME ZONE ");
        sql.bind(Bind::Text(self.zone.clone())).push(&format!(") AND {column} < ((("));
        sql.bind(Bind::Text(self.to.to_string())).push(")::date + 1)::timestamp AT TIME ZONE ");
        sql.bind(Bind::Text(self.zone.clone())).push(")");
        sql
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(from: &str, to: &str) -> (String, String) {
        let (from, to) = ReportQuery::span(from, to, NaiveDate::from_ymd_opt(2026, 3, 15).unwrap());
        (from.to_string(), to.to_string())
    }

    #[test]
    fn a_report_spans_a_year_unless_told_otherwise() {
        let days = |from: &str, to: &str| (from.to_owned(), to.to_owned());
        assert_eq!(span("", ""), days("2025-03-01", "2026-03-15"));
        assert_eq!(span("2026-01-05", "2026-02-01"), days("2026-01-05", "2026-02-01"));
        assert_eq!(span("2026-02-05", "2026-02-01"), days("2025-02-01", "2026-02-01"), "the wrong way round");
        assert_eq!(span("1990-01-01", "soon"), days("2023-03-15", "2026-03-15"));
        assert_eq!(span("", "99999-01-01"), days("2025-03-01", "2026-03-15"));
    }
}
