//! How a thing goes with its customer: on the page that deletes the customer, and in the customer's document.
use super::Entity;

/// What does not belong to a customer has none of it.
#[derive(Clone, Copy, Debug)]
pub struct Belonging {
    /// Its part of the document: under which name.
    pub part: Option<&'static str>,
    /// What the page of deletion calls one and many of what goes.
    pub counted_as: Option<(&'static str, &'static str)>,
    /// The table in which the record lies whose id it shares: it belongs to that one.
    pub shares_id_of: Option<&'static str>,
    /// It has bytes in the file store, under its id; the fields `size` and `sha256` say which.
    pub has_file: bool,
    /// It is in the document for reading. What is said in place of restoring it: of one, and of many with `{}` for their number.
    pub only_read: Option<(&'static str, &'static str)>,
    /// What is said where some were restored.
    pub once_restored: Option<&'static str>,
    /// How many a document may hold.
    pub most: usize,
}

impl Belonging {
    pub(super) const fn none() -> Self {
        Self {
            part: None,
            counted_as: None,
            shares_id_of: None,
            has_file: false,
            only_read: None,
            once_restored: None,
            most: usize::MAX,
        }
    }

    pub(super) const fn of(part: &'static str, one: &'static str, many: &'static str) -> Self {
        Self { part: Some(part), counted_as: Some((one, many)), ..Self::none() }
    }
}

impl Entity {
    /// What its part of a customer's document is called, where that is not its table.
    #[must_use]
    pub const fn in_document(self, part: &'static str) -> Self {
        Self { belonging: Belonging { part: Some(part), ..self.belonging }, ..self }
    }

    /// In no document of a customer. The place says why.
    #[must_use]
    pub const fn not_in_document(self) -> Self {
        Self { belonging: Belonging { part: None, ..self.belonging }, ..self }
    }

    /// What the page of deletion calls one and many, where that is more than what they are called elsewhere.
    #[must_use]
    pub const fn counted_as(self, one: &'static str, many: &'static str) -> Self {
        Self { belonging: Belonging { counted_as: Some((one, many)), ..self.belonging }, ..self }
    }

    /// Not counted where its customer is deleted. The place says why.
    #[must_use]
    pub const fn not_counted(self) -> Self {
        Self { belonging: Belonging { counted_as: None, ..self.belonging }, ..self }
    }

    /// Its id is that of a record of another table.
    #[must_use]
    pub const fn shares_id_of(self, table: &'static str) -> Self {
        Self { belonging: Belonging { shares_id_of: Some(table), ..self.belonging }, ..self }
    }

    /// It has bytes in the file store.
    #[must_use]
    pub const fn with_file(self) -> Self {
        Self { belonging: Belonging { has_file: true, ..self.belonging }, ..self }
    }

    /// In the document for reading: it is not restored from one, and that is said.
    #[must_use]
    pub const fn only_read(self, one: &'static str, many: &'static str) -> Self {
        Self { belonging: Belonging { only_read: Some((one, many)), ..self.belonging }, ..self }
    }

    /// What is said where some were restored.
    #[must_use]
    pub const fn once_restored(self, note: &'static str) -> Self {
        Self { belonging: Belonging { once_restored: Some(note), ..self.belonging }, ..self }
    }

    /// A document holds so many at most.
    #[must_use]
    pub const fn at_most(self, most: usize) -> Self {
        Self { belonging: Belonging { most, ..self.belonging }, ..self }
    }

    /// Where something in a customer's document refers to it, it is named by this column.
    #[must_use]
    pub const fn known_by(self, column: &'static str) -> Self {
        Self { known_by: Some(column), ..self }
    }
}
