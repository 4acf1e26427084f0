//! Every row looked at before any is imported: how many are new, how many change a customer, and which are wrong and why.
use super::{
    fields::{self, Mapping},
    file::CsvFile,
    phones::Readings,
    resolving::{self, Fate, Key},
    rows::{MOST_CHARACTERS, Reader},
    staging::{StagedRow, Staging, Target},
};
use crate::{
    infra::{
        db::{Tx, ids::CustomerId},
        refusal::Refusal,
        web::{csv, errors::Result},
    },
    tags::TagName,
    values::{CustomerType, Phone, Stage},
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Problems that the page shows; the rest is in the file to download.
pub const SHOWN_PROBLEMS: usize = 100;
/// Rows that the page shows as they will be.
const SHOWN_ROWS: usize = 8;

/// What is kept of a check, for the page.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Found {
    pub create: usize,
    pub update: usize,
    pub bad: usize,
    /// Known customers that a run has found as the file says, and left alone.
    pub unchanged: usize,
    pub problems: Vec<Problem>,
    pub preview: Vec<Preview>,
    /// What phone numbers without a country code become.
    pub phones: Readings,
}

/// What is wrong with a row.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Problem {
    pub line: u64,
    pub field: String,
    pub reason: String,
}

/// A row as it will be saved, as far as a table shows it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Preview {
    pub line: u64,
    pub name: String,
    /// The customer that it changes; `None` for a new one.
    pub changes: Option<CustomerId>,
    pub external_id: String,
    pub email: String,
    pub phone: String,
    pub customer_type: String,
    pub stage: String,
    pub tags: String,
}

/// A file that has been gone through.
pub struct Examined {
    pub found: Found,
    /// Where each good row goes.
    pub targets: Vec<Target>,
    pub bad: Bad,
}

/// What is wrong with rows, by line.
pub struct Bad(Vec<(u64, Vec<Refusal>)>);

/// Goes through a file. The good rows go to `staging`, where there is one.
pub fn examine(
    tx: &mut Tx,
    file: &CsvFile,
    mapping: &Mapping,
    country: &str,
    staging: &mut Option<Staging>,
) -> Result<Examined> {
    let mut reader = Reader::new(tx, file, mapping, country)?;
    let (mut keys, mut bad, mut candidates) = (vec![], vec![], HashMap::new());
    for (line, n) in file.rows().zip(1..) {
        match reader.read(&line) {
            Ok(mut row) => {
                row.n = n;
                // A row that turns out to double another is shown among the problems, so a few more are kept than are shown.
                if candidates.len() < SHOWN_ROWS * 4 {
                    candidates.insert(n, Preview::of(line.number, &row));
                }
                keys.push(Key {
                    n,
                    line: line.number,
                    id: row.known_as,
                    external_id: row.external_id.clone(),
                    email: row.email.clone(),
                });
                if let Some(staging) = staging {
                    staging.push(tx, row)?;
                }
            }
            Err(refusals) => bad.push((line.number, refusals)),
        }
    }
    let fates = resolving::resolve(tx, &keys)?;
    let mut found = Found { phones: reader.phones, ..Found::default() };
    let mut targets = Vec::with_capacity(keys.len());
    for (key, fate) in keys.iter().zip(fates) {
        let known = match fate {
            Fate::Bad(refusal) => {
                bad.push((key.line, vec![refusal]));
                continue;
            }
            Fate::Create => None,
            Fate::Update(id) => Some(id),
        };
        *if known.is_some() { &mut found.update } else { &mut found.create } += 1;
        targets.push(Target { n: key.n, id: known.unwrap_or_default(), known: known.is_some() });
        if let Some(mut row) = candidates.remove(&key.n).filter(|_| found.preview.len() < SHOWN_ROWS) {
            row.changes = known;
            found.preview.push(row);
        }
    }
    bad.sort_by_key(|(line, _)| *line);
    found.bad = bad.len();
    found.problems =
        bad.iter().flat_map(|(line, refusals)| describe(*line, refusals)).take(SHOWN_PROBLEMS).collect();
    Ok(Examined { found, targets, bad: Bad(bad) })
}

fn describe(line: u64, refusals: &[Refusal]) -> impl Iterator<Item = Problem> + '_ {
    refusals.iter().map(move |refusal| Problem {
        line,
        field: fields::label(&refusal.field).to_owned(),
        reason: refusal.message.to_string(),
    })
}

impl Preview {
    fn of(line: u64, row: &StagedRow) -> Self {
        let text = |text: Option<&str>| text.unwrap_or_default().chars().take(80).collect::<String>();
        let tags: Vec<&str> = row.tags.iter().flatten().map(TagName::as_str).collect();
        Self {
            line,
            name: row.name.to_string(),
            changes: None,
            external_id: text(row.external_id.as_deref()),
            email: text(row.email.as_deref()),
            phone: row.phone.as_ref().map(Phone::in_field).unwrap_or_default(),
            customer_type: row.customer_type.map_or("", CustomerType::label).to_owned(),
            stage: row.lifecycle_stage.map_or("", Stage::code).to_owned(),
            tags: tags.join(", "),
        }
    }
}

impl Bad {
    /// The wrong rows as a CSV: line, field and reason, then the row as it was, so that it can be fixed and uploaded again.
    pub fn describe(&self, file: &CsvFile) -> Result<Vec<u8>> {
        if self.0.is_empty() {
            return Ok(vec![]);
        }
        let mut bad = self.0.iter().peekable();
        let rows = file.rows().filter_map(|row| {
            let (line, refusals) = bad.next_if(|(line, _)| *line == row.number)?;
            let fields: Vec<&str> = refusals.iter().map(|refusal| fields::label(&refusal.field)).collect();
            let reasons: Vec<&str> = refusals.iter().map(|refusal| &*refusal.message).collect();
            let mut record = vec![line.to_string(), fields.join("; "), reasons.join(" ")];
            let columns = file.header().len().max(row.cells.len());
            record.extend((0..columns).map(|at| given_back(row.cells.get(at).unwrap_or_default())));
            Some(record)
        });
        let heading = ["Line", "Field", "Problem"].into_iter().map(str::to_owned);
        csv::file(heading.chain(file.columns()), rows)
    }
}

/// A cell as it was in the file; one that goes on without end is cut.
fn given_back(cell: &str) -> String {
    let cell = csv::unguarded(cell);
    if cell.len() <= MOST_CHARACTERS {
        cell
    } else {
        cell.chars().take(MOST_CHARACTERS).chain(['…']).collect()
    }
}
