//! The paths of statistics.

pub fn statistics() -> String {
    "/console/statistics".into()
}
/// A table of it as CSV, narrowed by a query string, which may be empty.
pub fn statistics_export(table: &str, query: &str) -> String {
    let path = format!("/console/statistics/{table}.csv");
    if query.is_empty() { path } else { format!("{path}?{query}") }
}
