//! A column, as users know it.
use crate::values::kinds::Word;

/// A field of a thing. What is not said of it does not hold: it is neither required nor searchable, importable, shown to customers.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    pub name: &'static str,
    pub label: &'static str,
    pub kind: Kind,
    pub is_required: bool,
    /// Search finds a record by it.
    pub is_searchable: bool,
    /// Shown to customers.
    pub is_in_portal: bool,
    /// Its value is in no log, export or document.
    pub is_secret: bool,
    /// It follows from what a sentence says already, so that it is not listed among what changed.
    pub is_derived: bool,
    /// It is described without its values: they say nothing to people.
    pub is_unquoted: bool,
    /// Written by the database or the server alone: it is read in an export, and never taken from one. A document brings it back.
    pub is_kept: bool,
    /// It is in no log, since it repeats what is there already, or changes too often.
    pub is_unlogged: bool,
    /// A document shows it, and does not bring it back: it says what only this installation can know.
    pub is_proof: bool,
    /// SQL that has to hold for a document to bring it back: over `x`, the row to be; or over the record that it refers to, `r`, and the
    /// id `customer.id`. Otherwise it is empty afterwards, and that is said.
    pub restored_where: Option<&'static str>,
    /// What is said of one name to which nothing answers any more, with `{}` for the name.
    pub lost: Option<&'static str>,
    /// Why a value is not taken from a document, beside what the database refuses.
    pub refused: Option<fn(&str) -> Option<&'static str>>,
    /// Headings besides name and label from which an import fills it, folded to lower-case letters and digits. `None`: not importable.
    pub headings: Option<&'static [&'static str]>,
    /// What a sentence calls it, where that is not its label in lower case: "changed the {noun}".
    pub noun: Option<&'static str>,
    /// Its heading in a file, where that is not its label.
    pub heading: Option<&'static str>,
}

/// What a field holds, and so how it is shown, written to a file and checked.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    Text {
        max: usize,
    },
    /// Text of several lines.
    Prose {
        max: usize,
    },
    Email,
    /// In E.164.
    Phone,
    Domain,
    WebAddress,
    Choice(&'static [Word]),
    /// Several codes, each with its name.
    Choices(&'static [Word]),
    /// The code of an industry group.
    IndustryGroup,
    /// Several texts.
    Texts,
    /// An object with street, city, state, zip and country.
    Address,
    Bool,
    Number,
    Money,
    Date,
    Moment,
    Moments,
    /// A piece of JSON that only programs read.
    Json,
    /// The id of a record of another table.
    Reference {
        table: &'static str,
    },
}

impl Field {
    pub const fn new(name: &'static str, label: &'static str, kind: Kind) -> Self {
        Self {
            name,
            label,
            kind,
            is_required: false,
            is_searchable: false,
            is_in_portal: false,
            is_secret: false,
            is_derived: false,
            is_unquoted: false,
            is_kept: false,
            is_unlogged: false,
            is_proof: false,
            restored_where: None,
            lost: None,
            refused: None,
            headings: None,
            noun: None,
            heading: None,
        }
    }

    /// Text of one line, `max` characters at most.
    pub const fn text(name: &'static str, label: &'static str, max: usize) -> Self {
        Self::new(name, label, Kind::Text { max })
    }

    /// Text of several lines, `max` characters at most.
    pub const fn prose(name: &'static str, label: &'static str, max: usize) -> Self {
        Self::new(name, label, Kind::Prose { max })
    }

    pub const fn choice(name: &'static str, label: &'static str, words: &'static [Word]) -> Self {
        Self::new(name, label, Kind::Choice(words))
    }

    pub const fn bool(name: &'static str, label: &'static str) -> Self {
        Self::new(name, label, Kind::Bool)
    }

    pub const fn number(name: &'static str, label: &'static str) -> Self {
        Self::new(name, label, Kind::Number)
    }

    pub const fn moment(name: &'static str, label: &'static str) -> Self {
        Self::new(name, label, Kind::Moment)
    }

    /// The id of a record of another table.
    pub const fn reference(name: &'static str, label: &'static str, table: &'static str) -> Self {
        Self::new(name, label, Kind::Reference { table })
    }

    #[must_use]
    pub const fn required(self) -> Self {
        Self { is_required: true, ..self }
    }

    #[must_use]
    pub const fn searchable(self) -> Self {
        Self { is_searchable: true, ..self }
    }

    #[must_use]
    pub const fn in_portal(self) -> Self {
        Self { is_in_portal: true, ..self }
    }

    #[must_use]
    pub const fn secret(self) -> Self {
        Self { is_secret: true, ..self }
    }

    #[must_use]
    pub const fn derived(self) -> Self {
        Self { is_derived: true, ..self }
    }

    #[must_use]
    pub const fn unquoted(self) -> Self {
        Self { is_unquoted: true, ..self }
    }

    #[must_use]
    pub const fn kept(self) -> Self {
        Self { is_kept: true, ..self }
    }

    #[must_use]
    pub const fn unlogged(self) -> Self {
        Self { is_unlogged: true, ..self }
    }

    #[must_use]
    pub const fn proof(self) -> Self {
        Self { is_proof: true, ..self }
    }

    #[must_use]
    pub const fn restored_where(self, condition: &'static str) -> Self {
        Self { restored_where: Some(condition), ..self }
    }

    #[must_use]
    pub const fn lost(self, note: &'static str) -> Self {
        Self { lost: Some(note), ..self }
    }

    #[must_use]
    pub const fn refused(self, why: fn(&str) -> Option<&'static str>) -> Self {
        Self { refused: Some(why), ..self }
    }

    #[must_use]
    pub const fn import(self, headings: &'static [&'static str]) -> Self {
        Self { headings: Some(headings), ..self }
    }

    #[must_use]
    pub const fn called(self, noun: &'static str) -> Self {
        Self { noun: Some(noun), ..self }
    }

    #[must_use]
    pub const fn headed(self, heading: &'static str) -> Self {
        Self { heading: Some(heading), ..self }
    }

    /// Whether it holds the id of another record.
    pub fn is_reference(&self) -> bool {
        matches!(self.kind, Kind::Reference { .. })
    }

    /// Its heading in a file.
    pub fn heading(&self) -> &'static str {
        self.heading.unwrap_or(self.label)
    }
}
