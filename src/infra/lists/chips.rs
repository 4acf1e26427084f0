//! What stands above a list: the form of what can be set, and a chip for what is on, each with the way to take it off.
use super::{Choices, ListQuery, Offer, Shown, Takes, choices::EVERY_CHOICE};
use crate::values::kinds;

/// The parameters of a list: name and value, a name as often as it has values.
pub type Pairs = Vec<(&'static str, String)>;

/// Values with their names.
pub type Options = Vec<(String, String)>;

/// A filter that can be set.
pub struct Settable {
    /// Its parameter.
    pub name: &'static str,
    pub label: &'static str,
    pub choices: Choices,
}

/// A filter that is on.
pub struct Chip {
    pub label: &'static str,
    pub value: String,
    /// The list without it.
    pub url: String,
}

/// An order that can be chosen.
pub struct SortOption {
    /// As the URL has it; empty for the usual one.
    pub value: &'static str,
    pub label: &'static str,
    pub is_on: bool,
}

/// Everything above a list that decides which rows it has.
pub struct Filters {
    /// The list with nothing set.
    pub all: String,
    /// What the form carries along: all that is on, but for the order.
    pub kept: Pairs,
    /// What can be set besides.
    pub filters: Vec<Settable>,
    pub chips: Vec<Chip>,
    pub orders: Vec<SortOption>,
    /// The same list with every choice in its selects; empty where they have them.
    pub every_choice: String,
}

impl ListQuery {
    /// For a list whose address with a query string is `url`. `records` are those that its filters offer, by parameter, of which the page
    /// holds what `offer` says; `named` the names of values that are no choice of the form.
    pub fn filters(
        &self,
        offer: Offer,
        records: &[(&str, Options)],
        named: &[(&str, String)],
        url: impl Fn(&str) -> String,
    ) -> Filters {
        let pairs = self.pairs();
        let (mut filters, mut chips) = (vec![], vec![]);
        for (filter, values) in self.listing.filters.iter().zip(&self.values) {
            let (name, label) = (filter.parameter, filter.label(self.listing));
            let mut options = kinds::options(filter.words(self.listing));
            let mut records: Options =
                records.iter().filter(|(of, _)| *of == name).flat_map(|(_, more)| more.clone()).collect();
            let is_text = matches!(filter.takes(self.listing), Takes::Text(_));
            let words = |value: &str| match filter.shown {
                Shown::Form => {
                    let known = options.iter().chain(&records).find(|(code, _)| code == value);
                    Some(known.map_or_else(|| "no longer there".to_owned(), |(_, name)| name.clone()))
                }
                Shown::Chip => {
                    let known = named.iter().find(|(of, _)| *of == name).map(|(_, words)| words.clone());
                    known.or_else(|| is_text.then(|| value.to_owned()))
                }
                Shown::Apart | Shown::Tabs => None,
            };
            for value in values.iter().map(super::Value::written) {
                let url = || url(&without(&pairs, name, &value));
                chips.extend(words(&value).map(|words| Chip { label, value: words, url: url() }));
            }
            let is_off = |(code, _): &(String, String)| !values.iter().any(|value| value.written() == *code);
            options.retain(is_off);
            records.retain(is_off);
            if filter.shown == Shown::Form && !(options.is_empty() && records.is_empty()) {
                filters.push(Settable { name, label, choices: offer.of(options, records) });
            }
        }
        let order = |order: &super::Order| SortOption {
            value: order.code,
            label: order.label,
            is_on: order.code == self.order.code,
        };
        let orders = self.orders().map(order).collect();
        let has_more = filters.iter().any(|filter: &Settable| filter.choices.has_more);
        let every_choice = if has_more { url(&every_choice(&self.query())) } else { String::new() };
        let kept = pairs.into_iter().filter(|(name, _)| *name != "sort").collect();
        Filters { all: url(""), kept, filters, chips, orders, every_choice }
    }
}

/// The query string of a list's page with every choice.
fn every_choice(query: &str) -> String {
    if query.is_empty() { EVERY_CHOICE.to_owned() } else { format!("{query}&{EVERY_CHOICE}") }
}

/// The query string without one value.
pub fn without(pairs: &Pairs, name: &str, value: &str) -> String {
    let left: Vec<_> = pairs.iter().filter(|(n, v)| !(*n == name && v == value)).collect();
    serde_html_form::to_string(left).unwrap_or_default()
}

/// The query string with one parameter set to this and nothing else; an empty value takes it off.
pub fn with(pairs: &Pairs, name: &str, value: &str) -> String {
    let mut pairs: Vec<(&str, &str)> =
        pairs.iter().filter(|(n, _)| *n != name).map(|(n, v)| (*n, v.as_str())).collect();
    if !value.is_empty() {
        pairs.push((name, value));
    }
    serde_html_form::to_string(pairs).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::lists::{Filter, Key, Listing, Narrows, Order, Takes};

    const STAGES: &[kinds::Word] = &[("a", "Active"), ("c", "Churned")];
    static LISTING: Listing = Listing::new("customers c", Key::uuid("c.id"))
        .filters(&[
            Filter::search(Narrows::Elsewhere),
            Filter::new("stage", "Stage", Takes::Ids("stages", STAGES), Narrows::Column("c.stage")),
        ])
        .orders(&[
            Order::by(&[Key::text("c.name")]).called("name", "Name"),
            Order::by(&[Key::text("c.name")]).called("-name", "Name, Z to A").descending(),
        ]);

    fn filtered(query: &str) -> Filters {
        LISTING.read(query).0.filters(Offer::Few, &[], &[], |query| format!("/list?{query}"))
    }

    #[test]
    fn what_is_on_has_a_chip_and_is_not_offered_again() {
        let found = filtered("q=north&stage=c&sort=-name");
        let chips: Vec<_> = found.chips.iter().map(|c| (c.label, c.value.as_str(), c.url.as_str())).collect();
        assert_eq!(
            chips,
            [
                ("Search", "north", "/list?stage=c&sort=-name"),
                ("Stage", "Churned", "/list?q=north&sort=-name")
            ]
        );
        assert_eq!(found.filters[0].choices.options, [("a".to_owned(), "Active".to_owned())]);
        assert_eq!(found.kept, [("q", "north".to_owned()), ("stage", "c".to_owned())]);
        assert_eq!(found.all, "/list?");
        assert_eq!(found.orders.iter().map(|order| order.is_on).collect::<Vec<_>>(), [false, true]);
    }

    #[test]
    fn many_records_are_on_the_page_with_every_choice() {
        let records: Options = (0..20).map(|n| (n.to_string(), format!("Name {n}"))).collect();
        let query = LISTING.read("stage=a").0;
        let found = |offer| {
            query.filters(offer, &[("stage", records.clone())], &[], |query| format!("/list?{query}"))
        };
        let (few, every) = (found(Offer::Few), found(Offer::Every));
        assert_eq!((few.filters[0].choices.options.len(), few.filters[0].choices.has_more), (1, true));
        assert_eq!(few.every_choice, "/list?stage=a&choices=all");
        assert_eq!((every.filters[0].choices.options.len(), every.every_choice.as_str()), (21, ""));
    }

    #[test]
    fn a_filter_with_all_its_values_on_is_not_offered() {
        let found = filtered(&format!("stage=a&stage=c&stage={}", uuid::Uuid::nil()));
        assert!(found.filters.is_empty());
        assert_eq!(found.chips[2].value, "no longer there");
    }

    #[test]
    fn a_parameter_is_set_once() {
        let pairs = vec![("stage", "a".to_owned()), ("stage", "c".to_owned())];
        assert_eq!(with(&pairs, "stage", "x"), "stage=x");
        assert_eq!(with(&pairs, "stage", ""), "");
        assert_eq!(without(&pairs, "stage", "a"), "stage=c");
    }
}
