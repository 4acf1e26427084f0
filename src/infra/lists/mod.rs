//! One engine for all lists. A list is data: what narrows it, which orders it has and by which keys its pages go on. Its query string is
//! read here and made into SQL; chips, descriptions in words, selections for bulk actions and exports come from the same description.
//!
//! Values of a request are bound. Only codes of a closed choice stand in the text of a statement, since they come from the program.
mod chips;
mod choices;
mod describing;
mod filter;
mod order;
mod page;
mod query;
mod request;
mod selection;
mod statement;
#[cfg(test)]
mod tests;

pub use chips::{Chip, Filters, Options, Pairs, Settable, SortOption};
pub use choices::{Choices, Offer};
pub use describing::{Fact, Names};
pub use filter::{Filter, Narrows, Shown, Takes, Value};
pub use order::{Beside, Beyond, Key, Kind, Offered, Order};
pub use page::Page;
pub use query::ListQuery;
pub use request::{List, ListRequest};
pub use selection::Selection;
pub use statement::Select;

use super::{
    db::{Scope, sql::Statement},
    entity::Entity,
};

/// A piece of a statement that belongs to one list: it adds ` AND …`, or a join.
pub type Piece = fn(&ListQuery, &Scope, &mut Statement);

/// A list, described once.
#[derive(Clone, Copy, Debug)]
pub struct Listing {
    /// What its rows are; `None` for the log, which is no thing of its own.
    pub entity: Option<&'static Entity>,
    /// The table, and what it is called in conditions: `customers c`.
    pub from: &'static str,
    /// What makes every order unique.
    pub id: Key,
    /// In the order in which the query string has them.
    pub filters: &'static [Filter],
    /// The first that is offered is the usual one.
    pub orders: &'static [Order],
    /// What holds for its rows whatever is asked for.
    pub always: Option<Piece>,
    pub walks: Option<Walks>,
    pub size: Size,
    /// The parameter by which the next page is reached, and the one for the page before where there is one.
    pub forward: &'static str,
    pub backward: Option<&'static str>,
}

/// A list that is found by several walks, each along an index in the order of the list; what they bring is put in order together.
#[derive(Clone, Copy, Debug)]
pub struct Walks {
    pub column: &'static str,
    /// A value of the column for each walk.
    pub values: fn(&ListQuery) -> Vec<&'static str>,
}

/// How many rows a page has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    Fixed(usize),
    /// One of [`super::db::paging::SIZES`].
    Chosen,
}

impl Listing {
    /// A list of a table's rows, in pages of 50.
    pub const fn new(from: &'static str, id: Key) -> Self {
        Self {
            entity: None,
            from,
            id,
            filters: &[],
            orders: &[],
            always: None,
            walks: None,
            size: Size::Fixed(50),
            forward: "after",
            backward: None,
        }
    }

    /// Its rows are these things.
    #[must_use]
    pub const fn of(self, entity: &'static Entity) -> Self {
        Self { entity: Some(entity), ..self }
    }

    #[must_use]
    pub const fn filters(self, filters: &'static [Filter]) -> Self {
        Self { filters, ..self }
    }

    #[must_use]
    pub const fn orders(self, orders: &'static [Order]) -> Self {
        Self { orders, ..self }
    }

    #[must_use]
    pub const fn always(self, condition: Piece) -> Self {
        Self { always: Some(condition), ..self }
    }

    #[must_use]
    pub const fn walks(self, column: &'static str, values: fn(&ListQuery) -> Vec<&'static str>) -> Self {
        Self { walks: Some(Walks { column, values }), ..self }
    }

    /// Who reads it says how many rows a page has.
    #[must_use]
    pub const fn in_chosen_sizes(self) -> Self {
        Self { size: Size::Chosen, ..self }
    }

    #[must_use]
    pub const fn in_pages_of(self, rows: usize) -> Self {
        Self { size: Size::Fixed(rows), ..self }
    }

    /// Pages go back, too.
    #[must_use]
    pub const fn both_ways(self) -> Self {
        Self { backward: Some("before"), ..self }
    }

    /// The parameter by which the next page is reached, where it is not `after`.
    #[must_use]
    pub const fn going_on_by(self, parameter: &'static str) -> Self {
        Self { forward: parameter, ..self }
    }

    /// The filter of a parameter.
    pub fn filter(&self, parameter: &str) -> Option<&'static Filter> {
        self.filters.iter().find(|filter| filter.parameter == parameter)
    }

    /// Its parameters, in canonical order.
    pub fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.filters.iter().map(|filter| filter.parameter).collect();
        names.extend(self.is_sorted().then_some("sort"));
        names.extend((self.size == Size::Chosen).then_some("size"));
        names.push(self.forward);
        names.extend(self.backward);
        names
    }

    /// Whether who reads it chooses the order.
    fn is_sorted(&self) -> bool {
        self.orders.iter().any(|order| !order.code.is_empty())
    }

    /// What its table is called in conditions.
    pub fn alias(&self) -> &'static str {
        self.id.column.split('.').next().unwrap_or_default()
    }

    fn noun(&self) -> (&'static str, &'static str) {
        self.entity.map_or(("row", "rows"), |entity| (entity.singular, entity.plural))
    }
}
