//! Asking for an account, and showing that the address is one's own.
use crate::{
    infra::{
        db::{Tx, ids::UserId},
        web::{
            errors::{AppError, Result},
            secrets::Secret,
        },
    },
    values::{Email, PersonName, domain},
};
use diesel::{
    prelude::*,
    sql_types::{Binary, Bool, Integer, Nullable, Text, Timestamptz, Uuid},
};

#[diesel::declare_sql_function]
extern "SQL" {
    fn register_account(on_host: Text, for_domain: Text, new_email: Text, new_name: Text, hash: Text)
    -> Bool;
    fn registration_names(for_domain: Text, on_host: Text) -> Array<Text>;
    fn give_registration_token(of_registration: Uuid, hash: Binary) -> Text;
    fn forget_registrations(before: Timestamptz) -> BigInt;
}

/// Somebody who wants an account.
#[derive(Clone)]
pub struct Newcomer {
    pub name: PersonName,
    pub email: Email,
    pub password_hash: String,
    /// Where they ask.
    pub host: String,
}

/// Notes it. `DomainNotFound` where nobody registers with this domain: below one that is listed, like it, or a public provider's.
pub fn register(tx: &mut Tx, who: &Newcomer) -> Result<()> {
    let domain = who.email.domain();
    if domain::is_everybodys(domain).is_some() {
        return Err(AppError::DomainNotFound);
    }
    let noted = diesel::select(register_account(
        &who.host,
        domain,
        who.email.as_str(),
        who.name.as_str(),
        &who.password_hash,
    ))
    .get_result::<bool>(tx.conn)?;
    if noted { Ok(()) } else { Err(AppError::DomainNotFound) }
}

/// The names of those with whom an address registers on a host: no passwords are made of them.
pub fn names_of_place(tx: &mut Tx, email: &Email, host: &str) -> Result<Vec<String>> {
    Ok(diesel::select(registration_names(email.domain(), host)).get_result(tx.conn)?)
}

/// What has to be written to whoever registered.
#[derive(QueryableByName, Debug)]
pub struct ToAnswer {
    #[diesel(sql_type = Text)]
    pub tenant_name: String,
    /// Of the account that the address has and that is set up; empty where there is none.
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub email: String,
    /// The customer's own host; empty: the platform's.
    #[diesel(sql_type = Text)]
    pub host: String,
    #[diesel(sql_type = Bool)]
    pub has_account: bool,
}

impl ToAnswer {
    /// Nothing where it is done already, or gone.
    pub fn find(tx: &mut Tx, id: uuid::Uuid) -> Result<Option<Self>> {
        let query = diesel::sql_query("SELECT * FROM registration_to_answer($1)").bind::<Uuid, _>(id);
        Ok(query.get_result(tx.conn).optional()?)
    }

    /// The token that they confirm with.
    pub fn give(tx: &mut Tx, id: uuid::Uuid) -> Result<Secret> {
        let secret = Secret::new();
        diesel::select(give_registration_token(id, &secret.hash)).execute(tx.conn)?;
        Ok(secret)
    }
}

/// Whose registration a link confirms.
#[derive(QueryableByName, Clone)]
pub struct Behind {
    #[diesel(sql_type = Text)]
    pub tenant_name: String,
    #[diesel(sql_type = Text)]
    pub customer_name: String,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub email: String,
    #[diesel(sql_type = Text)]
    pub password_hash: String,
}

impl Behind {
    /// Nothing where the token is unknown, used, or too old.
    pub fn find(tx: &mut Tx, token_hash: &[u8]) -> Result<Option<Self>> {
        let query =
            diesel::sql_query("SELECT * FROM registration_behind($1)").bind::<Binary, _>(token_hash.to_vec());
        Ok(query.get_result(tx.conn).optional()?)
    }
}

/// An account that was just made.
#[derive(QueryableByName)]
pub struct Made {
    #[diesel(sql_type = Uuid)]
    pub user_id: UserId,
    #[diesel(sql_type = Nullable<Integer>)]
    pub session_seconds: Option<i32>,
}

/// Uses a token up, and makes the account. Nothing where the token is not good, the address got an account meanwhile, or nobody
/// registers with its domain any more.
pub fn confirm(tx: &mut Tx, token_hash: &[u8]) -> Result<Option<Made>> {
    let query =
        diesel::sql_query("SELECT * FROM confirm_registration($1)").bind::<Binary, _>(token_hash.to_vec());
    Ok(query.get_result(tx.conn).optional()?)
}

/// Forgets registrations of a week ago: what was confirmed is an account, the rest has run out.
pub fn forget_old(tx: &mut Tx) -> Result<i64> {
    let week = diesel::dsl::sql::<Timestamptz>("now() - interval '7 days'");
    Ok(diesel::select(forget_registrations(week)).get_result(tx.conn)?)
}
