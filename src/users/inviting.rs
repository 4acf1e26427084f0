//! Making accounts for others: never with a password, always with a link by which its owner chooses one.
use super::emails::{Invited, KnownAlready};
use crate::{
    infra::{
        db::{
            Tx,
            ids::{CustomerId, TenantId, UserId},
            schema::{customers, tenants, users},
        },
        services::mail,
        web::{
            errors::{AppError, Result},
            limits::{
                self,
                quota::{self, Use},
            },
            permissions::Role,
            secrets::Secret,
        },
    },
    values::{Email, PersonName},
};
use diesel::{
    prelude::*,
    sql_types::{Array, Binary, Bool, Nullable, Text, Uuid},
};

/// Somebody who is to have an account.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// Whose portal they are to see; `None` for staff.
    pub customer: Option<CustomerId>,
    pub name: PersonName,
    pub email: Email,
    pub roles: Vec<Role>,
}

#[diesel::declare_sql_function]
extern "SQL" {
    fn invite_user(
        new_id: Uuid,
        of_customer: Nullable<Uuid>,
        new_email: Text,
        new_name: Text,
        new_roles: Array<Text>,
        hash: Binary,
    ) -> Nullable<Text>;
    fn renew_invitation(of_user: Uuid, hash: Binary) -> Bool;
    fn current_tenant() -> Nullable<Uuid>;
    fn set_config(name: Text, value: Text, is_local: Bool) -> Text;
}

/// Makes the account in the tenant of this transaction, and mails the link. `base` is how people reach this installation. `Invalid`
/// names the field where the address is taken; what the person at work does not manage is refused by the database.
pub fn invite(tx: &mut Tx, who: &Invitation, base: &str) -> Result<UserId> {
    match make(tx, who)? {
        Made::Account(id, token) => {
            send(tx, who, &token, base)?;
            Ok(id)
        }
        Made::Nothing(_) => Err(taken()),
    }
}

/// The same for those who do not see every account of the tenant, and must not learn by it who has one: where the address is that of
/// an account out of their sight, its owner gets a mail that says so, and nothing else happens.
pub fn invite_unseeing(tx: &mut Tx, who: &Invitation, base: &str) -> Result<()> {
    match make(tx, who)? {
        Made::Account(_, token) => send(tx, who, &token, base),
        Made::Nothing(name) => {
            let in_sight = users::table.filter(users::email.eq(&who.email)).select(users::id);
            if diesel::select(diesel::dsl::exists(in_sight)).get_result(tx.conn)? {
                return Err(taken());
            }
            let (tenant, customer) = place(tx, who)?;
            let letter =
                KnownAlready { tenant, customer, name, email: who.email.to_string(), base: base.to_owned() };
            mail::queue(tx, &letter.letter()).map(drop)
        }
    }
}

fn taken() -> AppError {
    AppError::refused("email", "This address has an account here already.")
}

enum Made {
    Account(UserId, Secret),
    /// Somebody of this name has the address.
    Nothing(String),
}

/// Counts a mail to somebody who has not asked for it.
fn count(tx: &mut Tx, who: &Invitation) -> Result<()> {
    let uses = [
        Use::one(&limits::INVITATIONS_OF_A_PERSON),
        Use::one(&limits::INVITATIONS_OF_A_CUSTOMER),
        Use::of(&limits::MAILS_TO_AN_ADDRESS, &who.email),
        Use::one(&limits::INVITATIONS_OF_A_TENANT),
    ];
    quota::take(tx, &uses)
}

fn make(tx: &mut Tx, who: &Invitation) -> Result<Made> {
    count(tx, who)?;
    let (id, token) = (UserId::new(), Secret::new());
    let roles: Vec<&str> = who.roles.iter().map(|role| role.code()).collect();
    let made = diesel::select(invite_user(id, who.customer, &who.email, &who.name, roles, &token.hash))
        .get_result::<Option<String>>(tx.conn);
    match made {
        Ok(None) => Ok(Made::Account(id, token)),
        Ok(Some(name)) => Ok(Made::Nothing(name)),
        Err(error) if AppError::constraint(&error) == Some("users_customer") => Err(AppError::NotFound),
        Err(error) => Err(error.into()),
    }
}

/// Mails another link to somebody who has not chosen a password yet; the one before is void.
pub fn invite_again(tx: &mut Tx, id: UserId, who: &Invitation, base: &str) -> Result<()> {
    count(tx, who)?;
    let token = Secret::new();
    if !diesel::select(renew_invitation(id, &token.hash)).get_result::<bool>(tx.conn)? {
        return Err(AppError::Conflict("This person has a password already, or may not sign in.".into()));
    }
    send(tx, who, &token, base)
}

/// Invites the first admin of a tenant from outside: by a platform admin who just made it, or with its bootstrap key. The rest of the
/// transaction works in the scope that it had.
pub fn invite_first_admin(
    tx: &mut Tx,
    tenant: TenantId,
    name: &PersonName,
    email: &Email,
    base: &str,
) -> Result<UserId> {
    let before: (Option<String>, Option<String>) = diesel::select((
        diesel::dsl::sql::<Nullable<Text>>("current_setting('app.tenant_id', true)"),
        diesel::dsl::sql::<Nullable<Text>>("current_setting('app.audience', true)"),
    ))
    .get_result(tx.conn)?;
    enter(tx, &tenant.to_string(), "system")?;
    let who = Invitation {
        customer: None,
        name: name.clone(),
        email: email.clone(),
        roles: vec![Role::TenantAdmin],
    };
    let id = invite(tx, &who, base)?;
    enter(tx, &before.0.unwrap_or_default(), &before.1.unwrap_or_default())?;
    Ok(id)
}

fn enter(tx: &mut Tx, tenant: &str, audience: &str) -> Result<()> {
    diesel::select((set_config("app.tenant_id", tenant, true), set_config("app.audience", audience, true)))
        .execute(tx.conn)?;
    Ok(())
}

fn send(tx: &mut Tx, who: &Invitation, token: &Secret, base: &str) -> Result<()> {
    let (tenant, _) = place(tx, who)?;
    let letter = Invited {
        tenant,
        is_portal: who.customer.is_some(),
        email: who.email.to_string(),
        roles: who.roles.clone(),
        base: base.to_owned(),
    };
    mail::queue(tx, &letter.letter(&token.text)).map(drop)
}

/// The names of the tenant, and of the customer whose portal they are to see.
fn place(tx: &mut Tx, who: &Invitation) -> Result<(String, String)> {
    let tenant: String = tenants::table
        .filter(tenants::id.nullable().eq(current_tenant()))
        .select(tenants::name)
        .first(tx.conn)?;
    let customer: Option<String> = match who.customer {
        Some(id) => {
            customers::table.filter(customers::id.eq(id)).select(customers::name).first(tx.conn).optional()?
        }
        None => None,
    };
    Ok((tenant, customer.unwrap_or_default()))
}
