//! A list as its query string describes it, with everything that makes no sense left out. The same description selects the rows of a
//! page, an export and a bulk action.
use super::{
    Listing, Order, Page, Pairs, Size, Value,
    chips::{with, without},
    page,
};
use crate::infra::{
    db::{Plan, ids::CustomerId, paging, sql::Bind},
    entity::Entity,
    web::{forms::clean, query::Unknown},
};
use uuid::Uuid;

/// What of a list is wanted.
#[derive(Clone, Debug)]
pub struct ListQuery {
    pub listing: &'static Listing,
    /// The values of each filter, in the order of the list's description.
    pub(super) values: Vec<Vec<Value>>,
    pub order: &'static Order,
    pub size: usize,
    /// Where the page begins, or ends.
    pub(super) position: Option<Position>,
    /// Only what belongs to this customer, as the page says on which the list stands.
    pub(super) customer: Option<CustomerId>,
    /// By whose clock days are meant.
    pub zone: String,
    /// What a search has found beforehand, where it was few.
    pub hits: Option<Vec<Uuid>>,
}

/// A place in an order: the values of its keys, and of the id.
#[derive(Clone, Debug)]
pub(super) struct Position {
    pub keys: Vec<Bind>,
    /// Whether the page is the one before it.
    pub is_backwards: bool,
}

impl Listing {
    /// Reads a query string leniently: what is asked for, and what of it means nothing.
    pub fn read(&'static self, encoded: &str) -> (ListQuery, Unknown) {
        self.read_among(encoded, &[])
    }

    /// As [`Listing::read`], where values come from the descriptions of things.
    pub fn read_among(&'static self, encoded: &str, entities: &'static [Entity]) -> (ListQuery, Unknown) {
        let names = self.names();
        let (known, unknown): (Vec<_>, Vec<_>) =
            clean(encoded.as_bytes()).into_iter().partition(|(name, value)| {
                names.contains(&name.as_str()) && (value.is_empty() || self.knows(name, value, entities))
            });
        let is_single = |name: &str| self.filter(name).is_none_or(|filter| filter.is_single);
        let twice = known
            .iter()
            .enumerate()
            .any(|(n, (name, _))| is_single(name) && known[..n].iter().any(|(other, _)| other == name));
        if twice {
            // Which of two values is meant can't be known.
            return (self.of_pairs(&[], entities), Unknown::new([unknown, known].concat(), names));
        }
        (self.of_pairs(&known, entities), Unknown::new(unknown, names))
    }

    /// The list with nothing asked for.
    pub fn whole(&'static self) -> ListQuery {
        self.of_pairs(&[], &[])
    }

    fn knows(&self, name: &str, value: &str, entities: &'static [Entity]) -> bool {
        match (self.filter(name), name) {
            (Some(filter), _) => filter.read(self, value, entities).is_some(),
            (None, "sort") => self.orders.iter().any(|order| order.code == value),
            (None, "size") => paging::is_size(value),
            _ => true,
        }
    }

    fn of_pairs(&'static self, pairs: &[(String, String)], entities: &'static [Entity]) -> ListQuery {
        let one = |name: &'static str| given(pairs, name).next().unwrap_or_default();
        let values = self.filters.iter().map(|filter| {
            let read = |value: &str| filter.read(self, value, entities);
            let mut values: Vec<Value> = given(pairs, filter.parameter).filter_map(read).collect();
            filter.in_order(self, &mut values);
            values
        });
        let mut query = ListQuery {
            listing: self,
            values: values.collect(),
            order: &self.orders[0],
            size: match self.size {
                Size::Fixed(size) => size,
                Size::Chosen => paging::size(one("size")),
            },
            position: None,
            customer: None,
            zone: String::new(),
            hits: None,
        };
        let chosen = self.orders.iter().find(|order| !order.code.is_empty() && order.code == one("sort"));
        query.order = chosen.filter(|order| order.is_offered(&query)).unwrap_or_else(|| query.usual());
        let backwards = self.backward.and_then(|name| page::position(query.order, &self.id, one(name), true));
        query.position =
            backwards.or_else(|| page::position(query.order, &self.id, one(self.forward), false));
        query
    }
}

/// The values of a parameter.
fn given<'a>(pairs: &'a [(String, String)], name: &'a str) -> impl Iterator<Item = &'a str> {
    pairs.iter().filter(move |(n, v)| n == name && !v.is_empty()).map(|(_, value)| value.as_str())
}

impl ListQuery {
    /// The values of a filter.
    pub fn values(&self, parameter: &str) -> &[Value] {
        let at = self.listing.filters.iter().position(|filter| filter.parameter == parameter);
        at.and_then(|at| self.values.get(at)).map_or(&[], Vec::as_slice)
    }

    /// Whether a filter has a value.
    pub fn is_on(&self, parameter: &str) -> bool {
        !self.values(parameter).is_empty()
    }

    /// The value of a filter that has one at most, as it is written; empty where it has none.
    pub fn text(&self, parameter: &str) -> String {
        self.values(parameter).first().map_or(String::new(), Value::written)
    }

