//! What somebody is told who has the right password, but whose customer is deactivated.
use crate::infra::{
    db::{
        Db, Scope, Tx,
        ids::{CustomerId, TenantId, UserId},
    },
    web::{
        encrypted::{self, Encrypted},
        errors::Result,
        permissions::{Permissions, Role},
        principal::Principal,
    },
};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types};
use serde::{Deserialize, Serialize};

/// Whose password was right.
#[derive(Serialize, Deserialize)]
pub struct Turned {
    pub account: encrypted::Account,
}

impl Encrypted for Turned {
    const NAME: &'static str = "access";
    const MINUTES: i64 = 30;
}

/// Why they are not let in.
#[derive(QueryableByName, Clone, Debug)]
pub struct Notice {
    #[diesel(sql_type = sql_types::Uuid)]
    tenant_id: TenantId,
    #[diesel(sql_type = sql_types::Uuid)]
    customer_id: CustomerId,
    #[diesel(sql_type = sql_types::Array<sql_types::Text>)]
    roles: Vec<String>,
    #[diesel(sql_type = sql_types::Text)]
    pub user_name: String,
    #[diesel(sql_type = sql_types::Text)]
    pub tenant_name: String,
    #[diesel(sql_type = sql_types::Text)]
    pub customer_name: String,
    #[diesel(sql_type = sql_types::Text)]
    pub time_zone: String,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Timestamptz>)]
    pub grace_ends_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = sql_types::Bool)]
    pub is_over: bool,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Timestamptz>)]
    pub asked_at: Option<DateTime<Utc>>,
    /// Whom to ask: `name <address>`.
    #[diesel(sql_type = sql_types::Array<sql_types::Text>)]
    staff: Vec<String>,
    #[diesel(sql_type = sql_types::Timestamptz)]
    pub now: DateTime<Utc>,
}

#[diesel::declare_sql_function]
extern "SQL" {
    fn ask_for_reactivation(words: sql_types::Text) -> sql_types::Bool;
}

impl Notice {
    /// Nothing for whoever may come in.
    fn of(tx: &mut Tx, user: UserId) -> Result<Option<Self>> {
        Ok(diesel::sql_query("SELECT *, now() AS now FROM deactivation_notice($1)")
            .bind::<sql_types::Uuid, _>(user)
            .get_result(tx.conn)
            .optional()?)
    }

    /// As it is now for whom the sign-in turned away. Nothing once their password is another, or an admin signed them out.
    pub async fn for_turned(db: &Db, turned: Turned) -> Result<Option<Self>> {
        db.read(Scope::nobody(), move |tx| {
            if turned.account.stands(tx)? { Self::of(tx, turned.account.user) } else { Ok(None) }
        })
        .await
    }

    /// Whether this user may ask for the return of their customer.
    pub fn may_ask(&self) -> bool {
        !self.is_over && self.roles.iter().any(|role| role == Role::CustomerAdmin.code())
    }

    /// Name and address of those whom to ask.
    pub fn staff(&self) -> Vec<(String, String)> {
        let parts = |one: &String| {
            let (name, address) = one.rsplit_once(" <")?;
            Some((name.to_owned(), address.trim_end_matches('>').to_owned()))
        };
        self.staff.iter().filter_map(parts).collect()
    }

    /// Asks for it, as this user. False where it is too late.
    pub async fn ask(&self, db: &Db, user: UserId, words: String) -> Result<bool> {
        let roles: Vec<Role> = self.roles.iter().filter_map(|role| role.parse().ok()).collect();
        let scope = Scope::of(Principal {
            tenant_id: Some(self.tenant_id),
            user_id: Some(user),
            customer_id: Some(self.customer_id),
            permissions: Permissions::of_roles(&roles),
            ..Principal::default()
        });
        db.write(scope, move |tx: &mut Tx| {
            Ok(diesel::select(ask_for_reactivation(words)).get_result(tx.conn)?)
        })
        .await
    }
}

/// Whether a user may sign in. If not, this is whom the page that tells them is for.
pub async fn accept(db: &Db, user: UserId) -> Result<Option<Turned>> {
    db.read(Scope::nobody(), move |tx| match Notice::of(tx, user)? {
        Some(_) => Ok(Some(Turned { account: encrypted::Account::now(tx, user)? })),
        None => Ok(None),
    })
    .await
}
