//! Whose email and password these are.
use super::{checking::Check, counting};
use crate::infra::{
    db::{
        Db, Scope, Tx,
        ids::{TenantId, UserId},
        schema::reset_requests,
    },
    services::{
        mail,
        passwords::{Hashing, pool::Lane},
    },
    web::{
        app::Settings,
        errors::{AppError, Result},
        secrets::Secret,
    },
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
    fn give_reset_token(to_user: Uuid, hash: Binary) -> Bool;
    fn session_length(for_user: Uuid) -> Nullable<Integer>;
}

/// A try to sign in.
pub struct Attempt {
    /// In lower case.
    pub email: String,
    pub password: String,
    /// Where they want to go in.
    pub host: String,
    /// From where.
    pub address: String,
    /// The mark of a browser that was in before.
    pub browser: Option<String>,
}

/// Looks for the accounts behind an email and a password, once the try is counted. Does the same work for an unknown email as for a
/// wrong password, and for one account as for several. `Unavailable` where too many try at once.
pub async fn try_sign_in(db: &Db, settings: &Settings, attempt: Attempt) -> Result<Outcome> {
    let Attempt { email, password, host, address, browser } = attempt;
    let begun = match Check::sign_in(&email, &host, &address, browser.as_deref()).begin(db).await {
        Ok(begun) => begun,
        Err(AppError::TooMany(seconds)) => return Ok(Outcome::Wait(seconds)),
        Err(error) => return Err(error),
    };
    let hashing = Hashing::of(&email, &settings.key, settings.cost);
    let candidates = db
        .read(Scope::nobody(), move |tx| {
            Ok(diesel::sql_query("SELECT * FROM sign_in_candidates($1, $2)")
                .bind::<Text, _>(email)
                .bind::<Text, _>(host)
                .load::<Candidate>(tx.conn)?)
        })
        .await?;
    let looked = begun.look(db, Lane::Check, move || look(candidates, &password, &hashing)).await??;
    if looked.matched.is_empty() {
        begun.wrong(db).await?;
        return Ok(Outcome::Refused);
    }
    begun.right(db).await?;
    for (candidate, hash) in looked.renewed {
        let scope = Scope::nobody_in(candidate.tenant_id).by(candidate.user_id);
        db.at_sign_in().write(scope, move |tx| store_own_password(tx, &hash, false)).await?;
    }
    Ok(Outcome::Matched(looked.matched))
}

struct Looked {
    matched: Vec<Candidate>,
    /// Whose hash is out of date, and a better one.
    renewed: Vec<(Candidate, String)>,
}

fn look(candidates: Vec<Candidate>, password: &str, hashing: &Hashing) -> Result<Looked> {
    let stored: Vec<&str> = candidates.iter().map(|candidate| candidate.password_hash.as_str()).collect();
    let verified = hashing.verify_each(password, &stored)?;
    let matched: Vec<Candidate> =
        candidates.into_iter().zip(verified).filter_map(|(one, matched)| matched.then_some(one)).collect();
    let mut renewed = vec![];
    for candidate in matched.iter().filter(|one| hashing.is_outdated(&one.password_hash)) {
        renewed.push((candidate.clone(), hashing.hash(password)?));
    }
    Ok(Looked { matched, renewed })
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

/// For how long a session of this user lasts, in seconds, where their customer or tenant says so.
pub fn session_seconds(tx: &mut Tx, user: UserId) -> Result<Option<i32>> {
    Ok(diesel::select(session_length(user)).get_result(tx.conn)?)
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

/// Uses a token up: the password of this address is another, everybody who was signed in with the old one is out, and tries at it are
/// forgiven. Some, with the seconds that a session of theirs lasts where anybody says so; `None` where the token is not good (any more).
pub fn redeem(
    tx: &mut Tx,
    token_hash: &[u8],
    purpose: &str,
    email: &str,
    password_hash: &str,
) -> Result<Option<Option<i32>>> {
    let redeemed: Option<Redeemed> =
        diesel::sql_query("SELECT session_seconds FROM redeem_token($1, $2, $3)")
            .bind::<Binary, _>(token_hash)
            .bind::<Text, _>(purpose)
            .bind::<Text, _>(password_hash)
            .get_result(tx.conn)
            .optional()?;
    if redeemed.is_some() {
        counting::forgive_account(tx, email)?;
    }
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

    /// Lets its owner choose another password with this token. False where five are good already: the mails with these have arrived,
    /// and whoever asks in another's name fills no mailbox.
    pub fn give(&self, tx: &mut Tx, token: &Secret) -> Result<bool> {
        Ok(diesel::select(give_reset_token(self.user_id, &token.hash)).get_result(tx.conn)?)
    }

    /// Where the account is, in words.
    pub fn place(&self) -> String {
        match (self.tenant_name.as_str(), self.customer_name.as_str()) {
            ("", _) => "the platform".into(),
            (tenant, "") => mail::unlinked(tenant),
            (tenant, customer) => format!("{} (as a user of {customer})", mail::unlinked(tenant)),
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
