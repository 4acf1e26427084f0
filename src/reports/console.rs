//! `/console/reports`: who leaves, when and why.
use super::{
    export,
    model::{self, AFTER, Cohort, Month, Words},
    period,
};
use crate::{
    infra::{
        db::{ids::DeactivationId, paging},
        services::charts::{Bar, BarList, Form, OverTime, Series},
        web::{downloads, prelude::*, query, staff::Offered},
    },
    lifecycle::reasons::Reason,
    urls,
    values::{CustomerSource, CustomerType, kinds},
};
use actix_web::web::Path;
use askama::Template;
use chrono::{DateTime, Utc};
use serde::Deserialize;

/// Its entry in the menu.
pub const SECTION: Section = Section::new("Churn reports", || urls::reports(""), &["/console/reports"])
    .icon("activity")
    .needs(Permission::AnalyticsRead);

/// Under `/console`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/reports", index).needs(Permission::AnalyticsRead),
        Route::get("/reports/{table}.csv", export).needs(Permission::AnalyticsRead),
    ]
}

/// What narrows a report.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asking {
    from: String,
    to: String,
    #[serde(rename = "type")]
    kind: String,
    source: String,
    owner: String,
    /// Where the words go on.
    before: String,
}

impl Parameters for Asking {
    fn knows(name: &str, value: &str) -> bool {
        match name {
            "type" => query::one_of(CustomerType::WORDS, value),
            "source" => query::one_of(CustomerSource::WORDS, value),
            "owner" => query::is_id(value),
            "from" | "to" => value.parse::<chrono::NaiveDate>().is_ok(),
            _ => true,
        }
    }
}

impl Asking {
    fn parsed(&self, today: chrono::NaiveDate, zone: &str) -> period::ReportQuery {
        let (from, to) = period::ReportQuery::span(&self.from, &self.to, today);
        let known = |words: &[(&str, &str)], typed: &str| {
            if words.iter().any(|(code, _)| *code == typed) { typed.to_owned() } else { String::new() }
        };
        let zone = if zone.parse::<chrono_tz::Tz>().is_ok() { zone } else { "UTC" };
        period::ReportQuery {
            from,
            to,
            zone: zone.to_owned(),
            kind: known(CustomerType::WORDS, &self.kind),
            source: known(CustomerSource::WORDS, &self.source),
            owner: self.owner.parse().ok(),
        }
    }
}

#[derive(Template)]
#[template(path = "reports/console/index.html")]
struct IndexPage {
    shell: Shell,
    params: period::ReportQuery,
    owners: Vec<(String, String)>,
    months: Vec<Month>,
    chart: OverTime,
    reasons: BarList,
    likelihoods: BarList,
    score: Option<i64>,
    answers: i64,
    words: Vec<Words>,
    older: String,
    cohorts: Vec<Cohort>,
}

/// Words that a page shows.
const WORDS: usize = 10;

/// `GET /console/reports`
async fn index(staff: Staff, asking: Query<Asking>) -> PageResult {
    let (asking, zone) = (asking.0, staff.time_zone.clone());
    let before: Option<(DateTime<Utc>, DeactivationId)> = paging::keys(&asking.before);
    let (params, owners, months, tally, amounts, mut words, cohorts) = staff
        .read(move |tx| {
            let params = asking.parsed(model::today(tx, &zone)?, &zone);
            let months = model::months(tx, &params)?;
            let reasons = model::reasons(tx, &params)?;
            let amounts = model::likelihoods(tx, &params)?;
            let words = model::words(tx, &params, before, WORDS as i64 + 1)?;
            let cohorts = model::cohorts(tx, &params)?;
            Ok((params, Offered::RepsOfAllTime.options(tx)?, months, reasons, amounts, words, cohorts))
        })
        .await?;
    let goes_on = words.len() > WORDS;
    words.truncate(WORDS);
    let last =
        words.last().filter(|_| goes_on).map(|message| paging::cursor(&(message.created_at, message.id)));
    let older =
        last.map_or(String::new(), |cursor| format!("{}&before={cursor}", urls::reports(&query(&params))));
    let bar = |label: String, amount: i64| Bar { label, value: amount.max(0) as u64, url: String::new() };
    IndexPage {
        shell: staff.shell("Churn reports"),
        chart: chart(&months),
        reasons: BarList {
            title: "Reasons".into(),
            bars: tally.iter().map(|line| bar(kinds::name(Reason::WORDS, &line.key), line.amount)).collect(),
        },
        likelihoods: BarList {
            title: "Likelihood to recommend, from 0 to 10".into(),
            bars: amounts.iter().enumerate().map(|(n, amount)| bar(n.to_string(), *amount)).collect(),
        },
        score: model::score(&amounts),
        answers: amounts.iter().sum(),
        params,
        owners,
        months,
        words,
        older,
        cohorts,
    }
    .ok()
}

