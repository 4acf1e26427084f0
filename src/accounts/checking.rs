//! Every check of a secret passes here (ASVS 6.1.1, 6.3.1): a password, a mailed link, a bootstrap key. A try is counted *before* the
//! secret is looked at, and forgiven when it was right; where it can't be counted, nothing is looked at. So tries that come together
//! are counted like those that come one after the other.
//!
//! Nobody can be locked out by a stranger. What is counted for a sign-in, with how many tries are free within an hour, and how long the
//! wait between two grows to:
//!
//! | counted by | free | longest wait | why |
//! |---|---|---|---|
//! | account and address together | 5 | 15 minutes | who guesses at one account from one place is soon slow |
//! | account alone | 20 | 8 seconds | who guesses from many places stays slow, and its owner still gets in |
//! | address alone | 50 | 15 seconds | who tries many accounts stays slow, and the others behind the address still get in |
//! | browser that was in before | 10 | 15 minutes | *instead* of these three: its owner does not meet what strangers do |
//!
//! Whoever signs in gets the mark of such a browser ([`crate::infra::web::known_browser`]). A password that is chosen by a mailed link forgives
//! all that was counted about the account. The present password, asked for within a session, is counted by session: ten wrong ones end
//! it. Links and keys of 244 random bits can't be guessed; looking for them is counted by address, so that nobody tries for long.
use super::counting::{self, Counted, Key, Rule, WhenRight};
use crate::infra::{
    db::{
        Db, Scope, Tx,
        ids::{SessionId, UserId},
    },
    services::passwords::pool::{self, Lane},
    web::{
        access_log,
        client::Address,
        errors::{AppError, Result},
        known_browser::account_hash,
        limits, secrets,
    },
};

const PAIR: Rule = Rule::of(limits::SIGN_INS_OF_AN_ACCOUNT_FROM_A_PLACE);
const ACCOUNT: Rule = Rule::of(limits::SIGN_INS_OF_AN_ACCOUNT);
const ADDRESS: Rule = Rule::of(limits::SIGN_INS_FROM_A_PLACE);
const BROWSER: Rule = Rule::of(limits::SIGN_INS_OF_A_BROWSER);
// Its end comes before any wait.
const SESSION: Rule = Rule { longest: 900, ..Rule::of(limits::PRESENT_PASSWORDS) };
const CONFIRMATION: Rule = Rule::of(limits::CONFIRMATION_PASSWORDS);

/// How many wrong present passwords end a session.
pub const MOST_WRONG: i32 = limits::PRESENT_PASSWORDS.count();

/// A secret that is about to be looked at.
#[derive(Clone, Debug)]
pub struct Check {
    what: &'static str,
    /// Whose secret it is said to be: hash of an email address; empty where only the secret tells.
    account: String,
    /// Whose log tells of it when it fails.
    of: Of,
    /// From where.
    address: String,
    keys: Vec<Key>,
}

/// Whom a failed check concerns.
#[derive(Clone, Debug)]
enum Of {
    /// The accounts of an email address that a host knows.
    Email {
        email: String,
        host: String,
    },
    Account(UserId),
    /// Only the secret would have told.
    Nobody,
}

impl Check {
    /// Email and password, on the page and in the API. `browser` is the mark of one that was in before.
    pub fn sign_in(email: &str, host: &str, address: &str, browser: Option<&str>) -> Self {
        let account = account_hash(email);
        let address = &counted(address);
        let keys = match browser {
            Some(mark) => vec![Key::new(&["browser", mark], &account, BROWSER, WhenRight::Forget)],
            // Always in this order: see `count_try`.
            None => vec![
                Key::new(&["address", address], "", ADDRESS, WhenRight::TakeBack),
                Key::new(&["account", &account], &account, ACCOUNT, WhenRight::TakeBack),
                Key::new(&["pair", &account, address], &account, PAIR, WhenRight::Forget),
            ],
        };
        let of = Of::Email { email: email.to_owned(), host: host.to_owned() };
        Self { what: "wrong email or password", account, of, address: address.to_owned(), keys }
    }

    /// The present password of whoever is signed in.
    pub fn present_password(user: UserId, session: SessionId, email: &str, address: &str) -> Self {
        let account = account_hash(email);
        let key = Key::new(&["session", &session.to_string()], &account, SESSION, WhenRight::Forget);
        let of = Of::Account(user);
        Self { what: "wrong current password", account, of, address: address.to_owned(), keys: vec![key] }
    }

