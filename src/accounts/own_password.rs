//! Another password for one's own account, with the present one as proof.
use super::{
    checking::{Check, MOST_WRONG},
    console::{self, Typed},
    emails,
    model::{session_seconds, sign_in_hash, store_own_password},
    open,
};
use crate::{
    infra::{
        db::{Tx, schema::customers, submissions},
        services::passwords::{self, Hashing, pool::Lane},
        web::{
            app::Settings,
            auth::Oneself,
            errors::Result,
            forms::Submitted,
            pages::{PageResult, see_other_saying},
            sessions::{self, ActiveSession},
            shell::{Flash, FlashKind},
        },
    },
    urls,
};
use actix_session::Session;
use actix_web::{HttpRequest, web::Data};
use diesel::prelude::*;
use serde::Deserialize;
use validator::Validate;

/// A new password, with the present one as proof.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct PasswordForm {
    #[validate(length(min = 1, message = "Enter your present password."))]
    pub current_password: String,
    pub new_password: String,
}

/// What came of looking at a present and a new password.
enum Tried {
    Wrong,
    /// The new one won't do.
    Weak(String),
    /// The hash of the new one.
    Good(String),
}

/// `POST /account/password`. Everybody who was signed in with the old one is out, and this session goes on under another token.
pub async fn change(
    person: Oneself,
    session: Session,
    form: Submitted<PasswordForm>,
    settings: Data<Settings>,
    req: HttpRequest,
) -> PageResult {
    if form.has_errors() {
        return console::page(&person, Typed { password: form, ..Typed::default() }).await;
    }
    let (db, _) = person.door();
    let (address, here) = (open::address(&req), person.session_id);
    let begun = Check::present_password(person.user_id, here, &person.email, &address).begin(&db).await?;
    let (sent, query) = (form.sent(), form.sent());
    let (stored, is_done) = person
        .read_at_sign_in(move |tx| {
            // In this order: once it is done, another password is the present one.
            Ok((sign_in_hash(tx)?, submissions::is_done(tx, query.as_ref())?))
        })
        .await?;
    let names = person.read(own_names).await?;
    if !is_done {
        let tried =
            begun.look(&db, Lane::New, look(&person, &form.values, &settings, stored, names)).await??;
        let hash = match tried {
            Tried::Good(hash) => hash,
            Tried::Wrong => {
                if begun.wrong(&db).await? >= MOST_WRONG {
                    return out_after_wrong_passwords(&session);
                }
                let form = form.refused("current_password", "That is not your present password.");
                return console::page(&person, Typed { password: form, ..Typed::default() }).await;
            }
            Tried::Weak(problem) => {
                begun.right(&db).await?;
                let form = form.refused("new_password", problem);
                return console::page(&person, Typed { password: form, ..Typed::default() }).await;
            }
        };
        let change = emails::PasswordChange {
            tenant: person.tenant_name.clone(),
            name: person.name.clone(),
            email: person.email.clone(),
            time_zone: person.time_zone.clone(),
            device: sessions::device_name(open::agent(&req)),
            address: address.clone(),
            account: urls::absolute(&settings.public_url, &urls::account()),
        };
        person
            .once_at_sign_in(sent, move |tx| {
                store_own_password(tx, &hash, true)?;
                ActiveSession::end_others(tx, here)?;
                change.notify(tx)
            })
            .await?;
    }
    begun.right(&db).await?;
    let user = person.user_id;
    let seconds = person.read_at_sign_in(move |tx| session_seconds(tx, user)).await?;
    // Whoever had got at the token of before is out as well (ASVS 7.2.4).
    sessions::sign_in(&session, &req, user, seconds.unwrap_or(settings.session_seconds))?;
    console::redirect(&person, "Your password is changed, and you are signed out everywhere else.")
}

/// What there is to do with the two passwords, and with the names of which none is made.
fn look(
    person: &Oneself,
    typed: &PasswordForm,
    settings: &Settings,
    stored: String,
    names: Vec<String>,
) -> impl FnOnce() -> Result<Tried> + Send + 'static + use<> {
    let own = vec![person.name.clone(), person.email.clone(), person.tenant_name.clone()];
    let known = [names, own, person.products.clone()].concat();
    let hashing = Hashing::of(&person.email, &settings.key, settings.cost);
    let PasswordForm { current_password, new_password } = typed.clone();
    move || {
        if !passwords::verify(&current_password, &stored) {
            return Ok(Tried::Wrong);
        }
        let known: Vec<&str> = known.iter().map(String::as_str).collect();
        Ok(match passwords::judge(&new_password, &known) {
            Some(problem) => Tried::Weak(problem),
            None => Tried::Good(hashing.hash(&new_password)?),
        })
    }
}

/// The names of the customer whose user is at work: nobody else has any.
fn own_names(tx: &mut Tx) -> Result<Vec<String>> {
    Ok(match tx.scope.customer_id {
        Some(id) => customers::table.filter(customers::id.eq(id)).select(customers::name).load(tx.conn)?,
        None => vec![],
    })
}

/// Ends the session in which too many wrong present passwords were tried: whoever sits there is not whose account it is.
pub fn out_after_wrong_passwords(session: &Session) -> PageResult {
    session.purge();
    let text = "You are signed out, because your password was entered wrongly too often. Sign in to go on.";
    let message = Flash::new(FlashKind::Bad, text);
    see_other_saying(urls::sign_in(), message)
}
