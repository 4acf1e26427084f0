//! How much of everything: each limit once, with whom it is counted for, what happens where it is reached, and its reason. `docs/limits.md`
//! is made of these rows, and `tests/it/abuse.rs` reaches each of them.
mod accounts;
mod files;
pub mod pace;
pub mod quota;
mod records;
mod requests;

pub use accounts::*;
pub use files::*;
pub use quota::Reached;
pub use records::*;
pub use requests::*;
use std::time::Duration;

/// A limit.
#[derive(Clone, Copy, Debug)]
pub struct Limit {
    /// What the code calls it.
    pub name: &'static str,
    /// What it limits.
    pub what: &'static str,
    pub most: u64,
    pub unit: Unit,
    pub per: Per,
    /// Within how many seconds it is counted; 0: at any moment, or in each.
    pub within: u64,
    /// How many seconds the wait grows to, where there is a wait that grows.
    pub longest: u64,
    pub answer: Answer,
    pub because: &'static str,
}

/// What a number is a number of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Number,
    Bytes,
    Seconds,
    /// Bytes a second.
    Rate,
}

/// For whom it is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Per {
    Request,
    Form,
    Message,
    File,
    Field,
    List,
    Action,
    Connection,
    Thread,
    Person,
    Customer,
    Tenant,
    Server,
    /// Of IPv4 an address, of IPv6 a network of 64 bits.
    Address,
    Account,
    AccountAndAddress,
    Browser,
    Session,
    Link,
    /// An email address without what stands behind a `+`.
    Mailbox,
    Domain,
    /// An email address, as a tenant writes to it.
    Recipient,
}

/// What somebody gets who reaches it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// 413
    TooLarge,
    /// 408
    TooSlow,
    /// 429 with `Retry-After`, and how long to wait.
    TooMany,
    /// 503 with `Retry-After`.
    Busy,
    /// A message at the field, and the form again: 422.
    AtField,
    /// 429 with `Retry-After`; a form again as it was filled in, with a sentence of what is too many. Code and words: "opened {} tickets".
    Quota { code: &'static str, done: &'static str },
    /// 409, and the form again with a sentence of what there is too much of. Code and words: "has {} tags".
    Full { code: &'static str, has: &'static str },
    /// Something else.
    Other(&'static str),
}

/// Seconds of what limits are counted by.
pub const MINUTE: u64 = 60;
pub const HOUR: u64 = 3600;
pub const DAY: u64 = 24 * HOUR;

impl Limit {
    const fn of(most: u64, unit: Unit, what: &'static str) -> Self {
        let answer = Answer::AtField;
        Self { name: "", what, most, unit, per: Per::Server, within: 0, longest: 0, answer, because: "" }
    }
    const fn number(most: u64, what: &'static str) -> Self {
        Self::of(most, Unit::Number, what)
    }
    const fn bytes(most: u64, what: &'static str) -> Self {
        Self::of(most, Unit::Bytes, what)
    }
    const fn seconds(most: u64, what: &'static str) -> Self {
        Self::of(most, Unit::Seconds, what)
    }
    const fn per(self, per: Per) -> Self {
        Self { per, ..self }
    }
    const fn within(self, within: u64) -> Self {
        Self { within, ..self }
    }
    /// A wait that grows, up to so many seconds.
    const fn waits(self, longest: u64) -> Self {
        Self { longest, answer: Answer::TooMany, ..self }
    }
    const fn answers(self, answer: Answer) -> Self {
        Self { answer, ..self }
    }
    const fn quota(self, code: &'static str, done: &'static str) -> Self {
        self.answers(Answer::Quota { code, done })
    }
    const fn because(self, because: &'static str) -> Self {
        Self { because, ..self }
    }

    /// The number, as the size of something.
    pub const fn size(&self) -> usize {
        self.most as usize
    }
    /// The number, as the database takes it.
    pub const fn count(&self) -> i32 {
        self.most as i32
    }
    /// A limit of seconds.
    pub const fn time(&self) -> Duration {
        Duration::from_secs(self.most)
    }
    /// What it is called in the database and in the documentation.
    pub fn key(&self) -> String {
        self.name.to_lowercase()
    }
}

/// Defines limits, each under its name, and the list of them.
macro_rules! limits {
    ($($name:ident: $limit:expr),+ $(,)?) => {
        $(pub const $name: Limit = Limit { name: stringify!($name), ..$limit };)+
        pub(super) const ALL: &[Limit] = &[$($name),+];
    };
}
use limits;

/// All limits, by what they are about.
pub static TABLE: &[(&str, &[Limit])] = &[
    ("Requests, connections and downloads", requests::ALL),
    ("Sign-in, accounts and mails", accounts::ALL),
    ("Tickets, calls and other records", records::ALL),
    ("Files and imports", files::ALL),
];
