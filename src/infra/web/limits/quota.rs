//! Counting what somebody does within an hour or a day: in the database, in one statement, in the transaction of the work and before it.
//! What is refused or fails is not counted. The window of a count begins with the first use.
//!
//! Work of the system (imports, demo data, reactions to events) is nobody's, and is not counted.
use super::{Answer, DAY, HOUR, Limit, Per, TABLE, Unit};
use crate::infra::{
    db::{Audience, Tx},
    web::errors::{AppError, Result},
};
use actix_web::{
    HttpResponse,
    http::{StatusCode, header},
};
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Integer, Text},
};
use sha2::{Digest, Sha256};
use std::fmt::Write;

/// A limit that is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// What the API calls it.
    pub code: &'static str,
    /// What a person reads.
    pub sentence: String,
    /// Seconds until it makes sense to try again; `None`: something has to be deleted first.
    pub wait: Option<u64>,
}

/// Something that is counted.
#[derive(Clone, Copy, Debug)]
pub struct Use<'a> {
    limit: &'static Limit,
    amount: u64,
    /// An email address or a domain, where it is counted for that.
    of: &'a str,
}

impl<'a> Use<'a> {
    /// One more of what is counted for whoever is at work.
    pub const fn one(limit: &'static Limit) -> Self {
        Self::of(limit, "")
    }
    /// So many more.
    pub const fn more(limit: &'static Limit, amount: u64) -> Self {
        Self { limit, amount, of: "" }
    }
    /// One more for an email address or a domain.
    pub const fn of(limit: &'static Limit, of: &'a str) -> Self {
        Self { limit, amount: 1, of }
    }

    /// Whom it is counted for, within the tenant of the transaction; `None`: nobody.
    fn subject(&self, tx: &Tx) -> Option<String> {
        let scope = tx.scope;
        match self.limit.per {
            Per::Person => scope.user_id.map(|id| id.to_string()),
            Per::Customer => scope.customer_id.map(|id| id.to_string()),
            Per::Tenant => Some(String::new()),
            _ => Some(hash(self.of)),
        }
    }
}

