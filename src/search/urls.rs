//! The paths of search.

/// What matches, of one kind or (empty) of all.
pub fn search(typed: &str, kind: &str) -> String {
    let pairs: Vec<_> = [("q", typed), ("kind", kind)].into_iter().filter(|(_, v)| !v.is_empty()).collect();
    match pairs.as_slice() {
        [] => "/search".into(),
        pairs => format!("/search?{}", serde_html_form::to_string(pairs).unwrap_or_default()),
    }
}
