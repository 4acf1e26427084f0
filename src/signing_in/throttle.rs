//! Failed sign-ins delay the next try, per account and per address, longer each time.
use crate::platform::{
    client::Address,
    db::Tx,
    errors::{AppError, Result},
    schema::sign_in_failures,
};
use diesel::{
    dsl::{now, sql},
    prelude::*,
    sql_types::{Double, Integer, Timestamptz},
};

/// The two keys that one try counts under, with the number of failures that each forgives.
pub fn keys(email: &str, address: Address) -> [(String, i32); 2] {
    let account: String = email.chars().take(254).collect();
    [(format!("account:{account}"), 5), (format!("address:{}", address.counted_as()), 20)]
}

/// The keys of something else that is not to be done too often, by the same rule.
fn keys_of(what: &str, email: &str, address: Address) -> [(String, i32); 2] {
    let account: String = email.chars().take(254).collect();
    [(format!("{what}:account:{account}"), 5), (format!("{what}:address:{}", address.counted_as()), 20)]
}

/// Something that is not to be done too often for one address, or from one place.
pub struct Often {
    keys: [(String, i32); 2],
}

impl Often {
    /// `what` is done, for this email, from this address.
    pub fn new(what: &str, email: &str, address: Address) -> Self {
        Self { keys: keys_of(what, email, address) }
    }

    /// Counts one more; `TooMany` where that is too many. The caller commits it whatever comes of what it is about.
    pub fn count(&self, tx: &mut Tx) -> Result<()> {
        match wait(tx, &self.keys)? {
            0 => note(tx, &self.keys),
            seconds => Err(AppError::TooMany(seconds)),
        }
    }
}

/// Failures are forgotten an hour after the last. Seconds to wait after so many failures: none at first, then 1, 2, 4 ... up to a quarter of an hour.
pub fn delay(failures: i32, forgiven: i32) -> i64 {
    match failures - forgiven {
        ..0 => 0,
        over @ 0..10 => 1 << over,
        _ => 900,
    }
}

/// Seconds until the next try is taken; 0 when it is welcome.
pub fn wait(tx: &mut Tx, keys: &[(String, i32)]) -> Result<u64> {
    let names: Vec<&str> = keys.iter().map(|(key, _)| key.as_str()).collect();
    let found: Vec<(String, i32, f64)> = sign_in_failures::table
        .filter(sign_in_failures::key.eq_any(names))
        .filter(sign_in_failures::last_at.gt(sql::<Timestamptz>("now() - interval '1 hour'")))
        .select((
            sign_in_failures::key,
            sign_in_failures::failures,
            sql::<Double>("extract(epoch FROM now() - last_at)::float8"),
        ))
        .load(tx.conn)?;
    let left = found.into_iter().filter_map(|(key, failures, since)| {
        let forgiven = keys.iter().find(|(name, _)| *name == key)?.1;
        Some((delay(failures, forgiven) as f64 - since).ceil().max(0.0) as u64)
    });
    Ok(left.max().unwrap_or(0))
}

/// Counts a failure.
pub fn note(tx: &mut Tx, keys: &[(String, i32)]) -> Result<()> {
    let mut names: Vec<&str> = keys.iter().map(|(key, _)| key.as_str()).collect();
    names.sort_unstable();
    for key in names {
        diesel::insert_into(sign_in_failures::table)
            .values((sign_in_failures::key.eq(key), sign_in_failures::failures.eq(1)))
            .on_conflict(sign_in_failures::key)
            .do_update()
            .set((
                sign_in_failures::failures.eq(sql::<Integer>(
                    "CASE WHEN sign_in_failures.last_at > now() - interval '1 hour' THEN least(sign_in_failures.failures + 1, 1000) ELSE 1 END",
                )),
                sign_in_failures::last_at.eq(now),
            ))
            .execute(tx.conn)?;
    }
    diesel::delete(
        sign_in_failures::table
            .filter(sign_in_failures::last_at.lt(sql::<Timestamptz>("now() - interval '1 day'"))),
    )
    .execute(tx.conn)?;
    Ok(())
}

/// Forgets an account's failures once its owner is in.
pub fn forgive(tx: &mut Tx, keys: &[(String, i32)]) -> Result<()> {
    if let Some((account, _)) = keys.first() {
        diesel::delete(sign_in_failures::table.filter(sign_in_failures::key.eq(account))).execute(tx.conn)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::delay;

    #[test]
    fn the_delay_grows_and_then_stays() {
        let waits: Vec<i64> = (3..9).map(|n| delay(n, 5)).collect();
        assert_eq!(waits, [0, 0, 1, 2, 4, 8]);
        assert_eq!((delay(15, 5), delay(1000, 5)), (900, 900));
    }
}
