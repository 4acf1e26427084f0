//! Counting, in one statement whatever is asked.
use super::months;
use crate::{
    customers::model,
    infra::{
        db::{
            self, Tx,
            ids::{CompanyId, UserId},
            schema::{companies, users},
        },
        web::{errors::Result, staff::Offered},
    },
    values::kinds,
};
use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid},
};
use std::collections::HashMap;

/// What narrows the count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    pub company: Option<CompanyId>,
    pub owner: Option<UserId>,
}

/// How many customers share something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub name: String,
    /// What the list of customers calls it; `None` where it has no filter for it.
    pub key: Option<String>,
    pub amount: u64,
}

/// What happened in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Month {
    pub name: String,
    pub first: NaiveDate,
    pub new: u64,
    pub churned: u64,
}

impl Month {
    /// How many more there are for it.
    pub fn net(&self) -> i64 {
        self.new as i64 - self.churned as i64
    }
}

/// Everything that the page tells.
#[derive(Clone, Debug)]
pub struct Report {
    pub now: DateTime<Utc>,
    pub total: u64,
    pub stages: Vec<Line>,
    pub types: Vec<Line>,
    pub sources: Vec<Line>,
    pub companies: Vec<Line>,
    pub owners: Vec<Line>,
    /// The oldest first.
    pub months: Vec<Month>,
    /// What it can be narrowed by: id and name.
    pub company_options: Vec<(String, String)>,
    pub owner_options: Vec<(String, String)>,
}

#[derive(QueryableByName)]
struct Tally {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    key: String,
    #[diesel(sql_type = BigInt)]
    amount: i64,
}

/// The same figures as `tally_customers`, under the policies, of customers that are first picked by their owner or maker: those of a
/// rep, who sees no others, or those of the owner that was asked for. $1 company, $2 moments, $3 the rep at work, $4 owner.
const TALLY_PICKED: &str = "
    WITH picked AS MATERIALIZED (
        SELECT c.id, c.lifecycle_stage AS stage, c.customer_type AS type, c.source, c.company_id AS company, c.created_at, c.churned_at
        FROM customers c
        WHERE c.id IN (SELECT o.customer_id FROM customer_success_owned_customers o WHERE o.user_id = coalesce($4, $3)
                       UNION ALL SELECT m.id FROM customers m WHERE $4 IS NULL AND m.created_by = $3)
          AND ($1 IS NULL OR c.company_id = $1)
    ), owned AS MATERIALIZED (
        SELECT o.user_id, o.customer_id FROM picked s JOIN customer_success_owned_customers o ON o.customer_id = s.id
    )
    SELECT CASE WHEN grouping(stage) = 0 THEN 'stage' WHEN grouping(type) = 0 THEN 'type' WHEN grouping(source) = 0 THEN 'source'
                WHEN grouping(company) = 0 THEN 'company' ELSE 'total' END AS kind,
           coalesce(stage, type, source, company::text, '') AS key, count(*) AS amount
    FROM picked GROUP BY GROUPING SETS ((), (stage), (type), (source), (company))
    UNION ALL
    SELECT 'new', width_bucket(created_at, $2)::text, count(*) FROM picked GROUP BY 2
    UNION ALL
    SELECT 'churned', width_bucket(churned_at, $2)::text, count(*) FROM picked WHERE churned_at IS NOT NULL GROUP BY 2
    UNION ALL
    SELECT 'owner', user_id::text, count(*) FROM owned GROUP BY user_id
    UNION ALL
    SELECT 'owned', '', count(DISTINCT customer_id) FROM owned";

