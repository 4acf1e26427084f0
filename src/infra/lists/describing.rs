//! A list in words: what a saved view selects, what a bulk action is about to change.
use super::{ListQuery, Takes, Value};
use crate::infra::{
    db::Tx,
    entity::{capitalised, titles},
    web::errors::Result,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// The names of what some lists refer to by id.
#[derive(Default)]
pub struct Names(HashMap<Uuid, String>);

/// A part of a description: what it is about, and what it says.
pub type Fact = (String, String);

impl Names {
    /// Loads them with a query for each table, however many lists there are.
    pub fn of(tx: &mut Tx, lists: &[&ListQuery]) -> Result<Self> {
        let mut wanted: BTreeMap<&'static str, BTreeSet<Uuid>> = BTreeMap::new();
        for query in lists {
            for (filter, _) in query.on() {
                if let Takes::Ids(table, _) = filter.takes(query.listing) {
                    wanted.entry(table).or_default().extend(query.ids_of(filter.parameter));
                }
            }
        }
        let titles = titles(tx, &wanted)?;
        Ok(Self(titles.into_iter().map(|((_, id), title)| (id, title)).collect()))
    }

    fn name(&self, id: Uuid) -> String {
        self.0.get(&id).cloned().unwrap_or_else(|| "(no longer there)".into())
    }
}

impl ListQuery {
    /// Which rows it selects.
    pub fn facts(&self, names: &Names) -> Vec<Fact> {
        let facts: Vec<Fact> = self
            .on()
            .map(|(filter, values)| {
                let words = filter.words(self.listing);
                let name = |value: &Value| match value {
                    Value::Code(code) => crate::values::kinds::name(words, code),
                    Value::Id(id) => names.name(*id),
                    Value::Text(text) => format!("“{text}”"),
                    other => other.written(),
                };
                let values: Vec<String> = values.iter().map(name).collect();
                (filter.label(self.listing).to_owned(), values.join(filter.joint))
            })
            .collect();
        if !facts.is_empty() {
            return facts;
        }
        vec![(capitalised(self.listing.noun().1.to_owned()), "All".to_owned())]
    }
}
