//! Each table of the page as a file.
use super::{
    model::{self, AFTER},
    period::ReportQuery,
};
use crate::{
    infra::{
        db::Tx,
        web::{
            csv,
            errors::{AppError, Result},
        },
    },
    lifecycle::reasons::Reason,
    values::kinds,
};

/// How many words a file holds at most.
const WORDS: i64 = 10_000;

/// A table by its word in the URL, as CSV; `NotFound` for any other word.
pub fn csv(tx: &mut Tx, query: &ReportQuery, table: &str) -> Result<Vec<u8>> {
    let mut rows: Vec<Vec<String>> = vec![];
    let mut row = |cells: &[&dyn ToString]| rows.push(cells.iter().map(|cell| cell.to_string()).collect());
    match table {
        "months" => {
            row(&[&"Month", &"Customers at its start", &"Deactivated", &"Reactivated", &"Churned"]);
            for month in model::months(tx, query)? {
                let name = month.first.format("%Y-%m");
                row(&[&name, &month.customers, &month.deactivated, &month.reactivated, &month.churned]);
            }
        }
        "reasons" => {
            row(&[&"Reason", &"Customers"]);
            for line in model::reasons(tx, query)? {
                row(&[&kinds::name(Reason::WORDS, &line.key), &line.amount]);
            }
        }
        "recommendation" => {
            row(&[&"Likelihood to recommend", &"Customers"]);
            for (number, amount) in model::likelihoods(tx, query)?.iter().enumerate() {
                row(&[&number, amount]);
            }
        }
        "words" => {
            row(&[&"When", &"Customer", &"Reason", &"Likelihood to recommend", &"In their words"]);
            for message in model::words(tx, query, None, WORDS)? {
                let likelihood = message.likelihood.map_or(String::new(), |n| n.to_string());
                let reason = kinds::name(Reason::WORDS, &message.reason);
                row(&[
                    &message.created_at.to_rfc3339(),
                    &message.customer,
                    &reason,
                    &likelihood,
                    &message.explanation,
                ]);
            }
        }
        "cohorts" => {
            let mut head = vec!["Quarter".to_owned(), "Customers".to_owned()];
            head.extend(AFTER.iter().map(|months| format!("After {months} months")));
            rows.push(head);
            for cohort in model::cohorts(tx, query)? {
                let mut cells = vec![cohort.first.to_string(), cohort.size.to_string()];
                cells.extend(cohort.kept.iter().map(|kept| kept.map_or(String::new(), |n| n.to_string())));
                rows.push(cells);
            }
        }
        _ => return Err(AppError::NotFound),
    }
    let mut rows = rows.into_iter();
    csv::file(rows.next().unwrap_or_default(), rows)
}
