//! Another address for one's own account: asked for with the password, and taken by the link that is mailed to it.
use super::{
    account::{self, Typed},
    model::sign_in_hash,
    new_email_letters::Change,
    pages,
    throttle::Often,
};
use crate::{
    customers::parsing,
    platform::{
        app::Settings,
        auth::Oneself,
        client::Address,
        db::{Scope, Tx},
        errors::{AppError, Result},
        forms::Submitted,
        ids::SessionId,
        pages::PageResult,
        passwords,
        secrets::Secret,
        sessions, submissions,
    },
};
use actix_web::{
    HttpRequest,
    web::{self, Data},
};
use diesel::{
    prelude::*,
    sql_types::{Binary, Nullable, Text, Uuid},
};
use serde::Deserialize;
use validator::Validate;

#[diesel::declare_sql_function]
extern "SQL" {
    fn ask_for_email(wanted: Text, hash: Binary) -> Bool;
    fn take_email(hash: Binary, kept_session: Nullable<Uuid>) -> Bool;
}

/// The new address, with the present password as proof.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct EmailForm {
    pub new_email: String,
    #[validate(length(min = 1, message = "Enter your present password."))]
    pub email_password: String,
}

/// `POST /account/email`. The answer is the same whether or not somebody has the address: what follows is told by mail only.
pub async fn ask(
    person: Oneself,
    mut form: Submitted<EmailForm>,
    settings: Data<Settings>,
    req: HttpRequest,
) -> PageResult {
    let wanted = wanted(&mut form, &person.email);
    let Some(wanted) = wanted.filter(|_| !form.has_errors()) else {
        return account::page(&person, Typed { email: form, ..Typed::default() }).await;
    };
    let address = Address::of(&req);
    let often = Often::new("email", &person.email, address);
    let change = Change {
        tenant: person.tenant_name.clone(),
        name: person.name.clone(),
        old: person.email.clone(),
        new: wanted.clone(),
        time_zone: person.time_zone.clone(),
        device: sessions::device_name(pages::agent(&req)),
        address: address.to_string(),
        base: settings.public_url.clone(),
    };
    let (db, scope) = person.door();
    let (password, sent) = (form.values.email_password.clone(), form.sent());
    let asked = web::block(move || -> Result<bool> {
        // Tries are counted whatever becomes of them, in a transaction of their own.
        db.write_blocking(&Scope::nobody(), |tx| often.count(tx))?;
        let stored = db.read_blocking(&scope, sign_in_hash)?;
        if !passwords::verify(&password, &stored) {
            return Ok(false);
        }
        let done = db.write_blocking(&scope, |tx| {
            submissions::once(tx, sent.as_ref(), |tx| {
                let token = Secret::new();
                let is_free =
                    diesel::select(ask_for_email(&change.new, &token.hash)).get_result::<bool>(tx.conn)?;
                change.ask(tx, is_free.then_some(token.text.as_str()))?;
                Ok(Ok::<(), ()>(()))
            })
        })?;
        Ok(done.is_ok())
    })
    .await??;
    if !asked {
        let email = form.refused("email_password", "That is not your present password.");
        return account::page(&person, Typed { email, ..Typed::default() }).await;
    }
    account::said(
        &person,
        &format!("A mail with a link is on its way to {wanted}. Until it is used, nothing changes."),
    )
}

/// The address that is wanted. Notes what is wrong.
fn wanted(form: &mut Submitted<EmailForm>, present: &str) -> Option<String> {
    match parsing::account_email(&form.values.new_email) {
        Ok(Some(email)) if email == present => form.refuse("new_email", "This is your address already."),
        Ok(Some(email)) => return Some(email),
        Ok(None) => form.refuse("new_email", "Enter the new address."),
        Err(problem) => form.refuse("new_email", problem),
    }
    None
}

/// Uses a token up: the account has its new address, and every session but `kept` has ended. False where the token is not good, or
/// somebody got an account with the address in the meantime.
pub fn take(tx: &mut Tx, token_hash: &[u8], kept: Option<SessionId>) -> Result<bool> {
    match diesel::select(take_email(token_hash, kept)).get_result::<bool>(tx.conn) {
        Ok(taken) => Ok(taken),
        Err(error) if AppError::constraint(&error) == Some("users_email_taken") => Err(AppError::NotFound),
        Err(error) => Err(error.into()),
    }
}
