//! Making accounts for others: never with a password, always with a link by which its owner chooses one.
use super::letters::Invited;
use crate::platform::{
    db::Tx,
    errors::{AppError, Result},
    ids::{CustomerId, TenantId, UserId},
    mail,
    permissions::Role,
    schema::tenants,
    secrets::Secret,
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
    pub name: String,
    /// In lower case.
    pub email: String,
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
    ) -> Text;
    fn renew_invitation(of_user: Uuid, hash: Binary) -> Bool;
    fn current_tenant() -> Nullable<Uuid>;
    fn set_config(name: Text, value: Text, is_local: Bool) -> Text;
}

/// Makes the account in the tenant of this transaction, and mails the link. `base` is how people reach this installation. `Invalid`
/// names the field where the address is taken; what the person at work does not manage is refused by the database.
pub fn invite(tx: &mut Tx, who: &Invitation, base: &str) -> Result<UserId> {
    let (id, token) = (UserId::new(), Secret::new());
    let roles: Vec<&str> = who.roles.iter().map(|role| role.code()).collect();
    let made = diesel::select(invite_user(id, who.customer, &who.email, &who.name, roles, &token.hash))
        .execute(tx.conn);
    if let Err(error) = made {
        return Err(match AppError::constraint(&error) {
            Some("users_email_taken") => {
                AppError::Invalid(vec![("email".into(), "This address has an account here already.".into())])
            }
            Some("users_customer") => AppError::NotFound,
            _ => error.into(),
        });
    }
    send(tx, who, &token, base)?;
    Ok(id)
}

/// Mails another link to somebody who has not chosen a password yet; the one before is void.
pub fn invite_again(tx: &mut Tx, id: UserId, who: &Invitation, base: &str) -> Result<()> {
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
    name: &str,
    email: &str,
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
        name: name.to_owned(),
        email: email.to_owned(),
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
    let tenant: String = tenants::table
        .filter(tenants::id.nullable().eq(current_tenant()))
        .select(tenants::name)
        .first(tx.conn)?;
    let letter = Invited {
        tenant,
        is_portal: who.customer.is_some(),
        email: who.email.clone(),
        roles: who.roles.clone(),
        base: base.to_owned(),
    };
    mail::queue(tx, &letter.letter(&token.text)).map(drop)
}
