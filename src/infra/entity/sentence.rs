//! How the log describes a change.

/// What happened to a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operation {
    Created,
    /// Created again from the document of a customer (see the migration `restored`).
    Restored,
    Updated,
    Deleted,
}

impl Operation {
    pub const ALL: [Self; 4] = [Self::Created, Self::Restored, Self::Updated, Self::Deleted];

    /// Of an event of the log, by its operation and topic.
    pub fn of(operation: &str, topic: &str) -> Self {
        match operation {
            "insert" if topic.ends_with("_RESTORED") => Self::Restored,
            "insert" => Self::Created,
            "delete" => Self::Deleted,
            _ => Self::Updated,
        }
    }

    /// The end of a topic: "CREATED".
    pub const fn topic(self) -> &'static str {
        match self {
            Self::Created => "CREATED",
            Self::Restored => "RESTORED",
            Self::Updated => "UPDATED",
            Self::Deleted => "DELETED",
        }
    }
}

/// What has to hold of a change for a sentence to fit.
#[derive(Clone, Copy, Debug)]
pub enum When {
    /// The field differs.
    Changed(&'static str),
    /// The field differs, and no other but derived ones.
    Only(&'static str),
    /// Nothing differs but derived fields.
    Derived,
    /// The field has this value after the change (before it, where the record is gone).
    Is(&'static str, &'static str),
    Empty(&'static str),
    Filled(&'static str),
    Topic(&'static str),
    /// Nobody is known to have done it.
    NoActor,
    /// The field holds the id of the user who did it.
    IsActor(&'static str),
}

/// What a change is called. Placeholders are fields of the record, and besides them:
///
/// - `{it}`: the record, as the place needs it: "the contact Carol Winter", or "this contact" on its own page;
/// - `{changed}`: "the stage and the name"; only in updates;
/// - `{of customer}`, with any word before: " of Northwind" in the log of a tenant, nothing where the page is the customer's;
/// - `{(customer)}`: the same as " (Northwind)";
/// - `{from where}`: of a session, the device and the address.
#[derive(Clone, Copy, Debug)]
pub struct Sentence {
    pub on: Operation,
    /// All of these must hold; none fits any change.
    pub when: &'static [When],
    pub icon: &'static str,
    pub text: &'static str,
    /// What it is called on the customer's timeline, and on the page of the record, where it is not [`Self::text`].
    pub on_customer: Option<&'static str>,
    pub on_record: Option<&'static str>,
    /// A page that shows the record as it goes on has no need of it: it shows the same otherwise.
    pub is_routine: bool,
}

/// What describes a change of any thing that has no sentence of its own for it.
static FOR_ANY: &[Sentence] = &[Sentence::restored("restored {it}{of customer}")];

impl Sentence {
    const fn new(on: Operation, icon: &'static str, text: &'static str) -> Self {
        Self { on, when: &[], icon, text, on_customer: None, on_record: None, is_routine: false }
    }

    pub const fn created(text: &'static str) -> Self {
        Self::new(Operation::Created, "plus", text)
    }

    pub const fn restored(text: &'static str) -> Self {
        Self::new(Operation::Restored, "plus", text)
    }

    pub const fn deleted(text: &'static str) -> Self {
        Self::new(Operation::Deleted, "trash", text)
    }

    pub const fn updated(text: &'static str) -> Self {
        Self::new(Operation::Updated, "pencil", text)
    }

    #[must_use]
    pub const fn when(self, when: &'static [When]) -> Self {
        Self { when, ..self }
    }

    #[must_use]
    pub const fn icon(self, icon: &'static str) -> Self {
        Self { icon, ..self }
    }

    #[must_use]
    pub const fn on_customer(self, text: &'static str) -> Self {
        Self { on_customer: Some(text), ..self }
    }

    #[must_use]
    pub const fn on_record(self, text: &'static str) -> Self {
        Self { on_record: Some(text), ..self }
    }

    /// See [`Self::is_routine`].
    #[must_use]
    pub const fn routine(self) -> Self {
        Self { is_routine: true, ..self }
    }

    /// Those of things that say nothing else.
    pub(super) fn for_any() -> impl Iterator<Item = &'static Self> {
        FOR_ANY.iter()
    }

    /// All of its wordings.
    pub fn texts(&self) -> impl Iterator<Item = &'static str> {
        [Some(self.text), self.on_customer, self.on_record].into_iter().flatten()
    }
}
