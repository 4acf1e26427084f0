//! Counting in the database: one statement, before anything is looked at, in a transaction of its own that stands whatever comes.
use crate::infra::{
    db::Tx,
    web::{
        client::Address,
        errors::{AppError, Result},
        known_browser::account_hash,
        limits::{self, Limit},
    },
};
use diesel::{
    prelude::*,
    sql_types::{Array, Integer, Text},
};

/// How often something is free, and how long one waits after that: 1, 2, 4 ... seconds after the last time, at most the longest. An
/// hour after the last time all is forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    pub free: i32,
    /// In seconds.
    pub longest: i32,
}

impl Rule {
    /// As the table of limits has it.
    pub const fn of(limit: Limit) -> Self {
        Self { free: limit.count(), longest: limit.longest as i32 }
    }
}

/// What is counted, by a rule.
#[derive(Clone, Debug)]
pub struct Key {
    name: String,
    /// Hash of the email address that it is about; empty: about none.
    account: String,
    rule: Rule,
    pub(super) when_right: WhenRight,
}

/// What becomes of a key when the secret was the right one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenRight {
    /// All is forgotten: the failures before were its owner's.
    Forget,
    /// It is one less: the failures before may be somebody else's.
    TakeBack,
}

impl Key {
    /// `parts` are the kind, then what it is about.
    pub fn new(parts: &[&str], account: &str, rule: Rule, when_right: WhenRight) -> Self {
        // The database takes 300 characters.
        let name = parts.join(":").chars().take(300).collect();
        Self { name, account: account.to_owned(), rule, when_right }
    }

    /// Its name in the database.
    pub fn name(&self) -> &str {
        &self.name
    }
}

#[derive(QueryableByName)]
struct Answer {
    #[diesel(sql_type = Integer)]
    wait: i32,
    #[diesel(sql_type = Integer)]
    counted: i32,
}

/// What came of counting.
pub enum Counted {
    /// The most that stands under one of the keys now.
    Now(i32),
    /// Too often: seconds to wait. Nothing was counted.
    Wait(u64),
}

/// Counts one more under each of the keys, or under none where one has to wait. In whatever order tries come, as many pass as would
/// one after the other.
pub fn count(tx: &mut Tx, keys: &[Key]) -> Result<Counted> {
    let column = |value: fn(&Key) -> &str| keys.iter().map(value).collect::<Vec<_>>();
    let number = |value: fn(&Rule) -> i32| keys.iter().map(|key| value(&key.rule)).collect::<Vec<_>>();
    let answer: Answer = diesel::sql_query("SELECT wait, counted FROM count_try($1, $2, $3, $4)")
        .bind::<Array<Text>, _>(column(|key| &key.name))
        .bind::<Array<Text>, _>(column(|key| &key.account))
        .bind::<Array<Integer>, _>(number(|rule| rule.free))
        .bind::<Array<Integer>, _>(number(|rule| rule.longest))
        .get_result(tx.conn)?;
    match u64::try_from(answer.wait) {
        Ok(0) | Err(_) => Ok(Counted::Now(answer.counted)),
        Ok(seconds) => Ok(Counted::Wait(seconds)),
    }
}

/// Forgets what stands under some keys, and takes one back under others.
pub fn forgive(tx: &mut Tx, forgotten: &[&str], taken_back: &[&str]) -> Result<()> {
    diesel::sql_query("SELECT forgive_try($1, $2)")
        .bind::<Array<Text>, _>(forgotten)
        .bind::<Array<Text>, _>(taken_back)
        .execute(tx.conn)?;
    Ok(())
}

/// Forgets whatever was counted about an account.
pub fn forgive_account(tx: &mut Tx, email: &str) -> Result<()> {
    diesel::sql_query("SELECT forgive_account($1)").bind::<Text, _>(account_hash(email)).execute(tx.conn)?;
    Ok(())
}

/// Something that is not to be done too often for one address from one place, or from one place at all. It is no check of a secret: see
/// [`super::checking`] for those.
pub struct RateLimit {
    keys: [Key; 2],
}

impl RateLimit {
    /// `what` is done, for this email, from this address. Nobody is kept from it by others who do it for the same email elsewhere.
    pub fn new(what: &str, email: &str, address: Address) -> Self {
        let (account, address) = (account_hash(email), address.counted_as());
        let address = address.as_str();
        let key = |parts: &[&str], limit| Key::new(parts, "", Rule::of(limit), WhenRight::TakeBack);
        Self {
            keys: [
                key(&[what, "address", address], limits::LINKS_FROM_A_PLACE),
                key(&[what, "pair", &account, address], limits::LINKS_OF_AN_ACCOUNT_FROM_A_PLACE),
            ],
        }
    }

    /// Counts one more; `TooMany` where that is too many. The caller commits it whatever comes of what it is about.
    pub fn count(&self, tx: &mut Tx) -> Result<()> {
        match count(tx, &self.keys)? {
            Counted::Now(_) => Ok(()),
            Counted::Wait(seconds) => Err(AppError::TooMany(seconds)),
        }
    }
}
