//! What narrows a list, and the values that it takes.
use super::{Listing, Piece};
use crate::{
    infra::entity::{Entity, Kind},
    values::kinds::{self, Word},
};
use chrono::NaiveDate;
use uuid::Uuid;

/// How many records can be named by a filter.
const MOST: usize = 20;

/// A parameter that narrows a list.
#[derive(Clone, Copy, Debug)]
pub struct Filter {
    pub parameter: &'static str,
    label: &'static str,
    takes: Takes,
    pub narrows: Narrows,
    pub shown: Shown,
    /// It has one value at most; else a row must have one of its values.
    pub is_single: bool,
    /// What stands between its values in words.
    pub joint: &'static str,
    /// A value that is as none.
    pub blank: Option<&'static str>,
    /// What holds where no value is given.
    pub assumed: Option<&'static str>,
    /// Where a value that can't be understood stays in its field, and this is written beside it.
    pub correction: Option<&'static str>,
}

/// The values of a filter.
#[derive(Clone, Copy, Debug)]
pub enum Takes {
    /// Those of a field of the list's thing.
    Field(&'static str),
    /// Codes of a choice, exactly.
    Codes(&'static [Word]),
    /// Codes of a choice, or what people call them ([`kinds::code`]); in the order of the alphabet.
    Words(&'static [Word]),
    /// Ids of records of a table, or one of some words.
    Ids(&'static str, &'static [Word]),
    /// Text, this long at most.
    Text(usize),
    Number,
    Day,
    /// A code that is made of the descriptions of things.
    Described(fn(&'static [Entity], &str) -> bool),
}

/// How a filter finds rows.
#[derive(Clone, Copy, Debug)]
pub enum Narrows {
    /// The column has one of the values. Codes stand in the text itself, so that PostgreSQL plans for them.
    Column(&'static str),
    /// Each value is bound between these.
    Each(&'static str, &'static str),
    By(Piece),
    /// A join in FROM.
    Joins(Piece),
    /// Others read its value.
    Elsewhere,
}

/// Where a filter is on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// In the form above the list, and as a chip while it is on.
    Form,
    /// As a chip while it is on.
    Chip,
    /// By something else on the page.
    Apart,
    /// By tabs: the list is whole in each of them.
    Tabs,
}

/// A value of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Of a closed choice, so that it may stand in the text of a statement.
    Code(&'static str),
    Id(Uuid),
    Text(String),
    Number(i64),
    Day(NaiveDate),
    /// What was typed and can't be understood.
    Unclear(String),
}

impl Value {
    /// As it is written in a URL.
    pub fn written(&self) -> String {
        match self {
            Self::Code(code) => (*code).to_owned(),
            Self::Id(id) => id.to_string(),
            Self::Text(text) | Self::Unclear(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Day(day) => day.to_string(),
        }
    }
}

impl Filter {
    /// By a field of the list's thing, which has its label and its choices.
    pub const fn of(parameter: &'static str, field: &'static str, column: &'static str) -> Self {
        Self::new(parameter, "", Takes::Field(field), Narrows::Column(column))
    }

    pub const fn new(parameter: &'static str, label: &'static str, takes: Takes, narrows: Narrows) -> Self {
        Self {
            parameter,
            label,
            takes,
            narrows,
            shown: Shown::Form,
            is_single: false,
            joint: " or ",
            blank: None,
            assumed: None,
            correction: None,
        }
    }

    /// What is searched for.
    pub const fn search(narrows: Narrows) -> Self {
        Self::new("q", "Search", Takes::Text(200), narrows).single().shown(Shown::Chip)
    }

    #[must_use]
    pub const fn single(self) -> Self {
        Self { is_single: true, ..self }
    }

    #[must_use]
    pub const fn shown(self, shown: Shown) -> Self {
        Self { shown, ..self }
    }

    /// A row must have all of its values.
    #[must_use]
    pub const fn all_of_them(self) -> Self {
        Self { joint: " and ", ..self }
    }

    #[must_use]
    pub const fn blank(self, value: &'static str) -> Self {
        Self { blank: Some(value), ..self }
    }

    #[must_use]
    pub const fn assumed(self, value: &'static str) -> Self {
        Self { assumed: Some(value), ..self }
    }

    #[must_use]
    pub const fn corrected(self, text: &'static str) -> Self {
        Self { correction: Some(text), ..self }
    }

    /// What users call it.
    pub fn label(&self, listing: &Listing) -> &'static str {
        match (self.takes, listing.entity) {
            (Takes::Field(name), Some(entity)) => entity.field(name).map_or(self.label, |field| field.label),
            _ => self.label,
        }
    }

    /// What it takes, with a field looked up.
    pub fn takes(&self, listing: &Listing) -> Takes {
        let Takes::Field(name) = self.takes else { return self.takes };
        match listing.entity.and_then(|entity| entity.field(name)).map(|field| field.kind) {
            Some(Kind::Choice(words)) => Takes::Words(words),
            Some(Kind::Reference { table }) => Takes::Ids(table, &[]),
            _ => Takes::Text(200),
        }
    }

    /// A value that arrived; `None` where it means nothing.
    pub(super) fn read(&self, listing: &Listing, value: &str, entities: &'static [Entity]) -> Option<Value> {
        let found = match self.takes(listing) {
            Takes::Codes(words) => word(words, value),
            Takes::Words(words) => kinds::code(words, value).map(Value::Code),
            Takes::Ids(_, words) => word(words, value).or_else(|| value.parse().ok().map(Value::Id)),
            Takes::Text(most) => Some(Value::Text(value.trim().chars().take(most).collect())),
            Takes::Number => value.parse().ok().map(Value::Number),
            Takes::Day => value.parse().ok().map(Value::Day),
            Takes::Described(knows) => knows(entities, value).then(|| Value::Text(value.to_owned())),
            Takes::Field(_) => None,
        };
        found.or_else(|| self.correction.map(|_| Value::Unclear(value.to_owned())))
    }

    /// Values in the order in which they are written, each once.
    pub(super) fn in_order(&self, listing: &Listing, values: &mut Vec<Value>) {
        match self.takes(listing) {
            Takes::Codes(words) => {
                values.sort_by_key(|value| words.iter().position(|(code, _)| *value == Value::Code(code)));
            }
            Takes::Words(_) | Takes::Ids(_, []) => values.sort_by_key(Value::written),
            _ => {}
        }
        let mut seen: Vec<Value> = vec![];
        values.retain(|value| {
            let is_new = !seen.contains(value);
            seen.push(value.clone());
            is_new && self.blank.is_none_or(|blank| *value != Value::Code(blank))
        });
        values.truncate(MOST);
    }

    /// Its closed choices: code and name.
    pub fn words(&self, listing: &Listing) -> &'static [Word] {
        match self.takes(listing) {
            Takes::Codes(words) | Takes::Words(words) | Takes::Ids(_, words) => words,
            _ => &[],
        }
    }
}

fn word(words: &'static [Word], value: &str) -> Option<Value> {
    words.iter().find(|(code, _)| *code == value).map(|(code, _)| Value::Code(code))
}
