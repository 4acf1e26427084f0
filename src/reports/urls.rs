//! The paths of reports.

/// Who leaves and why, under a query string, which may be empty.
pub fn reports(query: &str) -> String {
    if query.is_empty() { "/console/reports".into() } else { format!("/console/reports?{query}") }
}
pub fn reports_export(table: &str, query: &str) -> String {
    let path = format!("/console/reports/{table}.csv");
    if query.is_empty() { path } else { format!("{path}?{query}") }
}
