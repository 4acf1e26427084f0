//! Why customers leave.

/// Every reason code and its words.
pub const REASONS: &[(&str, &str)] = &[
    ("price", "Price"),
    ("missing_feature", "A feature is missing"),
    ("poor_support", "Poor support"),
    ("switched_competitor", "Switched to a competitor"),
    ("business_closed", "Closed their business"),
    ("not_using", "Not using it"),
    ("other", "Something else"),
];

/// A reason in words.
pub fn name(code: &str) -> String {
    REASONS.iter().find(|(known, _)| *known == code).map_or(code, |(_, name)| name).to_owned()
}

/// The codes and words as options of a form.
pub fn options() -> Vec<(String, String)> {
    REASONS.iter().map(|(code, name)| ((*code).to_owned(), (*name).to_owned())).collect()
}
