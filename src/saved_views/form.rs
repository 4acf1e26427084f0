//! What a person types about a view.
use super::model::{SavedView, WriteView};
use crate::{
    customers::listing::CUSTOMERS,
    infra::refusal::{Checks, Refusal},
};
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

    /// The same form with its selection as it is saved: without what is no filter.
    pub fn in_order(self) -> Self {
        let query = CUSTOMERS.read(&self.query).0.query();
        Self { query, ..self }
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

impl TryFrom<&ViewForm> for WriteView {
    type Error = Vec<Refusal>;

    fn try_from(form: &ViewForm) -> Result<Self, Vec<Refusal>> {
        let mut checks = Checks::default();
        let name = checks.parse("name", &form.name);
        let query = checks.parse("query", &form.query);
        checks.finish(|| {
            Some(Self {
                name: name?,
                query: query?,
                is_shared: form.is_shared(),
                is_pinned: form.is_pinned(),
            })
        })
    }
}

fn written(on: bool) -> String {
    if on { "true".into() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(name: &str, query: &str) -> Result<WriteView, Vec<Refusal>> {
        let form = ViewForm { name: name.into(), query: query.into(), ..ViewForm::default() };
        WriteView::try_from(&form)
    }

    fn refusal(name: &str, query: &str) -> Refusal {
        command(name, query).unwrap_err().remove(0)
    }

    #[test]
    fn a_name_is_needed_and_loses_needless_space() {
        assert_eq!(refusal(" \n ", ""), Refusal::new("name", "Name the view."));
        assert_eq!(command("a  b\tc", "").unwrap().name.as_str(), "a b c");
        assert!(command(&"é".repeat(61), "").is_err());
        assert!(command(&"é".repeat(60), "").is_ok());
    }

    #[test]
    fn what_is_no_filter_is_not_saved() {
        let query = "stage=robot&stage=active&evil=1&q=%00x";
        let form = ViewForm { query: query.into(), ..ViewForm::default() };
        assert_eq!(form.in_order().query, "q=x&stage=active");
        let refusal = refusal("a", query);
        assert!(
            refusal.field == "query" && refusal.message.contains("“stage = robot”, “evil”"),
            "{refusal:?}"
        );
        assert!(command("a", &format!("q={}", "%F0%9F%A6%80".repeat(200))).is_err());
    }
}
