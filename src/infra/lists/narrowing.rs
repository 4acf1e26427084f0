//! What stands above a list: what can be set, and what is on.
use super::{ListQuery, Shown, Takes};
use crate::{
    infra::web::narrowing::{Filter, Narrowing, Order},
    values::kinds,
};

/// Values with their names.
type Options = Vec<(String, String)>;

impl ListQuery {
    /// For a list whose address with a query string is `url`. `choices` are the records that its filters offer, by parameter; `named`
    /// the names of values that are no choice of the form.
    pub fn narrowing(
        &self,
        choices: Vec<(&'static str, Options)>,
        named: &[(&'static str, String)],
        url: impl Fn(&str) -> String,
    ) -> Narrowing {
        let mut choices = choices;
        let (mut filters, mut chips) = (vec![], vec![]);
        for filter in self.listing.filters {
            let (name, label) = (filter.parameter, filter.label(self.listing));
            match filter.shown {
                Shown::Form => {
                    let mut options = kinds::options(filter.words(self.listing));
                    let more = choices.iter_mut().filter(|(of, _)| *of == name);
                    options.extend(more.flat_map(|(_, options)| std::mem::take(options)));
                    filters.push(Filter { name, label, options });
                }
                Shown::Chip => {
                    let known = named.iter().find(|(of, _)| *of == name).map(|(_, words)| words.clone());
                    let is_text = matches!(filter.takes(self.listing), Takes::Text(_));
                    let words = known.or_else(|| is_text.then(|| self.text(name)));
                    chips.extend(words.map(|words| (name, label, words)));
                }
                Shown::Apart | Shown::Tabs => {}
            }
        }
        let orders = self.orders().map(|order| Order {
            value: order.code,
            label: order.label,
            is_on: order.code == self.order.code,
        });
        Narrowing::new(self.pairs(), filters, orders.collect(), &chips, url)
    }
}