/// `GET /console/reports/{table}.csv`
async fn export(staff: Staff, table: Path<String>, asking: Query<Asking>) -> PageResult {
    let (asking, zone, table) = (asking.understood()?, staff.time_zone.clone(), table.into_inner());
    let name = format!("churn-{table}.csv");
    downloads::count(&staff).await?;
    let file = staff
        .read(move |tx| {
            let params = asking.parsed(model::today(tx, &zone)?, &zone);
            export::csv(tx, &params, &table)
        })
        .await?;
    Ok(downloads::csv(name, file))
}

/// The query string of what was asked.
fn query(params: &period::ReportQuery) -> String {
    let owner = params.owner.map_or(String::new(), |id| id.to_string());
    let (from, to) = (params.from.to_string(), params.to.to_string());
    let pairs =
        [("from", &from), ("to", &to), ("type", &params.kind), ("source", &params.source), ("owner", &owner)];
    serde_html_form::to_string(pairs.into_iter().filter(|(_, v)| !v.is_empty()).collect::<Vec<_>>())
        .unwrap_or_default()
}

fn chart(months: &[Month]) -> OverTime {
    let series = |name: &str, of: fn(&Month) -> i64| Series {
        name: name.into(),
        values: months.iter().map(|month| of(month).max(0) as u64).collect(),
    };
    OverTime {
        title: "Churn by month".into(),
        labels: months.iter().map(|month| month.first.format("%b %Y").to_string()).collect(),
        series: vec![
            series("deactivated", |month| month.deactivated),
            series("reactivated", |month| month.reactivated),
            series("churned", |month| month.churned),
        ],
        form: Form::Grouped,
    }
}

impl IndexPage {
    fn types(&self) -> &'static [(&'static str, &'static str)] {
        CustomerType::WORDS
    }
    fn sources(&self) -> &'static [(&'static str, &'static str)] {
        CustomerSource::WORDS
    }
    fn owner(&self) -> String {
        self.params.owner.map_or(String::new(), |id| id.to_string())
    }
    fn csv(&self, table: &str) -> String {
        urls::reports_export(table, &query(&self.params))
    }
    fn sum(&self, of: &str) -> i64 {
        let field = |month: &Month| match of {
            "deactivated" => month.deactivated,
            "reactivated" => month.reactivated,
            _ => month.churned,
        };
        self.months.iter().map(field).sum()
    }
    fn is_empty(&self) -> bool {
        self.months.iter().all(|month| month.deactivated + month.churned == 0) && self.cohorts.is_empty()
    }
    /// Churned customers of a month in per cent of those at its start, on average.
    fn rate(&self) -> String {
        let (churned, customers) = self
            .months
            .iter()
            .filter(|month| month.customers > 0)
            .fold((0, 0), |(churned, all), month| (churned + month.churned, all + month.customers));
        if customers == 0 {
            "–".into()
        } else {
            format!("{:.1}%", churned as f64 * 100.0 / customers as f64)
        }
    }
    fn score_in_words(&self) -> String {
        match self.score {
            None => "–".into(),
            Some(0) => "0".into(),
            Some(score) if score > 0 => format!("+{score}"),
            Some(score) => format!("−{}", score.unsigned_abs()),
        }
    }
    fn reason(&self, code: &str) -> String {
        kinds::name(Reason::WORDS, code)
    }
    fn after(&self) -> [i64; 5] {
        AFTER
    }
    fn quarter(&self, cohort: &Cohort) -> String {
        let quarter = chrono::Datelike::month0(&cohort.first) / 3 + 1;
        format!("Q{quarter} {}", cohort.first.format("%Y"))
    }
    /// A share of a cohort, and "–" where it is too early to tell.
    fn kept(&self, cohort: &Cohort) -> Vec<String> {
        let share = |kept: &Option<i64>| match kept {
            Some(kept) if cohort.size > 0 => format!("{}%", (kept * 100 + cohort.size / 2) / cohort.size),
            _ => "–".into(),
        };
        cohort.kept.iter().map(share).collect()
    }
}
