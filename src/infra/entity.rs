//! The description of a thing that users know: plain data with many readers (the log, timelines, conflict pages, exports, the customer
//! document, imports, search, the isolation check, deletion). Behaviour, forms and templates are written by hand.
//!
//! Each feature has its own in `entity.rs`; `lib.rs` lists them as `ENTITIES`, and the database's door hands them on ([`super::db::Tx`]).
//! `tests/it/entities.rs` compares them with PostgreSQL's catalog.
mod belonging;
pub mod cells;
mod field;
mod sentence;
mod titles;

pub use belonging::Belonging;
pub use field::{Field, Kind};
pub use sentence::{Operation, Sentence, When};
pub use titles::titles;

use uuid::Uuid;

/// A kind of record.
#[derive(Clone, Copy, Debug)]
pub struct Entity {
    /// In the log and in the API: "customer".
    pub code: &'static str,
    /// The stem of its topics: "CUSTOMER" makes "CUSTOMER_CREATED".
    pub topic: &'static str,
    pub singular: &'static str,
    pub plural: &'static str,
    pub table: &'static str,
    /// What users call one record: text with fields in braces, like `{first_name} {last_name}`.
    pub title: &'static str,
    /// The column that says which customer a record belongs to.
    pub customer: Option<&'static str>,
    /// The page of a record, given its id and its customer's; empty where it has none. Plain ids, so that the functions of all
    /// things have one type.
    pub url: fn(Uuid, Option<Uuid>) -> String,
    pub fields: &'static [Field],
    /// Columns that the database keeps for itself (keys to sort by, what search finds): in no log and shown nowhere.
    pub internal: &'static [&'static str],
    /// The first one that fits describes a change; see [`Entity::all_sentences`].
    pub sentences: &'static [Sentence],
    /// Whether a timeline lists the fields that an update changed, rather than leave it at the sentence.
    pub lists_changes: bool,
    /// The names of its table's policies: what the isolation check expects.
    pub policies: &'static [&'static str],
    /// A tab of the customer's page that shows them.
    pub tab: Option<Tab>,
    /// How it goes with the customer that it belongs to.
    pub belonging: Belonging,
    /// The column by which a customer's document names a record of it: one that does not belong to the customer, or is not restored.
    pub known_by: Option<&'static str>,
}

/// A tab of a customer's page.
#[derive(Clone, Copy, Debug)]
pub struct Tab {
    pub label: &'static str,
    /// Its path, by the customer's id.
    pub url: fn(Uuid) -> String,
}

/// Columns that no user fills in, of any table.
pub const BOOKKEEPING: &[&str] =
    &["id", "tenant_id", "version", "created_at", "created_by", "updated_at", "updated_by"];

impl Entity {
    /// What nearly every thing is; the rest is added by the functions below.
    pub const fn new(
        code: &'static str,
        topic: &'static str,
        singular: &'static str,
        plural: &'static str,
        table: &'static str,
    ) -> Self {
        Self {
            code,
            topic,
            singular,
            plural,
            table,
            title: "{name}",
            customer: None,
            url: |_, _| String::new(),
            fields: &[],
            internal: &[],
            sentences: &[],
            lists_changes: true,
            policies: &[],
            tab: None,
            belonging: Belonging::none(),
            known_by: None,
        }
    }

    /// Records belong to a customer: the column `customer_id` says to which, unless it is named otherwise. They are counted where it
    /// is deleted and are in its document, unless more is said (`entity/belonging.rs`).
    #[must_use]
    pub const fn of_customer(self) -> Self {
        let belonging = Belonging::of(self.table, self.singular, self.plural);
        Self { customer: Some("customer_id"), belonging, ..self }
    }

    #[must_use]
    pub const fn titled(self, title: &'static str) -> Self {
        Self { title, ..self }
    }

    #[must_use]
    pub const fn at(self, url: fn(Uuid, Option<Uuid>) -> String) -> Self {
        Self { url, ..self }
    }

    #[must_use]
    pub const fn fields(self, fields: &'static [Field]) -> Self {
        Self { fields, ..self }
    }

    #[must_use]
    pub const fn internal(self, internal: &'static [&'static str]) -> Self {
        Self { internal, ..self }
    }

    #[must_use]
    pub const fn sentences(self, sentences: &'static [Sentence]) -> Self {
        Self { sentences, ..self }
    }

    #[must_use]
    pub const fn guarded_by(self, policies: &'static [&'static str]) -> Self {
        Self { policies, ..self }
    }

    /// The customer's page has a tab of them.
    #[must_use]
    pub const fn in_tab(self, label: &'static str, url: fn(Uuid) -> String) -> Self {
        Self { tab: Some(Tab { label, url }), ..self }
    }

    /// A timeline has the sentence of an update and no list of fields.
    #[must_use]
    pub const fn in_sentences_only(self) -> Self {
        Self { lists_changes: false, ..self }
    }

    /// Its sentences, the first one that fits first.
    pub fn all_sentences(&self) -> impl Iterator<Item = &'static Sentence> + use<> {
        self.sentences.iter().chain(Sentence::for_any())
    }

    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The names that its title is made of.
    pub fn title_fields(&self) -> impl Iterator<Item = &'static str> + use<> {
        placeholders(self.title)
    }

    /// Its title as SQL on the columns of its table.
    pub fn title_sql(&self) -> String {
        let parts: Vec<String> = pieces(self.title)
            .map(|piece| match piece {
                Piece::Text(text) => format!("'{}'", text.replace('\'', "''")),
                Piece::Field(name) => name.to_owned(),
            })
            .collect();
        format!("btrim(concat({}))", parts.join(", "))
    }

    /// What users call a column: "Stage".
    pub fn label(&self, name: &str) -> String {
        self.field(name).map_or_else(|| from_name(name), |field| field.label.to_owned())
    }
}

/// A column without a description, in words: `created_by` is "Created by".
pub fn from_name(name: &str) -> String {
    capitalised(name.replace('_', " "))
}

/// With a capital first letter.
pub fn capitalised(mut text: String) -> String {
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

/// A piece of a text with names in braces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    Text(&'a str),
    Field(&'a str),
}

/// The pieces of a text with names in braces, in order.
pub fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    text.split('{')
        .flat_map(|part| match part.split_once('}') {
            Some((name, rest)) => [Piece::Field(name), Piece::Text(rest)],
            None => [Piece::Text(part), Piece::Text("")],
        })
        .filter(|piece| *piece != Piece::Text(""))
}

/// The names in braces.
pub fn placeholders(text: &str) -> impl Iterator<Item = &str> {
    pieces(text).filter_map(|piece| match piece {
        Piece::Field(name) => Some(name),
        Piece::Text(_) => None,
    })
}

/// The thing that the log calls so.
pub fn by_code(entities: &'static [Entity], code: &str) -> Option<&'static Entity> {
    entities.iter().find(|entity| entity.code == code)
}

/// The thing that lies in a table.
pub fn by_table(entities: &'static [Entity], table: &str) -> Option<&'static Entity> {
    entities.iter().find(|entity| entity.table == table)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_becomes_sql() {
        let entity = Entity::new("contact", "CONTACT", "contact", "contacts", "contacts");
        assert_eq!(entity.title_sql(), "btrim(concat(name))");
        let entity = entity.titled("{first_name} {last_name}");
        assert_eq!(entity.title_sql(), "btrim(concat(first_name, ' ', last_name))");
        assert_eq!(entity.titled("#{number}").title_sql(), "btrim(concat('#', number))");
        assert_eq!(entity.title_fields().collect::<Vec<_>>(), ["first_name", "last_name"]);
    }
}
