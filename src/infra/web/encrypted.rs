//! A value that travels with a browser for a while, which nobody but this server can read or make. It ends inside the seal: what a
//! browser keeps for longer opens nothing. It can't be sealed without an end and a purpose ([`Encrypted`]), nor opened for another one.
//! What follows from a password that was right is bound to the account as it was then ([`Account`]).
use crate::infra::{
    db::{Tx, ids::UserId},
    web::{
        app::Settings,
        errors::{AppError, Result},
    },
};
use actix_web::{
    HttpRequest, HttpResponse,
    cookie::{
        Cookie, CookieJar, Key, SameSite,
        time::{Duration, OffsetDateTime},
    },
    web::Data,
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Timestamptz, Uuid},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// What may be sealed.
pub trait Encrypted: Serialize + DeserializeOwned {
    /// The cookie's name, and what it is for: one that was sealed under another name is not opened.
    const NAME: &'static str;
    /// For how long it is good.
    const MINUTES: i64;
    /// On which ways from other sites the browser brings it.
    const SAME_SITE: SameSite = SameSite::Strict;
}

#[derive(Serialize, Deserialize)]
struct Envelope<T> {
    /// Differs from every other.
    id: uuid::Uuid,
    purpose: String,
    /// In seconds since 1970, by the clock of the server that sealed it.
    ends_at: i64,
    value: T,
}

/// What a browser brought back.
#[derive(Debug)]
pub struct Given<T> {
    pub value: T,
    id: uuid::Uuid,
    ends_at: i64,
}

#[diesel::declare_sql_function]
extern "SQL" {
    fn use_seal(seal: Uuid, until: Timestamptz) -> Bool;
    fn account_state(of_user: Uuid) -> Nullable<Text>;
}

impl<T> Given<T> {
    /// Uses it up; false where it was used before.
    pub fn use_up(&self, tx: &mut Tx) -> Result<bool> {
        let until = DateTime::<Utc>::from_timestamp(self.ends_at, 0).ok_or(AppError::NotFound)?;
        Ok(diesel::select(use_seal(self.id, until)).get_result(tx.conn)?)
    }
}

/// An account as it was when its password was right: it no longer [`stands`](Self::stands) once the password or a claim is another, an
/// admin signed it out, or it is disabled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Account {
    pub user: UserId,
    state: String,
}

impl Account {
    /// As it is now.
    pub fn now(tx: &mut Tx, user: UserId) -> Result<Self> {
        let state: Option<String> = diesel::select(account_state(user)).get_result(tx.conn)?;
        Ok(Self { user, state: state.ok_or(AppError::NotFound)? })
    }

    /// Whether it is still as it was.
    pub fn stands(&self, tx: &mut Tx) -> Result<bool> {
        let state: Option<String> = diesel::select(account_state(self.user)).get_result(tx.conn)?;
        Ok(state.as_ref() == Some(&self.state))
    }
}

/// The cookie for a value. With HTTPS its name binds it to this host.
pub fn cookie<T: Encrypted>(settings: &Settings, value: &T) -> Result<Cookie<'static>> {
    seal(settings, value, now() + T::MINUTES * 60)
}

fn seal<T: Encrypted>(settings: &Settings, value: &T, ends_at: i64) -> Result<Cookie<'static>> {
    let envelope = Envelope { id: uuid::Uuid::new_v4(), purpose: T::NAME.to_owned(), ends_at, value };
    let text = serde_json::to_string(&envelope).map_err(AppError::internal)?;
    let mut jar = CookieJar::new();
    jar.private_mut(&settings.key).add(Cookie::new(name::<T>(settings), text));
    let encrypted = jar.get(&name::<T>(settings)).cloned();
    let mut cookie = encrypted.ok_or_else(|| AppError::internal("a cookie that was not sealed"))?;
    dress::<T>(&mut cookie, settings);
    cookie.set_max_age(Duration::minutes(T::MINUTES));
    Ok(cookie)
}

fn name<T: Encrypted>(settings: &Settings) -> String {
    if settings.secure { format!("__Host-{}", T::NAME) } else { T::NAME.to_owned() }
}

fn dress<T: Encrypted>(cookie: &mut Cookie<'static>, settings: &Settings) {
    cookie.set_path("/");
    cookie.set_http_only(true);
    cookie.set_secure(settings.secure);
    cookie.set_same_site(T::SAME_SITE);
}

