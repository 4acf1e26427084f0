//! What a person types about a view.
use super::model::SavedView;
use crate::{customers::listing::CUSTOMERS, infra::web::forms::Submitted};
use serde::Deserialize;
use validator::Validate;

/// Every field is text, so that whatever was typed can be shown again.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct ViewForm {
    pub name: String,
    pub query: String,
    pub is_shared: String,
    pub pin: String,
    /// The version that the form was made from.
    pub version: String,
}

impl ViewForm {
    /// A form that shows what is saved.
    pub fn of(view: &SavedView) -> Self {
        Self {
            name: view.name.clone(),
            query: view.query.clone(),
            is_shared: written(view.is_shared),
            pin: written(view.is_pinned),
            version: view.version.to_string(),
        }
    }

    /// A form for a new view, which is pinned unless somebody says otherwise.
    pub fn selecting(query: &str) -> Self {
        let (known, unknown) = CUSTOMERS.read(query);
        Self { query: unknown.carried_by(known.query()), pin: written(true), ..Self::default() }
    }

    /// Puts the form into the shape in which it is saved, and notes what is wrong.
    pub fn check(form: &mut Submitted<Self>) {
        let name = form.values.name.split_whitespace().collect::<Vec<_>>().join(" ");
        match name.chars().count() {
            0 => form.refuse("name", "Name the view."),
            61.. => form.refuse("name", "The name may have 60 characters."),
            _ => form.values.name = name,
        }
        let (query, unknown) = CUSTOMERS.read(&form.values.query);
        if !unknown.is_empty() {
            form.refuse(
                "query",
                format!("This list has an unknown filter: {}. Open it without it.", unknown.words()),
            );
        }
        form.values.query = query.query();
        if form.values.query.len() > 2000 {
            form.refuse("query", "This list has too many filters to be saved. Take some off.");
        }
    }

    /// Whether colleagues see it.
    pub fn is_shared(&self) -> bool {
        self.is_shared == "true"
    }

    /// Whether it goes to the side bar.
    pub fn is_pinned(&self) -> bool {
        self.pin == "true"
    }
}

fn written(on: bool) -> String {
    if on { "true".into() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(name: &str, query: &str) -> Submitted<ViewForm> {
        let values = ViewForm { name: name.into(), query: query.into(), ..ViewForm::default() };
        let mut form = Submitted::filled(values);
        ViewForm::check(&mut form);
        form
    }

    #[test]
    fn a_name_is_needed_and_loses_needless_space() {
        assert_eq!(checked(" \n ", "").error("name"), "Name the view.");
        assert_eq!(checked("a  b\tc", "").values.name, "a b c");
        assert!(checked(&"é".repeat(61), "").has_errors());
        assert!(!checked(&"é".repeat(60), "").has_errors());
    }

    #[test]
    fn what_is_no_filter_is_not_saved() {
        let form = checked("a", "stage=robot&stage=active&evil=1&q=%00x");
        assert_eq!(form.values.query, "q=x&stage=active");
        assert!(form.error("query").contains("“stage = robot”, “evil”"), "{}", form.error("query"));
        assert!(checked("a", &format!("q={}", "%F0%9F%A6%80".repeat(200))).has_errors());
    }
}
