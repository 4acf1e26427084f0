//! Another address for one's own account: asked for with the password, and taken by the link that is mailed to it.
use super::{
    checking::{Check, MOST_WRONG},
    console::{self, Typed},
    model::sign_in_hash,
    new_email_letters::Change,
    open, own_password,
};
use crate::{
    infra::{
        db::{Tx, ids::SessionId},
        refusal::{Checks, Refusal},
        services::passwords::{self, pool::Lane},
        web::{
            app::Settings,
            auth::Oneself,
            errors::{AppError, Result},
            forms::Submitted,
            limits::{
                self,
                quota::{self, Use},
            },
            pages::PageResult,
            secrets::Secret,
            sessions,
        },
    },
    values::Email,
};
use actix_session::Session;
use actix_web::{HttpRequest, web::Data};
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
    session: Session,
    form: Submitted<EmailForm>,
    settings: Data<Settings>,
    req: HttpRequest,
) -> PageResult {
    let new = match form.read(|form| form.address(&person.email)) {
        Ok(new) => new,
        Err(error) => {
            let email = form.refused_by(error)?.0;
            return console::page(&person, Typed { email, ..Typed::default() }).await;
        }
    };
    let address = open::address(&req);
    let (db, _) = person.door();
    let begun = Check::present_password(person.user_id, person.session_id, &person.email, &address)
        .begin(&db)
        .await?;
    let (stored, password) =
        (person.read_at_sign_in(sign_in_hash).await?, form.values.email_password.clone());
    if !begun.look(&db, Lane::Check, move || passwords::verify(&password, &stored)).await? {
        if begun.wrong(&db).await? >= MOST_WRONG {
            return own_password::out_after_wrong_passwords(&session);
        }
        let email = form.refused("email_password", "That is not your present password.");
        return console::page(&person, Typed { email, ..Typed::default() }).await;
    }
    begun.right(&db).await?;
    let change = Change {
        tenant: person.tenant_name.clone(),
        name: person.name.clone(),
        old: person.email.clone(),
        new: new.to_string(),
        time_zone: person.time_zone.clone(),
        device: sessions::device_name(open::agent(&req)),
        address,
        base: settings.public_url.clone(),
    };
    person
        .once_at_sign_in(form.sent(), move |tx| {
            let to = Use::of(&limits::MAILS_TO_AN_ADDRESS, &change.new);
            quota::take(tx, &[Use::one(&limits::MAILS_OF_A_PERSON), to])?;
            let token = Secret::new();
            let is_free =
                diesel::select(ask_for_email(&change.new, &token.hash)).get_result::<bool>(tx.conn)?;
            change.ask(tx, is_free.then_some(token.text.as_str()))
        })
        .await?;
    console::redirect(
        &person,
        &format!("A mail with a link is on its way to {new}. Until it is used, nothing changes."),
    )
}

impl EmailForm {
    /// The address that is to be theirs, instead of the present one.
    fn address(&self, present: &str) -> std::result::Result<Email, Vec<Refusal>> {
        let mut checks = Checks::default();
        let new: Option<Email> = checks.required("new_email", &self.new_email, "Enter the new address.");
        if new.as_ref().is_some_and(|new| new.as_str() == present) {
            checks.refuse("new_email", "This is your address already.");
        }
        checks.finish(|| new)
    }
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