impl Report {
    /// Counts. Five statements, however many customers, companies and owners there are.
    pub fn load(tx: &mut Tx, by: Filters, zone: &str) -> Result<Self> {
        let now = db::now(tx)?;
        let (months, bounds) = months::last(now, zone);
        let tallies = Tallies::load(tx, by, &bounds)?;
        let company_options = model::company_options(tx)?;
        let owner_options = if tx.scope.sees_all_customers() { Offered::Reps.options(tx)? } else { vec![] };
        let owner_names = users::table
            .filter(users::id.eq_any(tallies.ids::<UserId>("owner")))
            .select((users::id, users::name))
            .load::<(UserId, String)>(tx.conn)?;
        let company_names = companies::table
            .filter(companies::id.eq_any(tallies.ids::<CompanyId>("company")))
            .select((companies::id, companies::name))
            .load::<(CompanyId, String)>(tx.conn)?;
        let total = tallies.one("total", "");
        let mut owners = tallies.of_names("owner", owner_names);
        let unowned = total.saturating_sub(tallies.one("owned", ""));
        if unowned > 0 {
            let name = if tx.scope.sees_all_customers() { "Nobody" } else { "Not assigned to you" };
            owners.push(Line { name: name.into(), key: Some("none".into()), amount: unowned });
        }
        let mut companies = tallies.of_names("company", company_names);
        let without = tallies.one("company", "");
        if without > 0 && !companies.is_empty() {
            companies.push(Line { name: "No company".into(), key: None, amount: without });
        }
        Ok(Self {
            now,
            total,
            stages: tallies.of_words("stage", kinds::Stage::WORDS),
            types: tallies.of_words("type", kinds::CustomerType::WORDS),
            sources: tallies.of_words("source", kinds::CustomerSource::WORDS),
            companies,
            owners,
            months: months
                .into_iter()
                .zip(1..)
                .map(|(first, position)| Month {
                    name: months::name(first),
                    first,
                    new: tallies.one("new", &position.to_string()),
                    churned: tallies.one("churned", &position.to_string()),
                })
                .collect(),
            company_options,
            owner_options,
        })
    }
}

/// Amounts by kind and key.
struct Tallies(HashMap<(String, String), u64>);

impl Tallies {
    fn load(tx: &mut Tx, by: Filters, bounds: &[DateTime<Utc>]) -> Result<Self> {
        let found: Vec<Tally> = if tx.scope.sees_all_customers() && by.owner.is_none() {
            diesel::sql_query("SELECT * FROM tally_customers($1, $2)")
                .bind::<Nullable<Uuid>, _>(by.company)
                .bind::<Array<Timestamptz>, _>(bounds)
                .load(tx.conn)?
        } else {
            diesel::sql_query(TALLY_PICKED)
                .bind::<Nullable<Uuid>, _>(by.company)
                .bind::<Array<Timestamptz>, _>(bounds)
                .bind::<Nullable<Uuid>, _>(tx.scope.user_id)
                .bind::<Nullable<Uuid>, _>(by.owner)
                .load(tx.conn)?
        };
        let amount = |tally: &Tally| u64::try_from(tally.amount).unwrap_or(0);
        Ok(Self(
            found
                .into_iter()
                .map(|t| {
                    let n = amount(&t);
                    ((t.kind, t.key), n)
                })
                .collect(),
        ))
    }

    fn one(&self, kind: &str, key: &str) -> u64 {
        self.0.get(&(kind.to_owned(), key.to_owned())).copied().unwrap_or(0)
    }

    fn ids<T: std::str::FromStr>(&self, kind: &str) -> Vec<T> {
        self.0.keys().filter(|(of, _)| of == kind).filter_map(|(_, key)| key.parse().ok()).collect()
    }

    /// A line for each word, whether or not there is a customer of it.
    fn of_words(&self, kind: &str, words: &[kinds::Word]) -> Vec<Line> {
        let line = |(code, name): &kinds::Word| Line {
            name: (*name).to_owned(),
            key: Some((*code).to_owned()),
            amount: self.one(kind, code),
        };
        words.iter().map(line).collect()
    }

    /// A line for each of these, the largest first.
    fn of_names<T: ToString>(&self, kind: &str, names: Vec<(T, String)>) -> Vec<Line> {
        let mut lines: Vec<Line> = names
            .into_iter()
            .map(|(id, name)| {
                let key = id.to_string();
                Line { name, amount: self.one(kind, &key), key: Some(key) }
            })
            .collect();
        lines.sort_by(|a, b| b.amount.cmp(&a.amount).then_with(|| a.name.cmp(&b.name)));
        lines
    }
}
