//! What staff see of it.
use super::{
    answering::{self, Answering},
    export::Table,
    model::{Filters, Line, Month, Report},
    months,
};
use crate::{
    infra::{
        services::charts::{Form, OverTime, Series},
        web::{downloads, prelude::*, query},
    },
    urls,
};
use actix_web::web::Path;
use askama::Template;
use serde::Deserialize;

/// Its entry in the menu.
pub const SECTION: Section =
    Section::new("Statistics", urls::statistics, &["/console/statistics"]).icon("chart");

/// Under `/console`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/statistics", index).needs(Permission::AnalyticsRead),
        Route::get("/statistics/{table}.csv", export).needs(Permission::AnalyticsRead),
    ]
}

/// Lines of a table on the page; its file has all of them.
const LINES: usize = 20;

/// The query string.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asking {
    company: String,
    owner: String,
}

impl Parameters for Asking {
    fn knows(name: &str, value: &str) -> bool {
        match name {
            "company" | "owner" => query::is_id(value),
            _ => true,
        }
    }
}

impl Asking {
    fn narrowing(&self) -> Filters {
        Filters { company: self.company.parse().ok(), owner: self.owner.parse().ok() }
    }
}

/// A table of the page, ready to be shown.
struct Panel {
    word: &'static str,
    title: String,
    column: &'static str,
    note: &'static str,
    lines: Vec<ShownLine>,
    /// How many lines only the file has.
    more: usize,
    csv: String,
}

/// A line with what is worked out of it.
struct ShownLine {
    name: String,
    amount: u64,
    url: String,
    share: String,
    /// As wide as its share of the largest.
    width: String,
}

#[derive(Template)]
#[template(path = "statistics/console/index.html")]
struct IndexPage {
    shell: Shell,
    by: Filters,
    report: Report,
    answering: Answering,
    chart: OverTime,
    panels: Vec<Panel>,
    months_csv: String,
}

/// `GET /console/statistics`
async fn index(staff: Staff, params: Query<Asking>) -> PageResult {
    let (by, zone) = (params.0.narrowing(), staff.time_zone.clone());
    let (report, answering) =
        staff.read(move |tx| Ok((Report::load(tx, by, &zone)?, Answering::load(tx, by)?))).await?;
    IndexPage {
        shell: staff.shell("Statistics"),
        by,
        answering,
        chart: over_time(&report.months),
        panels: panels(&report, by),
        months_csv: urls::statistics_export(Table::Months.word(), &query(by, None)),
        report,
    }
    .ok()
}

/// `GET /console/statistics/{table}.csv`
async fn export(staff: Staff, table: Path<String>, params: Query<Asking>) -> PageResult {
    let table: Table = table.parse()?;
    downloads::count(&staff).await?;
    let (by, zone) = (params.understood()?.narrowing(), staff.time_zone.clone());
    let report = staff.read(move |tx| Report::load(tx, by, &zone)).await?;
    let name = format!("customers-by-{}.csv", table.column().to_lowercase());
    Ok(downloads::csv(name, table.csv(&report)?))
}

fn over_time(months: &[Month]) -> OverTime {
    let series = |name: &str, of: fn(&Month) -> u64| Series {
        name: name.into(),
        values: months.iter().map(of).collect(),
    };
    OverTime {
        title: "New and churned by month".into(),
        labels: months.iter().map(|month| month.name.clone()).collect(),
        series: vec![series("new", |month| month.new), series("churned", |month| month.churned)],
        form: Form::Grouped,
    }
}

fn panels(report: &Report, by: Filters) -> Vec<Panel> {
    [Table::Stages, Table::Types, Table::Sources, Table::Companies, Table::Owners]
        .into_iter()
        .filter(|table| !table.lines(report).is_empty())
        .map(|table| {
            let lines = table.lines(report);
            let largest = lines.iter().map(|line| line.amount).max().unwrap_or(0);
            Panel {
                word: table.word(),
                title: format!("By {}", table.column().to_lowercase()),
                column: table.column(),
                note: if lines.iter().map(|line| line.amount).sum::<u64>() > report.total {
                    "A customer with several owners counts for each of them."
                } else {
                    ""
                },
                lines: lines
                    .iter()
                    .take(LINES)
                    .map(|line| shown(line, table, report.total, largest, by))
                    .collect(),
                more: lines.len().saturating_sub(LINES),
                csv: urls::statistics_export(table.word(), &query(by, None)),
            }
        })
        .collect()
}

