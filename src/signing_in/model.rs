//! Whose email and password these are.
use super::throttle;
use crate::platform::{
    client::Address,
    db::{Db, Scope, Tx},
    errors::{AppError, Result},
    ids::{TenantId, UserId},
    passwords::{self, Cost},
    schema::reset_requests,
    secrets::Secret,
};
use diesel::{
    prelude::*,
    sql_types::{Binary, Bool, Integer, Nullable, Text, Uuid},
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
    /// Their tenant is disabled, so that they are not let in.
    #[diesel(sql_type = Bool)]
    pub is_closed: bool,
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
    fn withdrawn_by(hash: Binary) -> Nullable<Text>;
    fn give_reset_token(to_user: Uuid, hash: Binary) -> Text;
}

/// Looks for the accounts behind an email and a password. Takes as long for an unknown email as for a wrong password. Slow on
/// purpose, and therefore called on the blocking pool.
pub fn try_sign_in(
    db: &Db,
    email: &str,
    password: &str,
    host: &str,
    address: Address,
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

/// Whose account a mailed link opens.
#[derive(QueryableByName, Clone, Debug)]
pub struct Behind {
    #[diesel(sql_type = Uuid)]
    pub user_id: UserId,
    #[diesel(sql_type = Nullable<Uuid>)]
    pub tenant_id: Option<TenantId>,
    /// Empty: an account of the platform.
    #[diesel(sql_type = Text)]
    pub tenant_name: String,
    /// Empty: not a customer's user.
    #[diesel(sql_type = Text)]
    pub customer_name: String,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub email: String,
    /// The address that the link gives the account; empty: it is not for that.
    #[diesel(sql_type = Text)]
    pub new_email: String,
    #[diesel(sql_type = Text)]
    pub time_zone: String,
}

impl Behind {
    /// Nothing where the token is unknown, used, too old, or for something else.
    pub fn find(tx: &mut Tx, token_hash: &[u8], purpose: &str) -> Result<Option<Self>> {
        Ok(diesel::sql_query("SELECT * FROM account_behind($1, $2)")
            .bind::<Binary, _>(token_hash)
            .bind::<Text, _>(purpose)
            .get_result(tx.conn)
            .optional()?)
    }

    /// Which tenant withdrew the invitation of a token; empty where that is not why it is no good.
    pub fn withdrawn_by(tx: &mut Tx, token_hash: &[u8]) -> Result<String> {
        let name: Option<String> = diesel::select(withdrawn_by(token_hash)).get_result(tx.conn)?;
        Ok(name.unwrap_or_default())
    }
}

#[derive(QueryableByName)]
struct Redeemed {
    #[diesel(sql_type = Nullable<Integer>)]
    session_seconds: Option<i32>,
}

/// Uses a token up: the password is another, and everybody who was signed in with the old one is out. Some, with the seconds that a session
/// of theirs lasts where anybody says so; `None` where the token is not good (any more).
pub fn redeem(
    tx: &mut Tx,
    token_hash: &[u8],
    purpose: &str,
    password_hash: &str,
) -> Result<Option<Option<i32>>> {
    let redeemed: Option<Redeemed> =
        diesel::sql_query("SELECT session_seconds FROM redeem_token($1, $2, $3)")
            .bind::<Binary, _>(token_hash)
            .bind::<Text, _>(purpose)
            .bind::<Text, _>(password_hash)
            .get_result(tx.conn)
            .optional()?;
    Ok(redeemed.map(|redeemed| redeemed.session_seconds))
}

/// An account whose owner asks for another password.
#[derive(QueryableByName, Clone, Debug)]
pub struct ToReset {
    #[diesel(sql_type = Uuid)]
    pub user_id: UserId,
    #[diesel(sql_type = Text)]
    pub tenant_name: String,
    #[diesel(sql_type = Text)]
    pub customer_name: String,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub email: String,
}

impl ToReset {
    /// Takes up a request: the accounts that are meant by it.
    pub fn take(tx: &mut Tx, request: uuid::Uuid) -> Result<Vec<Self>> {
        Ok(diesel::sql_query("SELECT * FROM accounts_to_reset($1)").bind::<Uuid, _>(request).load(tx.conn)?)
    }

    /// Lets its owner choose another password with this token.
    pub fn give(&self, tx: &mut Tx, token: &Secret) -> Result<()> {
        diesel::select(give_reset_token(self.user_id, &token.hash)).execute(tx.conn)?;
        Ok(())
    }

    /// Where the account is, in words.
    pub fn place(&self) -> String {
        match (self.tenant_name.as_str(), self.customer_name.as_str()) {
            ("", _) => "the platform".into(),
            (tenant, "") => tenant.into(),
            (tenant, customer) => format!("{tenant} (as a user of {customer})"),
        }
    }
}

/// Notes that somebody forgot the password for this address, whoever has it.
pub fn ask_for_reset(tx: &mut Tx, email: &str, host: &str) -> Result<()> {
    diesel::insert_into(reset_requests::table)
        .values((reset_requests::email.eq(email), reset_requests::host.eq(host)))
        .execute(tx.conn)?;
    Ok(())
}
