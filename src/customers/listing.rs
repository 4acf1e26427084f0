//! The list of customers as its URL describes it: search, filters, order, page. The same description selects the rows of a page, an
//! export and a bulk action.
mod finding;
pub use finding::{Found, Place, Row};

use crate::{
    infra::{
        db::{Plan, ids::UserId, paging},
        web::{
            narrowing::{self, Pairs},
            query::{self, Query, Unknown},
        },
    },
    values::kinds,
};
use serde::Deserialize;
use uuid::Uuid;

/// How many of the best matches a search considers.
pub const BEST: i64 = 500;

/// The query string as it arrives.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asking {
    pub q: String,
    pub stage: Vec<String>,
    pub r#type: Vec<String>,
    pub source: Vec<String>,
    pub tag: Vec<String>,
    pub company: Vec<String>,
    pub owner: Vec<String>,
    pub show: String,
    pub sort: String,
    pub after: String,
    pub before: String,
    pub size: String,
}

impl Query for Asking {
    fn knows(name: &str, value: &str) -> bool {
        match name {
            "stage" => kinds::code(kinds::STAGES, value).is_some(),
            "type" => kinds::code(kinds::TYPES, value).is_some(),
            "source" => kinds::code(kinds::SOURCES, value).is_some(),
            "tag" | "company" => query::is_id(value),
            "owner" => matches!(value, "@me" | "none") || query::is_id(value),
            "show" => matches!(value, "all" | "mine" | "recent"),
            "sort" => {
                let word = value.strip_prefix('-').unwrap_or(value);
                Order::WORDS.iter().any(|(_, known)| *known == word)
            }
            "size" => paging::is_size(value),
            _ => true,
        }
    }
}

/// An order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Name,
    Created,
    Changed,
    Best,
}

impl Order {
    /// With their words in the URL, which knows no word for the best first.
    const WORDS: [(Self, &'static str); 3] =
        [(Self::Name, "name"), (Self::Created, "created"), (Self::Changed, "changed")];

    /// As it is written in the URL, without its direction.
    pub fn word(self) -> &'static str {
        Self::WORDS.iter().find(|(order, _)| *order == self).map_or("", |(_, word)| word)
    }
}

/// Who owns the customers that are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    Me,
    Nobody,
    User(UserId),
}

/// What is asked for, with everything that makes no sense left out.
#[derive(Clone, Debug)]
pub struct Listing {
    pub q: String,
    pub stages: Vec<&'static str>,
    pub types: Vec<&'static str>,
    pub sources: Vec<&'static str>,
    pub tags: Vec<Uuid>,
    pub companies: Vec<Uuid>,
    pub owners: Vec<Owner>,
    pub show: Show,
    pub order: Order,
    pub descending: bool,
    pub size: usize,
    after: Option<Key>,
    before: Option<Key>,
}

/// Which customers at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    All,
    Mine,
    Recent,
}

/// Where a page ends: the sorted value and the id.
type Key = (String, Uuid);

impl Listing {
    /// Reads a query string that a form or a saved view carries, as leniently as the list reads its own.
    pub fn read(query: &str) -> Self {
        Self::of(query::read(query).0)
    }

    /// What of such a query string is no filter of the list, so that nothing may be done to all that match.
    pub fn unknown(query: &str) -> Unknown {
        query::read::<Asking>(query).1
    }

    /// What is asked for, of what arrived.
    pub fn of(asking: Asking) -> Self {
        let codes = |words, written: &[String]| -> Vec<&'static str> {
            let mut codes: Vec<_> = written.iter().filter_map(|w| kinds::code(words, w)).collect();
            codes.sort_unstable();
            codes.dedup();
            codes
        };
        let ids = |written: &[String]| -> Vec<Uuid> {
            let mut ids: Vec<Uuid> = written.iter().filter_map(|w| w.parse().ok()).collect();
            ids.sort_unstable();
            ids.dedup();
            ids.truncate(20);
            ids
        };
        let mut owners: Vec<Owner> = vec![];
        for written in asking.owner.iter().take(20) {
            let owner = match written.as_str() {
                "@me" => Some(Owner::Me),
                "none" => Some(Owner::Nobody),
                id => id.parse().ok().map(Owner::User),
            };
            owners.extend(owner.filter(|o| !owners.contains(o)));
        }
        let q: String = asking.q.trim().chars().take(200).collect();
        let (descending, word) = match asking.sort.strip_prefix('-') {
            Some(word) => (true, word),
            None => (false, asking.sort.as_str()),
        };
        let usual = if q.is_empty() { Order::Name } else { Order::Best };
        let order = Order::WORDS.iter().find(|(_, known)| *known == word).map_or(usual, |(order, _)| *order);
        Self {
            q,
            stages: codes(kinds::STAGES, &asking.stage),
            types: codes(kinds::TYPES, &asking.r#type),
            sources: codes(kinds::SOURCES, &asking.source),
            tags: ids(&asking.tag),
            companies: ids(&asking.company),
            owners,
            show: match asking.show.as_str() {
                "mine" => Show::Mine,
                "recent" => Show::Recent,
                _ => Show::All,
            },
            order,
            descending: descending && order != Order::Best,
            size: paging::size(&asking.size),
            after: paging::keys(&asking.after),
            before: paging::keys(&asking.before),
        }
    }

