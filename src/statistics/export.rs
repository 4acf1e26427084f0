//! Each table of the page as a file.
use super::model::{Line, Report};
use crate::platform::errors::{AppError, Result};

/// A table of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    Stages,
    Types,
    Sources,
    Companies,
    Owners,
    Months,
}

impl Table {
    /// As it is written in a URL and in the name of the file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Stages => "stages",
            Self::Types => "types",
            Self::Sources => "sources",
            Self::Companies => "companies",
            Self::Owners => "owners",
            Self::Months => "months",
        }
    }

    /// What stands over its first column, and how the list of customers calls the filter.
    pub fn column(self) -> &'static str {
        match self {
            Self::Stages => "Stage",
            Self::Types => "Type",
            Self::Sources => "Source",
            Self::Companies => "Company",
            Self::Owners => "Owner",
            Self::Months => "Month",
        }
    }

    /// The lines of it; none for months.
    pub fn lines(self, report: &Report) -> &[Line] {
        match self {
            Self::Stages => &report.stages,
            Self::Types => &report.types,
            Self::Sources => &report.sources,
            Self::Companies => &report.companies,
            Self::Owners => &report.owners,
            Self::Months => &[],
        }
    }

    /// The table as CSV, as the page shows it.
    pub fn csv(self, report: &Report) -> Result<Vec<u8>> {
        let mut file = csv::Writer::from_writer(vec![]);
        match self {
            Self::Months => {
                file.write_record([self.column(), "New", "Churned", "Net"]).map_err(AppError::internal)?;
                for month in &report.months {
                    let first = month.first.format("%Y-%m").to_string();
                    let figures = [month.new.to_string(), month.churned.to_string(), month.net().to_string()];
                    file.write_record([vec![first], figures.into()].concat()).map_err(AppError::internal)?;
                }
            }
            _ => {
                file.write_record([self.column(), "Customers"]).map_err(AppError::internal)?;
                for line in self.lines(report) {
                    file.write_record([harmless(&line.name), line.amount.to_string()])
                        .map_err(AppError::internal)?;
                }
            }
        }
        file.into_inner().map_err(|error| AppError::internal(error.to_string()))
    }
}

impl std::str::FromStr for Table {
    type Err = AppError;
    fn from_str(word: &str) -> Result<Self> {
        [Self::Stages, Self::Types, Self::Sources, Self::Companies, Self::Owners, Self::Months]
            .into_iter()
            .find(|table| table.word() == word)
            .ok_or(AppError::NotFound)
    }
}

/// A name that a spreadsheet does not take for a formula.
fn harmless(name: &str) -> String {
    if name.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{name}") } else { name.to_owned() }
}
