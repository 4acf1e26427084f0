//! The paths of tasks.

/// The pages of background tasks, on the surface where they are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tasks {
    Console,
    Platform,
}

impl Tasks {
    pub fn all(self) -> String {
        match self {
            Self::Console => "/console/tasks".into(),
            Self::Platform => "/platform/tasks".into(),
        }
    }
    /// One of the lists; `handler` and `before` may be empty.
    pub fn list(self, list: &str, handler: &str, before: &str) -> String {
        let pairs: Vec<_> = [("list", list), ("handler", handler), ("before", before)]
            .into_iter()
            .filter(|(_, v)| !v.is_empty())
            .collect();
        format!("{}?{}", self.all(), serde_html_form::to_string(pairs).unwrap_or_default())
    }
    pub fn one(self, id: &i64) -> String {
        format!("{}/{id}", self.all())
    }
}