    /// Whether nothing narrows the list.
    pub fn is_whole(&self) -> bool {
        self.q.is_empty() && self.show == Show::All && !self.has_filters()
    }

    /// Whether a filter is on, apart from search and scope.
    pub fn has_filters(&self) -> bool {
        !(self.stages.is_empty()
            && self.types.is_empty()
            && self.sources.is_empty()
            && self.tags.is_empty()
            && self.companies.is_empty()
            && self.owners.is_empty())
    }

    /// The plan suits every value where only the page differs; elsewhere the values decide.
    pub fn plan(&self) -> Plan {
        if self.is_whole() { Plan::Generic } else { Plan::Custom }
    }

    /// The query string in canonical order, without the page.
    pub fn query(&self) -> String {
        serde_html_form::to_string(self.pairs()).unwrap_or_default()
    }

    /// The same list with one parameter set, or taken off where the value is empty.
    pub fn query_with(&self, name: &str, value: &str) -> String {
        narrowing::with(&self.pairs(), name, value)
    }

    /// Its parameters without the page.
    pub fn pairs(&self) -> Pairs {
        let mut pairs = Pairs::new();
        let mut add = |name, value: String| {
            if !value.is_empty() {
                pairs.push((name, value));
            }
        };
        add("q", self.q.clone());
        match self.show {
            Show::All => {}
            Show::Mine => add("show", "mine".into()),
            Show::Recent => add("show", "recent".into()),
        }
        for stage in &self.stages {
            add("stage", (*stage).into());
        }
        for kind in &self.types {
            add("type", (*kind).into());
        }
        for source in &self.sources {
            add("source", (*source).into());
        }
        for tag in &self.tags {
            add("tag", tag.to_string());
        }
        for company in &self.companies {
            add("company", company.to_string());
        }
        for owner in &self.owners {
            add("owner", owner.written());
        }
        add("sort", self.sort());
        if self.size != paging::SIZES[0] {
            add("size", self.size.to_string());
        }
        pairs
    }

    /// The order as it is written in the URL; empty for the usual one.
    fn sort(&self) -> String {
        match self.order {
            Order::Name if !self.descending && self.q.is_empty() => String::new(),
            order => format!("{}{}", if self.descending { "-" } else { "" }, order.word()),
        }
    }
}

impl Owner {
    /// As it is written in the URL.
    pub fn written(&self) -> String {
        match self {
            Self::Me => "@me".into(),
            Self::Nobody => "none".into(),
            Self::User(id) => id.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(query: &str) -> Listing {
        Listing::read(query)
    }

    #[test]
    fn nonsense_is_left_out_and_the_rest_is_put_in_order() {
        let params = listing(
            "stage=churned&stage=robot&stage=active&tag=x&owner=@me&owner=@me&size=7&sort=-changed&show=?",
        );
        assert_eq!(params.query(), "stage=active&stage=churned&owner=%40me&sort=-changed");
    }

    #[test]
    fn the_usual_order_is_not_written() {
        assert_eq!(listing("sort=name").query(), "");
        assert_eq!(listing("q=a&sort=name").query(), "q=a&sort=name");
        assert_eq!(listing("sort=-name").query(), "sort=-name");
        assert!(listing("").is_whole());
    }

    #[test]
    fn a_filter_is_taken_off_and_put_on() {
        let params = listing("stage=active&stage=churned");
        assert_eq!(params.query_with("sort", "-name"), "stage=active&stage=churned&sort=-name");
    }
}
