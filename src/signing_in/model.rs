//! Whose email and password these are.
use super::throttle;
use crate::platform::{
    db::{Db, Scope, Tx},
    errors::{AppError, Result},
    ids::{TenantId, UserId},
    passwords::{self, Cost},
};
use diesel::{
    prelude::*,
    sql_types::{Bool, Integer, Nullable, Text, Uuid},
};

/// An account that an email and password may belong to.
#[derive(QueryableByName, Clone, Debug)]
pub struct Candidate {
    #[diesel(sql_type = Uuid)]
    pub user_id: UserId,
    #[diesel(sql_type = Nullable<Uuid>)]
    pub tenant_id: Option<TenantId>,
    #[diesel(sql_type = Text)]
    pub tenant_name: String,
    #[diesel(sql_type = Text)]
    pub password_hash: String,
    #[diesel(sql_type = Nullable<Integer>)]
    pub session_seconds: Option<i32>,
}

/// What became of a try to sign in.
pub enum Outcome {
    /// Wrong, in a way that is not told.
    Refused,
    /// Too many tries: seconds to wait.
    Wait(u64),
    /// The accounts that match; more than one when somebody uses the same password in several tenants.
    Matched(Vec<Candidate>),
}

#[diesel::declare_sql_function]
extern "SQL" {
    fn own_password_hash() -> Nullable<Text>;
    fn set_own_password(hash: Text, is_new: Bool) -> Text;
}

/// Looks for the accounts behind an email and a password. Takes as long for an unknown email as for a wrong password. Slow on
/// purpose, and therefore called on the blocking pool.
pub fn try_sign_in(
    db: &Db,
    email: &str,
    password: &str,
    host: &str,
    address: &str,
    cost: Cost,
) -> Result<Outcome> {
    let keys = throttle::keys(email, address);
    let nobody = Scope::nobody();
    let (wait, candidates) = db.read_blocking(&nobody, |tx| {
        let wait = throttle::wait(tx, &keys)?;
        let candidates: Vec<Candidate> = diesel::sql_query("SELECT * FROM sign_in_candidates($1, $2)")
            .bind::<Text, _>(email)
            .bind::<Text, _>(host)
            .load(tx.conn)?;
        Ok((wait, candidates))
    })?;
    if wait > 0 {
        return Ok(Outcome::Wait(wait));
    }
    if candidates.is_empty() {
        passwords::verify_nothing(password, cost);
    }
    let matched: Vec<Candidate> =
        candidates.into_iter().filter(|c| passwords::verify(password, &c.password_hash)).collect();
    if matched.is_empty() {
        db.write_blocking(&nobody, |tx| throttle::note(tx, &keys))?;
        return Ok(Outcome::Refused);
    }
    db.write_blocking(&nobody, |tx| throttle::forgive(tx, &keys))?;
    for candidate in matched.iter().filter(|c| passwords::is_outdated(&c.password_hash, cost)) {
        let scope =
            Scope { user_id: Some(candidate.user_id), tenant_id: candidate.tenant_id, ..Scope::nobody() };
        let hash = passwords::hash(password, cost)?;
        db.write_blocking(&scope, |tx| store_own_password(tx, &hash, false))?;
    }
    Ok(Outcome::Matched(matched))
}

/// The stored hash of the person at work.
pub fn sign_in_hash(tx: &mut Tx) -> Result<String> {
    diesel::select(own_password_hash()).get_result::<Option<String>>(tx.conn)?.ok_or(AppError::NotFound)
}

/// Replaces the stored hash of the person at work: by that of a new password, or a better one of the same.
pub fn store_own_password(tx: &mut Tx, hash: &str, is_new: bool) -> Result<()> {
    diesel::select(set_own_password(hash, is_new)).execute(tx.conn)?;
    Ok(())
}