fn shown(line: &Line, table: Table, total: u64, largest: u64, by: Filters) -> ShownLine {
    let parameter = table.column().to_lowercase();
    ShownLine {
        name: line.name.clone(),
        amount: line.amount,
        url: match &line.key {
            Some(key) if line.amount > 0 => urls::customers_with(&query(by, Some((&parameter, key)))),
            _ => String::new(),
        },
        share: percent(line.amount, total),
        width: format!("{:.2}%", part(line.amount, largest)),
    }
}

/// The query string that narrows the same way, here or in the list of customers, and further by `also`.
fn query(by: Filters, also: Option<(&str, &str)>) -> String {
    let company = by.company.map(|id| ("company", id.to_string()));
    let owner = by.owner.map(|id| ("owner", id.to_string()));
    let kept = [company, owner]
        .into_iter()
        .flatten()
        .filter(|(name, _)| also.is_none_or(|(other, _)| other != *name));
    let also = also.map(|(name, value)| (name, value.to_owned()));
    serde_html_form::to_string(kept.chain(also).collect::<Vec<_>>()).unwrap_or_default()
}

fn part(amount: u64, of: u64) -> f64 {
    if of == 0 { 0.0 } else { amount as f64 * 100.0 / of as f64 }
}

/// "12%", and "<1%" of what there is.
fn percent(amount: u64, of: u64) -> String {
    match part(amount, of) {
        share if amount > 0 && share < 1.0 => "<1%".into(),
        share => format!("{share:.0}%"),
    }
}

impl IndexPage {
    fn is_narrowed(&self) -> bool {
        self.by != Filters::default()
    }

    fn company(&self) -> String {
        self.by.company.map_or(String::new(), |id| id.to_string())
    }

    fn owner(&self) -> String {
        self.by.owner.map_or(String::new(), |id| id.to_string())
    }

    fn all_url(&self) -> String {
        urls::customers_with(&query(self.by, None))
    }

    fn this_month(&self) -> Option<&Month> {
        self.report.months.last()
    }

    fn last_month(&self) -> Option<&Month> {
        self.report.months.iter().rev().nth(1)
    }

    /// The balance of the last twelve months, signed.
    fn year(&self) -> String {
        signed(self.report.months.iter().rev().take(12).map(Month::net).sum())
    }

    fn days(&self) -> u32 {
        answering::DAYS
    }

    fn months_shown(&self) -> u32 {
        months::SHOWN
    }
}

/// "+1,204", "−3", "0".
fn signed(number: i64) -> String {
    let sign = match number {
        1.. => "+",
        0 => "",
        _ => "−",
    };
    format!("{sign}{}", crate::infra::web::filters::thousands(number.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_whole_and_a_little_is_not_nothing() {
        assert_eq!(
            (percent(1, 3).as_str(), percent(1, 1000).as_str(), percent(0, 5).as_str()),
            ("33%", "<1%", "0%")
        );
        assert_eq!(percent(0, 0), "0%");
    }

    #[test]
    fn a_figure_leads_to_the_list_narrowed_the_same_way() {
        let company = crate::infra::db::ids::CompanyId::new();
        let by = Filters { company: Some(company), owner: None };
        assert_eq!(query(by, Some(("stage", "active"))), format!("company={company}&stage=active"));
        assert_eq!(query(by, Some(("company", "x"))), "company=x");
    }

    #[test]
    fn a_balance_has_its_sign() {
        assert_eq!((signed(1204), signed(-3), signed(0)), ("+1,204".into(), "−3".into(), "0".into()));
    }
}