/// Gives it to the browser.
pub fn give<T: Encrypted, B>(response: &mut HttpResponse<B>, settings: &Settings, value: &T) -> Result<()> {
    response.add_cookie(&cookie(settings, value)?).map_err(AppError::internal)
}

/// Takes it from the browser.
pub fn take_away<T: Encrypted, B>(response: &mut HttpResponse<B>, settings: &Settings) -> Result<()> {
    let mut gone = Cookie::new(name::<T>(settings), "");
    dress::<T>(&mut gone, settings);
    gone.make_removal();
    response.add_cookie(&gone).map_err(AppError::internal)
}

/// The seal alone, for what is kept elsewhere than in a browser.
pub fn text<T: Encrypted>(settings: &Settings, value: &T) -> Result<String> {
    Ok(cookie(settings, value)?.value().to_owned())
}

/// What [`text`] sealed, if it is for this, and not over.
pub fn read<T: Encrypted>(settings: &Settings, text: String) -> Option<T> {
    Some(open(&settings.key, Cookie::new(name::<T>(settings), text), now())?.value)
}

/// What the browser was given, if it is ours, for this, and not over.
pub fn given<T: Encrypted>(req: &HttpRequest) -> Option<Given<T>> {
    let settings = req.app_data::<Data<Settings>>()?;
    open(&settings.key, req.cookie(&name::<T>(settings))?, now())
}

/// Whether the browser brought anything under this name.
pub fn is_brought<T: Encrypted>(req: &HttpRequest) -> bool {
    req.app_data::<Data<Settings>>().is_some_and(|settings| req.cookie(&name::<T>(settings)).is_some())
}

fn open<T: Encrypted>(key: &Key, cookie: Cookie<'static>, now: i64) -> Option<Given<T>> {
    let name = cookie.name().to_owned();
    let mut jar = CookieJar::new();
    jar.add_original(cookie);
    let text = jar.private(key).get(&name)?;
    let envelope: Envelope<T> = serde_json::from_str(text.value()).ok()?;
    let is_good = envelope.purpose == T::NAME && now < envelope.ends_at;
    is_good.then_some(Given { value: envelope.value, id: envelope.id, ends_at: envelope.ends_at })
}

/// By this server's clock: whoever asks the database for the time has opened the seal already.
fn now() -> i64 {
    OffsetDateTime::now_utc().unix_timestamp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Ticket(u8);
    impl Encrypted for Ticket {
        const NAME: &'static str = "ticket";
        const MINUTES: i64 = 5;
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Other(u8);
    impl Encrypted for Other {
        const NAME: &'static str = "other";
        const MINUTES: i64 = 5;
    }

    fn encrypted(name: &str, key: &Key, purpose: &str, ends_at: i64) -> Cookie<'static> {
        let envelope = Envelope { id: uuid::Uuid::nil(), purpose: purpose.to_owned(), ends_at, value: 7 };
        let mut jar = CookieJar::new();
        jar.private_mut(key).add(Cookie::new(name.to_owned(), serde_json::to_string(&envelope).unwrap()));
        jar.get(name).unwrap().clone()
    }

    #[test]
    fn a_seal_ends_by_itself() {
        let key = Key::from(&[7; 64]);
        let of = |now| open::<Ticket>(&key, encrypted("ticket", &key, "ticket", 1000), now);
        assert_eq!(of(999).unwrap().value, Ticket(7));
        assert!(of(1000).is_none());
    }

    #[test]
    fn a_seal_is_opened_for_its_purpose_and_with_its_key_only() {
        let key = Key::from(&[7; 64]);
        assert!(
            open::<Other>(&key, encrypted("other", &key, "ticket", 1000), 0).is_none(),
            "another purpose"
        );
        let renamed = Cookie::new("other", encrypted("ticket", &key, "other", 1000).value().to_owned());
        assert!(open::<Other>(&key, renamed, 0).is_none(), "another name");
        let stranger = encrypted("ticket", &Key::from(&[8; 64]), "ticket", 1000);
        assert!(open::<Ticket>(&key, stranger, 0).is_none(), "another key");
        assert!(open::<Ticket>(&key, Cookie::new("ticket", "7"), 0).is_none());
    }
}
