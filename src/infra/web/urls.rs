//! What the paths of features are made with.

/// One part of a query string.
pub fn pair(name: &str, value: &str) -> String {
    serde_html_form::to_string([(name, value)]).unwrap_or_default()
}
/// The same for those who come from elsewhere, a mail say: `base` is the public URL.
pub fn absolute(base: &str, path: &str) -> String {
    format!("{}{path}", base.trim_end_matches('/'))
}