    /// The code of a closed choice, or what is assumed where none is chosen.
    pub fn code(&self, parameter: &str) -> &'static str {
        match self.values(parameter).first() {
            Some(Value::Code(code)) => code,
            _ => self.listing.filter(parameter).and_then(|filter| filter.assumed).unwrap_or_default(),
        }
    }

    /// The ids among the values of a filter.
    pub fn ids_of(&self, parameter: &str) -> Vec<Uuid> {
        let id = |value: &Value| if let Value::Id(id) = value { Some(*id) } else { None };
        self.values(parameter).iter().filter_map(id).collect()
    }

    /// Whether this word is among the values of a filter.
    pub fn has(&self, parameter: &str, word: &'static str) -> bool {
        self.values(parameter).contains(&Value::Code(word))
    }

    /// The filters that are on, in order, with their values.
    pub fn on(&self) -> impl Iterator<Item = (&'static super::Filter, &[Value])> {
        let all = self.listing.filters.iter().zip(&self.values);
        all.filter(|(_, values)| !values.is_empty()).map(|(filter, values)| (filter, values.as_slice()))
    }

    /// Whether nothing narrows the list, or the tab of it that is open.
    pub fn is_whole(&self) -> bool {
        self.on().all(|(filter, _)| filter.shown == super::Shown::Tabs)
    }

    /// The plan suits every value where only the page differs; elsewhere the values decide.
    pub fn plan(&self) -> Plan {
        if self.is_whole() { Plan::Generic } else { Plan::Custom }
    }

    /// Whether this is the first page.
    pub fn is_first(&self) -> bool {
        self.position.is_none()
    }

    /// The order where none is chosen.
    pub fn usual(&self) -> &'static Order {
        self.orders().next().unwrap_or(&self.listing.orders[0])
    }

    /// The orders that make sense; the first is the usual one.
    pub fn orders(&self) -> impl Iterator<Item = &'static Order> {
        self.listing.orders.iter().filter(|order| order.is_offered(self))
    }

    /// Whether it is in the order of this code.
    pub fn is_sorted_by(&self, code: &str) -> bool {
        self.order.code == code
    }

    /// Only what belongs to a customer.
    #[must_use]
    pub fn of_customer(self, customer: CustomerId) -> Self {
        Self { customer: Some(customer), ..self }
    }

    /// Days are meant by this clock.
    #[must_use]
    pub fn in_zone(self, zone: &str) -> Self {
        Self { zone: zone.to_owned(), ..self }
    }

    /// Fields that can't be understood, each with what would be right.
    pub fn problems(&self) -> Vec<(&'static str, &'static str)> {
        self.on()
            .filter(|(_, values)| values.iter().any(|value| matches!(value, Value::Unclear(_))))
            .filter_map(|(filter, _)| Some((filter.parameter, filter.correction?)))
            .collect()
    }

    /// Its parameters without the page, in canonical order.
    pub fn pairs(&self) -> Pairs {
        let mut pairs = Pairs::new();
        for (filter, values) in self.on() {
            pairs.extend(values.iter().map(|value| (filter.parameter, value.written())));
        }
        if self.order.code != self.usual().code {
            pairs.push(("sort", self.order.code.to_owned()));
        }
        if self.listing.size == Size::Chosen && self.size != paging::SIZES[0] {
            pairs.push(("size", self.size.to_string()));
        }
        pairs
    }

    /// The query string in canonical order, without the page.
    pub fn query(&self) -> String {
        serde_html_form::to_string(self.pairs()).unwrap_or_default()
    }

    /// The query string with one parameter set, or taken off where the value is empty.
    pub fn query_with(&self, name: &str, value: &str) -> String {
        with(&self.pairs(), name, value)
    }

    /// As [`ListQuery::query_with`], in canonical order.
    pub fn query_having(&self, name: &str, value: &str) -> String {
        self.listing.read(&self.query_with(name, value)).0.query()
    }

    /// The query string without one value.
    pub fn query_without(&self, name: &str, value: &str) -> String {
        without(&self.pairs(), name, value)
    }

    /// The query string where it is short enough for a cookie, else nothing.
    pub fn query_of_cookie(&self) -> String {
        Some(self.query()).filter(|query| query.len() <= 1000).unwrap_or_default()
    }

    /// The address of the next page, given that of the list with a query string; empty where there is none.
    pub fn next<R>(&self, page: &Page<R>, url: impl Fn(&str) -> String) -> String {
        let at = |cursor: &String| url(&self.query_with(self.listing.forward, cursor));
        page.next.as_ref().map_or(String::new(), at)
    }

    /// The address of the page before.
    pub fn previous<R>(&self, page: &Page<R>, url: impl Fn(&str) -> String) -> String {
        let at = |(cursor, name): (&String, &str)| url(&self.query_with(name, cursor));
        page.previous.as_ref().zip(self.listing.backward).map_or(String::new(), at)
    }

    /// The sizes that a page offers: the number, the list in that size, whether it has it.
    pub fn sizes(&self, url: impl Fn(&str) -> String) -> Vec<(String, String, bool)> {
        paging::sizes(self.size, |size| url(&self.query_with("size", size)))
    }
}
