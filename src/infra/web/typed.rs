//! What somebody typed into a form, kept beside the request so that a page of an error can show it: nothing that was typed is lost.
use crate::infra::db::submissions;
use serde::{Deserialize, Serialize};

/// Fields that are not for reading.
const UNSHOWN: &[&str] = &[submissions::FIELD, "version", "return_to"];

/// Names and values of the form that a request brought, without passwords.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Typed(Vec<(String, String)>);

impl Typed {
    /// Of a form that was read.
    pub fn of(pairs: &[(String, String)]) -> Self {
        Self(pairs.iter().filter(|(name, _)| !name.contains("password")).cloned().collect())
    }

    /// The same under a key of its own, so that it can be sent as something new.
    #[must_use]
    pub fn anew(mut self) -> Self {
        for (_, key) in self.0.iter_mut().filter(|(name, _)| name == submissions::FIELD) {
            *key = submissions::fresh();
        }
        self
    }

    /// All of it, to be sent again.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// What its writer may want to read: names as words, and values.
    pub fn shown(&self) -> impl Iterator<Item = (String, &str)> {
        let is_shown = |name: &str, value: &str| {
            !value.is_empty() && !UNSHOWN.contains(&name) && value.parse::<uuid::Uuid>().is_err()
        };
        let pairs = self.0.iter().filter(move |(name, value)| is_shown(name, value));
        pairs.map(|(name, value)| (words(name), value.as_str()))
    }

    /// Whether there is anything to read.
    pub fn is_worth_showing(&self) -> bool {
        self.shown().next().is_some()
    }
}

/// The name of a field as words: `first_name` is "First name".
fn words(name: &str) -> String {
    let mut words = name.replace(['_', '-'], " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn what_is_shown_of_a_form_is_what_somebody_typed() {
        let typed = Typed::of(&pairs(&[
            ("submission", "k"),
            ("first_name", "Ada"),
            ("customer_id", "018f0000-0000-7000-8000-000000000000"),
            ("new_password", "secret"),
            ("body", ""),
        ]));
        assert_eq!(typed.shown().collect::<Vec<_>>(), [("First name".to_owned(), "Ada")]);
        assert!(typed.pairs().iter().all(|(name, _)| name != "new_password"));
        assert!(!Typed::of(&pairs(&[("version", "3")])).is_worth_showing());
        assert_ne!(typed.clone().anew().pairs()[0].1, "k");
    }
}