/// Addresses are not kept as they are.
fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest[..16].iter().fold(String::new(), |mut text, byte| {
        // Writing to a String can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[derive(QueryableByName)]
struct Full {
    #[diesel(sql_type = Integer)]
    which: i32,
    #[diesel(sql_type = BigInt)]
    wait: i64,
}

/// Counts all of it, or refuses with `Limit` where one is too many. Always in the order given: whoever counts the same waits here.
pub fn take(tx: &mut Tx, uses: &[Use]) -> Result<()> {
    if tx.scope.audience == Audience::System {
        return Ok(());
    }
    let counted: Vec<(&Use, String)> = uses.iter().filter_map(|one| Some((one, one.subject(tx)?))).collect();
    let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    let column =
        |value: &dyn Fn(&Use) -> i64| counted.iter().map(|(one, _)| value(one)).collect::<Vec<i64>>();
    let full: Option<Full> = diesel::sql_query("SELECT which, wait FROM use_quotas($1, $2, $3, $4, $5)")
        .bind::<Array<Text>, _>(counted.iter().map(|(one, _)| one.limit.key()).collect::<Vec<_>>())
        .bind::<Array<Text>, _>(counted.iter().map(|(_, of)| of.as_str()).collect::<Vec<_>>())
        .bind::<Array<BigInt>, _>(column(&|one| number(one.amount)))
        .bind::<Array<BigInt>, _>(column(&|one| number(one.limit.most)))
        .bind::<Array<BigInt>, _>(column(&|one| number(one.limit.within)))
        .get_result(tx.conn)
        .optional()?;
    let Some(full) = full else { return Ok(()) };
    let which = usize::try_from(full.which).ok().and_then(|n| counted.get(n.checked_sub(1)?));
    let (one, _) = which.ok_or_else(|| AppError::internal("a quota that was not asked about"))?;
    Err(AppError::Limit(Box::new(Reached::quota(one.limit, u64::try_from(full.wait).unwrap_or(1)))))
}

impl Reached {
    /// 429, or 409 where waiting does not help.
    pub fn status(&self) -> StatusCode {
        if self.wait.is_some() { StatusCode::TOO_MANY_REQUESTS } else { StatusCode::CONFLICT }
    }

    /// A page as the answer to it.
    pub fn on(&self, mut page: HttpResponse) -> HttpResponse {
        *page.status_mut() = self.status();
        if let Some(seconds) = self.wait {
            page.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        page
    }

    /// So often within so long, and for how many seconds not again.
    pub fn quota(limit: &Limit, wait: u64) -> Self {
        let (code, done) = match limit.answer {
            Answer::Quota { code, done } => (code, done),
            _ => ("TOO_MANY_REQUESTS", "sent {} of files"),
        };
        let number = match limit.unit {
            Unit::Bytes if limit.most >= 1 << 30 => format!("{} GB", limit.most >> 30),
            Unit::Bytes => format!("{} MB", limit.most >> 20),
            _ => thousands(limit.most),
        };
        let who = match limit.per {
            Per::Tenant => "Your organisation has",
            Per::Customer => "Your company has",
            Per::Mailbox | Per::Domain => "Somebody has",
            _ => "You have",
        };
        let within = match limit.within {
            DAY => "a day",
            HOUR => "an hour",
            _ => "a minute",
        };
        let wait = wait.max(1);
        let done = done.replace("{}", &number);
        let sentence =
            format!("{who} {done} within {within}, the most allowed. Try again in {}.", describe(wait));
        Self { code, sentence, wait: Some(wait) }
    }

    /// What the database refused because there is as much of it as there may be: its triggers are named after the limits.
    pub fn full(constraint: &str) -> Option<Self> {
        let mut all = TABLE.iter().flat_map(|(_, limits)| limits.iter());
        let limit = all.find(|limit| constraint.strip_prefix("most_") == Some(limit.key().as_str()))?;
        let (code, has) = match limit.answer {
            Answer::Full { code, has } => (code, has),
            // A form says it at its field; this is for whoever has no form.
            _ => ("TOO_MANY_RECORDS", "has {} of these"),
        };
        let who = match limit.per {
            Per::Tenant => "Your organisation",
            Per::Customer => "The customer",
            _ => "You",
        };
        let has = has.replace("{}", &thousands(limit.most));
        let sentence =
            format!("{who} {has}, the most allowed. Delete one that is not needed any more first.");
        Some(Self { code, sentence, wait: None })
    }
}

/// "45 seconds", "12 minutes", "3 hours": never too little.
fn describe(seconds: u64) -> String {
    let (number, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7200 => (seconds.div_ceil(60), "minute"),
        _ => (seconds.div_ceil(3600), "hour"),
    };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// "1,000"
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (n, digit) in digits.chars().enumerate() {
        if n > 0 && (digits.len() - n).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::infra::web::limits;

    #[test]
    fn people_read_what_was_too_many_and_when_to_try_again() {
        let reached = Reached::quota(&limits::TICKETS_OF_STAFF, 2099);
        let described =
            "You have opened 150 tickets within an hour, the most allowed. Try again in 35 minutes.";
        assert_eq!((reached.sentence.as_str(), reached.wait), (described, Some(2099)));
        let full = Reached::full("most_tags").unwrap();
        let described = "Your organisation has 1,000 tags, the most allowed. Delete one that is not needed any more first.";
        assert_eq!((full.code, full.sentence.as_str(), full.wait), ("TOO_MANY_TAGS", described, None));
        assert_eq!(Reached::full("tags_name_taken"), None);
        assert_eq!((unit_of(1), unit_of(119), unit_of(7201)), ("1 second", "119 seconds", "3 hours"));
    }

    fn unit_of(seconds: u64) -> &'static str {
        describe(seconds).leak()
    }
}