    /// A mailed link, or a key: a secret that is looked for, whosever it is.
    pub fn secret(what: &'static str, address: &str) -> Self {
        let key = Key::new(&["secret", &counted(address)], "", ADDRESS, WhenRight::TakeBack);
        Self { what, account: String::new(), of: Of::Nobody, address: address.to_owned(), keys: vec![key] }
    }

    /// A mailed link, together with the password that was chosen before it was mailed.
    pub fn confirmation(token: &str, address: &str) -> Self {
        let mut check = Self::secret("confirmation", address);
        let hash = account_hash(&String::from_utf8_lossy(&secrets::hash(token)));
        check.keys.push(Key::new(&["confirmation", &hash], "", CONFIRMATION, WhenRight::Forget));
        check
    }

    /// Counts the try. `TooMany` where it comes too soon: then nothing is looked at.
    pub async fn begin(self, db: &Db) -> Result<Begun> {
        let keys = self.keys.clone();
        match db.write(Scope::nobody(), move |tx| counting::count(tx, &keys)).await? {
            Counted::Now(tries) => Ok(Begun { check: self, tries }),
            Counted::Wait(seconds) => {
                failed(&self, Failure::TooSoon(seconds), db).await?;
                Err(AppError::TooMany(seconds))
            }
        }
    }
}

/// What an address is counted as: of IPv6 the network.
fn counted(address: &str) -> String {
    address.parse::<Address>().map_or_else(|_| address.to_owned(), Address::counted_as)
}

/// A check that was counted. It ends as right or wrong; what is only dropped stays counted.
#[derive(Debug)]
#[must_use = "a try that was counted is right or wrong"]
pub struct Begun {
    check: Check,
    tries: i32,
}

impl Begun {
    /// Looks, on the threads for it. Where too much waits for these already, the try is taken back.
    pub async fn look<T: Send + 'static>(
        &self,
        db: &Db,
        lane: Lane,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T> {
        let looked = pool::run(lane, work).await;
        if matches!(looked, Err(AppError::Unavailable)) {
            let keys = self.check.keys.clone();
            db.write(Scope::nobody(), move |tx| {
                let names: Vec<&str> = keys.iter().map(Key::name).collect();
                counting::forgive(tx, &[], &names)
            })
            .await?;
        }
        looked
    }

    /// It was the right one.
    pub async fn right(self, db: &Db) -> Result<()> {
        db.write(Scope::nobody(), move |tx| self.forgive(tx)).await
    }

    fn forgive(&self, tx: &mut Tx) -> Result<()> {
        let names = |when: WhenRight| -> Vec<&str> {
            self.check.keys.iter().filter(|key| key.when_right == when).map(Key::name).collect()
        };
        counting::forgive(tx, &names(WhenRight::Forget), &names(WhenRight::TakeBack))
    }

    /// It was a wrong one. Returns how many tries stand now under the key that has most.
    pub async fn wrong(self, db: &Db) -> Result<i32> {
        failed(&self.check, Failure::Wrong(self.tries), db).await?;
        Ok(self.tries)
    }
}

/// How a check failed.
#[derive(Clone, Copy)]
enum Failure {
    /// So many tries stand.
    Wrong(i32),
    /// It was not looked at: seconds to wait.
    TooSoon(u64),
}

/// Where every check that failed passes, with what is known of it. It is in the log before the answer; what comes too soon is written so
/// often in an hour and place, and counted beyond that.
async fn failed(check: &Check, how: Failure, db: &Db) -> Result<()> {
    let Check { what, account, address, of, .. } = check;
    let reason = match how {
        Failure::Wrong(tries) => {
            tracing::info!(what, account, address, tries, "a secret was wrong");
            (*what).to_owned()
        }
        Failure::TooSoon(wait) => {
            tracing::info!(what, account, address, wait, "a secret was tried too soon");
            if access_log::accept(&counted(address)).is_none() {
                return Ok(());
            }
            format!("{what}, too many attempts")
        }
    };
    if matches!(of, Of::Nobody) && !address.parse().is_ok_and(Address::is_known) {
        return Ok(());
    }
    let (of, address) = (of.clone(), address.clone());
    db.write(Scope::nobody(), move |tx| match of {
        Of::Email { email, host } => {
            access_log::sign_in_failed(tx, Some((&email, &host)), None, &reason, &address)
        }
        Of::Account(user) => access_log::sign_in_failed(tx, None, Some(user), &reason, &address),
        Of::Nobody => access_log::sign_in_failed(tx, None, None, &reason, &address),
    })
    .await
}
