//! Each table of the page as a file.
use super::model::{Line, Report};
use crate::infra::web::{
    csv,
    errors::{AppError, Result},
};

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
        match self {
            Self::Months => csv::file(
                [self.column(), "New", "Churned", "Net"],
                report.months.iter().map(|month| {
                    let first = month.first.format("%Y-%m").to_string();
                    [first, month.new.to_string(), month.churned.to_string(), month.net().to_string()]
                }),
            ),
            _ => csv::file(
                [self.column(), "Customers"],
                self.lines(report).iter().map(|line| [line.name.clone(), line.amount.to_string()]),
            ),
        }
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
