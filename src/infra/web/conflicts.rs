//! Two versions of a record side by side: what was typed, and what somebody else saved meanwhile.

/// A field of which two versions exist.
pub struct Difference {
    pub label: String,
    pub yours: String,
    pub theirs: String,
}

/// Somebody else's save, beside what was typed.
pub struct Conflict {
    pub by: String,
    pub differences: Vec<Difference>,
}

impl Conflict {
    /// The fields that differ, from two lists of the same fields: label and value.
    pub fn between<L: Into<String>>(by: String, yours: Vec<(L, String)>, theirs: Vec<(L, String)>) -> Self {
        let differences = yours
            .into_iter()
            .zip(theirs)
            .filter(|((_, yours), (_, theirs))| yours.trim() != theirs.trim())
            .map(|((label, yours), (_, theirs))| Difference { label: label.into(), yours, theirs })
            .collect();
        Self { by, differences }
    }
}
