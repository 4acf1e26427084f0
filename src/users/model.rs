//! The account of somebody, and what those who manage it do with it.
use super::inviting::{self, Invitation};
use crate::{
    infra::{
        db::{
            Tx,
            ids::{CustomerId, UserId},
            sql::{Bind, Statement},
        },
        web::{
            errors::{AppError, Result},
            permissions::Role,
        },
    },
    values::{Email, PersonName},
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{self, Array, Bool, Integer, Nullable, Text, Timestamptz, Uuid},
};

/// An account, as those who manage it see it.
#[derive(QueryableByName, Clone, Debug)]
pub struct Account {
    #[diesel(sql_type = Uuid)]
    pub id: UserId,
    #[diesel(sql_type = Text)]
    pub name: PersonName,
    #[diesel(sql_type = Text)]
    pub email: Email,
    #[diesel(sql_type = Array<Text>)]
    codes: Vec<String>,
    #[diesel(sql_type = Nullable<Uuid>)]
    pub customer_id: Option<CustomerId>,
    /// Empty: staff.
    #[diesel(sql_type = Text)]
    pub customer: String,
    #[diesel(sql_type = Bool)]
    pub is_set_up: bool,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub disabled_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub last_signed_in_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Timestamptz)]
    pub created_at: DateTime<Utc>,
    /// How often what they are granted has changed: a form that is older is refused.
    #[diesel(sql_type = Integer)]
    pub claims_version: i32,
    /// Until when the link of an invitation is good, or was.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub invited_until: Option<DateTime<Utc>>,
}

/// Its columns, of users as `u` with their customer as `c`.
pub const COLUMNS: &str = "u.id, u.name, u.email, u.roles AS codes, u.customer_id, coalesce(c.name, '') AS customer, u.is_set_up,
    u.disabled_at, u.last_signed_in_at, u.created_at, u.claims_version,
    CASE WHEN NOT u.is_set_up THEN (SELECT max(k.expires_at) FROM account_tokens k WHERE k.user_id = u.id) END AS invited_until";

/// What became of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Active,
    /// Has not chosen a password yet.
    Invited,
    /// And the link has run out.
    Expired,
    Disabled,
}

#[diesel::declare_sql_function]
extern "SQL" {
    fn withdraw_invitation(of_user: Uuid) -> Bool;
    fn change_user(of_user: Uuid, seen: Integer, new_name: Text, new_roles: Array<Text>) -> Bool;
    fn set_user_access(of_user: Uuid, is_allowed: Bool) -> Bool;
    fn end_user_sessions(of_user: Uuid) -> Integer;
}

#[derive(QueryableByName)]
struct Sessions {
    #[diesel(sql_type = sql_types::BigInt)]
    open: i64,
}

impl Account {
    /// Somebody of the tenant; in the portal, of the own customer.
    pub fn find(tx: &mut Tx, id: UserId) -> Result<Self> {
        let mut query = Statement::new(&format!(
            "SELECT {COLUMNS} FROM users u LEFT JOIN customers c ON c.tenant_id = u.tenant_id AND c.id = u.customer_id WHERE u.tenant_id = current_tenant() AND u.id = "
        ));
        query.bind(Bind::Uuid(id.0));
        Ok(query.get_result(tx.conn)?)
    }

    /// What they are granted.
    pub fn roles(&self) -> Vec<Role> {
        self.codes.iter().filter_map(|code| code.parse().ok()).collect()
    }

    /// The same in words.
    pub fn role_names(&self) -> String {
        self.roles().iter().map(|role| role.name()).collect::<Vec<_>>().join(", ")
    }

    /// Whether they are a customer's.
    pub fn is_portal(&self) -> bool {
        self.customer_id.is_some()
    }

    /// What became of it.
    pub fn state(&self, now: &DateTime<Utc>) -> State {
        match (self.disabled_at, self.is_set_up) {
            (Some(_), _) => State::Disabled,
            (None, true) => State::Active,
            (None, false) if self.invited_until.is_some_and(|until| until > *now) => State::Invited,
            (None, false) => State::Expired,
        }
    }

    /// In how many places they are signed in.
    pub fn open_sessions(&self, tx: &mut Tx) -> Result<i64> {
        let found: Option<Sessions> = diesel::sql_query("SELECT open FROM user_sessions($1)")
            .bind::<Array<Uuid>, _>(vec![self.id])
            .get_result(tx.conn)
            .optional()?;
        Ok(found.map_or(0, |found| found.open))
    }

    /// Mails another link to choose the first password by.
    pub fn invite_again(&self, tx: &mut Tx, base: &str) -> Result<()> {
        let who = Invitation {
            customer: self.customer_id,
            name: self.name.clone(),
            email: self.email.clone(),
            roles: self.roles(),
        };
        inviting::invite_again(tx, self.id, &who, base)
    }

    /// Takes back the invitation of somebody who has not chosen a password yet, and the account with it.
    pub fn withdraw(&self, tx: &mut Tx) -> Result<()> {
        if diesel::select(withdraw_invitation(self.id)).get_result::<bool>(tx.conn)? {
            return Ok(());
        }
        Err(AppError::Conflict(
            "This person has chosen a password already. Disable the account instead.".into(),
        ))
    }

    /// Switches it off, with its sessions and links, or on again.
    pub fn set_access(&self, tx: &mut Tx, is_allowed: bool) -> Result<()> {
        if tx.scope.user_id == Some(self.id) {
            return Err(refused("access", "You can't disable your own account. Ask another admin."));
        }
        match diesel::select(set_user_access(self.id, is_allowed)).get_result::<bool>(tx.conn) {
            // Where it was so already, somebody else was faster.
            Ok(_) => Ok(()),
            Err(error) => Err(last_admin(error, "access")),
        }
    }

    /// Signs them out everywhere.
    pub fn end_sessions(&self, tx: &mut Tx) -> Result<i32> {
        if tx.scope.user_id == Some(self.id) {
            return Err(refused("access", "End your own sessions on the page of your account."));
        }
        Ok(diesel::select(end_user_sessions(self.id)).get_result(tx.conn)?)
    }
}

/// What an account is to be called and granted.
#[derive(Clone, Debug)]
pub struct ChangeUser {
    pub name: PersonName,
    pub roles: Vec<Role>,
    /// The version of the claims that the form was made of.
    pub version: i32,
}

/// Another name and other roles; whose roles change is signed out.
pub fn change(tx: &mut Tx, id: UserId, command: &ChangeUser) -> Result<()> {
    let codes: Vec<&str> = command.roles.iter().map(|role| role.code()).collect();
    match diesel::select(change_user(id, command.version, command.name.as_str(), codes))
        .get_result::<bool>(tx.conn)
    {
        Ok(true) => Ok(()),
        Ok(false) => Err(AppError::Changed(
            "Another admin changed this user while you did. Open the page again, then save.".into(),
        )),
        Err(error) => Err(last_admin(error, "roles")),
    }
}

fn refused(field: &'static str, why: &'static str) -> AppError {
    AppError::refused(field, why)
}

/// What the database says where nobody would be left to manage the others.
fn last_admin(error: diesel::result::Error, field: &'static str) -> AppError {
    match AppError::constraint(&error) {
        Some("users_last_admin") => {
            refused(field, "This is the last tenant admin. Make another user an admin first.")
        }
        Some("users_last_customer_admin") => {
            refused(field, "This is your last customer admin. Make another user an admin first.")
        }
        _ => error.into(),
    }
}
