//! The paths of events.

/// The pages of the log, on the surface where they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Log {
    Console,
    Platform,
}

impl Log {
    pub fn all(self) -> String {
        match self {
            Self::Console => "/console/events".into(),
            Self::Platform => "/platform/events".into(),
        }
    }
    /// Under a query string, which may be empty.
    pub fn with(self, query: &str) -> String {
        if query.is_empty() { self.all() } else { format!("{}?{query}", self.all()) }
    }
    pub fn one(self, id: &i64) -> String {
        format!("{}/{id}", self.all())
    }
    /// As a file: csv or jsonl.
    pub fn export(self, ending: &str, query: &str) -> String {
        let path = format!("{}/export.{ending}", self.all());
        if query.is_empty() { path } else { format!("{path}?{query}") }
    }
}
