//! In which orders a list can be, and where its pages end.
use super::ListQuery;
use crate::infra::db::sql::Bind;
use chrono::{DateTime, Utc};
use serde_json::Value as Json;

/// A column by which rows are put in order.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// With what its table is called: `c.name_key`.
    pub column: &'static str,
    pub kind: Kind,
}

/// The type of such a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    Time,
    Number,
    Uuid,
    /// True or false: before the other keys of an order.
    Flag,
}

/// An order of a list: by some columns and then the id, all in one direction.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    /// As the URL has it; empty where it can't be chosen.
    pub code: &'static str,
    pub label: &'static str,
    /// A flag: rows that have it come first of all, and are never more than a page.
    pub first: Option<Key>,
    pub keys: &'static [Key],
    pub is_descending: bool,
    pub beyond: Beyond,
    /// Makes every page equally fast; a test finds it in the catalog. `None`: the rows are a search's, which are few.
    pub index: Option<&'static str>,
    pub offered: Offered,
    /// A table with a row for each of the list's, in which the keys are, and its own column of the id.
    pub beside: Option<Beside>,
}

/// A table whose index an order goes along.
#[derive(Clone, Copy, Debug)]
pub struct Beside {
    pub table: &'static str,
    /// Joins it to the list's table.
    pub join: &'static str,
    /// The id of the list's rows, as it calls that.
    pub id: Key,
}

/// How the rows beyond a place are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beyond {
    /// By a comparison of rows, which one index answers.
    Row,
    /// By the first key, which finds the partitions, and then by the place among what has the same.
    Partition,
}

/// When an order makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offered {
    Always,
    /// While this filter is on.
    With(&'static str),
    /// While this filter has one of these values.
    Where(&'static str, &'static [&'static str]),
}

impl Key {
    pub const fn text(column: &'static str) -> Self {
        Self { column, kind: Kind::Text }
    }

    pub const fn time(column: &'static str) -> Self {
        Self { column, kind: Kind::Time }
    }

    pub const fn number(column: &'static str) -> Self {
        Self { column, kind: Kind::Number }
    }

    pub const fn uuid(column: &'static str) -> Self {
        Self { column, kind: Kind::Uuid }
    }

    pub const fn flag(column: &'static str) -> Self {
        Self { column, kind: Kind::Flag }
    }

    /// The column without what its table is called.
    pub fn name(&self) -> &'static str {
        self.column.rsplit('.').next().unwrap_or_default()
    }
}

impl Kind {
    /// What a value of a cursor is cast to.
    pub const fn cast(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Time => "timestamptz",
            Self::Number => "bigint",
            Self::Uuid => "uuid",
            Self::Flag => "boolean",
        }
    }

    /// A value of a cursor, which comes from a URL, where anybody can edit it; `None` where the column has no such values.
    pub fn read(self, value: &Json) -> Option<Bind> {
        match self {
            Self::Text => value.as_str().map(|text| Bind::Text(text.to_owned())),
            // The ends of time stand for nothing known.
            Self::Time => match value.as_str()? {
                end @ ("infinity" | "-infinity") => Some(Bind::Text(end.to_owned())),
                text => text.parse::<DateTime<Utc>>().ok().map(Bind::Time),
            },
            Self::Number => value.as_i64().map(Bind::Int),
            Self::Uuid => value.as_str()?.parse().ok().map(Bind::Uuid),
            Self::Flag => value.as_bool().map(Bind::Flag),
        }
    }
}

impl Order {
    /// Ascending, by these columns.
    pub const fn by(keys: &'static [Key]) -> Self {
        Self {
            code: "",
            label: "",
            first: None,
            keys,
            is_descending: false,
            beyond: Beyond::Row,
            index: None,
            offered: Offered::Always,
            beside: None,
        }
    }

    /// Can be chosen, by this code and label.
    #[must_use]
    pub const fn called(self, code: &'static str, label: &'static str) -> Self {
        Self { code, label, ..self }
    }

    #[must_use]
    pub const fn descending(self) -> Self {
        Self { is_descending: true, ..self }
    }

    #[must_use]
    pub const fn index(self, index: &'static str) -> Self {
        Self { index: Some(index), ..self }
    }

    #[must_use]
    pub const fn offered(self, offered: Offered) -> Self {
        Self { offered, ..self }
    }

    /// The keys lie in another table.
    #[must_use]
    pub const fn beside(self, beside: Beside) -> Self {
        Self { beside: Some(beside), ..self }
    }

    /// The id of a list's rows, where they are in this order.
    pub const fn id<'a>(&'a self, usual: &'a Key) -> &'a Key {
        match &self.beside {
            Some(beside) => &beside.id,
            None => usual,
        }
    }

    /// Those that have this flag come first.
    #[must_use]
    pub const fn after_those_of(self, flag: Key) -> Self {
        Self { first: Some(flag), ..self }
    }

    #[must_use]
    pub const fn in_partitions(self) -> Self {
        Self { beyond: Beyond::Partition, ..self }
    }

    pub(super) fn is_offered(&self, query: &ListQuery) -> bool {
        match self.offered {
            Offered::Always => true,
            Offered::With(parameter) => query.is_on(parameter),
            Offered::Where(parameter, values) => values.contains(&query.code(parameter)),
        }
    }
}
