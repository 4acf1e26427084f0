//! `/account`: one's own preferences, password, and the places where one is signed in.
use super::{
    model::Behind,
    new_email::{self, EmailForm},
    own_password::{self, PasswordForm},
};
use crate::{
    customers::model::Customer,
    events::timeline::History,
    infra::{
        db::{Audience, ids::SessionId, schema::users},
        web::{auth::Oneself, prelude::*, sessions::ActiveSession},
    },
    urls,
    values::{Country, PersonName, Phone, TimeZone, phone::field},
};
use actix_web::web::Path;
use askama::Template;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::Deserialize;
use validator::Validate;

/// For the pages of everybody who is signed in.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/account", show).any_user(),
        Route::post("/account", update).any_user(),
        Route::post("/account/password", own_password::change).any_user(),
        Route::post("/account/email", new_email::ask).any_user(),
        Route::post("/account/sessions/deletion", end_others).any_user(),
        Route::post("/account/sessions/{session}/deletion", end_one).any_user(),
    ]
}

/// One's own preferences.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct PreferencesForm {
    pub name: String,
    pub phone: String,
    pub time_zone: String,
    pub compact: String,
}

/// One's own preferences, as they are to be.
struct SavePreferences {
    name: PersonName,
    phone: Option<Phone>,
    time_zone: TimeZone,
    is_compact: bool,
}

impl PreferencesForm {
    /// A phone number without a country code is of `country`; `stored` is the one that they have.
    fn command(
        &self,
        country: Option<Country>,
        stored: Option<&str>,
    ) -> std::result::Result<SavePreferences, Vec<Refusal>> {
        let mut checks = Checks::default();
        let name = checks.parse("name", &self.name);
        let phone = checks.keep("phone", field::read(&self.phone, country, stored));
        let time_zone = checks.parse("time_zone", &self.time_zone);
        let is_compact = self.compact == "true";
        checks.finish(|| {
            Some(SavePreferences { name: name?, phone: phone?, time_zone: time_zone?, is_compact })
        })
    }
}

/// What was typed on the page: one of its forms, the others as they are.
#[derive(Default)]
pub(super) struct Typed {
    pub preferences: Option<Submitted<PreferencesForm>>,
    pub password: Submitted<PasswordForm>,
    pub email: Submitted<EmailForm>,
}

struct Body {
    shell: Shell,
    is_staff: bool,
    /// Where the preferences go.
    action: String,
    preferences: Submitted<PreferencesForm>,
    password: Submitted<PasswordForm>,
    email: Submitted<EmailForm>,
    places: Vec<ActiveSession>,
    here: SessionId,
    now: DateTime<Utc>,
    zones: Vec<(String, String)>,
    products: Vec<String>,
    history: History,
}

#[derive(Template)]
#[template(path = "accounts/account_console.html")]
struct ConsolePage {
    shell: Shell,
    body: Body,
}

#[derive(Template)]
#[template(path = "accounts/account_portal.html")]
struct PortalPage {
    shell: Shell,
    body: Body,
}

pub(super) async fn page(person: &SignedIn, typed: Typed) -> PageResult {
    let Typed { preferences, password, email } = typed;
    let user = person.user_id;
    let (places, history, phone) = person
        .read(move |tx| {
            let phone: Option<String> =
                users::table.filter(users::id.eq(user)).select(users::phone).first(tx.conn)?;
            Ok((ActiveSession::own(tx)?, History::of(tx, &["user", "session"], user.0)?, phone))
        })
        .await?;
    let preferences = preferences.unwrap_or_else(|| current(person, field::shown(phone.as_deref())));
    let ok = !preferences.has_errors() && !password.has_errors() && !email.has_errors();
    let zones = chrono_tz::TZ_VARIANTS
        .iter()
        .map(|zone| (zone.name().to_owned(), zone.name().replace('_', " ")))
        .collect();
    let is_staff = person.audience() != Audience::Portal;
    let shell = match person.audience() {
        Audience::Portal => person.portal_shell("Your profile"),
        Audience::Platform => person.platform_shell("Your account"),
        _ => person.shell("Your account"),
    };
    let body = Body {
        shell: shell.clone(),
        action: home(person),
        is_staff,
        preferences,
        password,
        email,
        places,
        here: person.session_id,
        now: history.now,
        zones,
        products: person.products.clone(),
        history,
    };
    match (person.audience() == Audience::Staff, ok) {
        (true, true) => ConsolePage { shell, body }.ok(),
        (true, false) => ConsolePage { shell, body }.unprocessable(),
        (false, true) => PortalPage { shell, body }.ok(),
        (false, false) => PortalPage { shell, body }.unprocessable(),
    }
}

fn current(person: &SignedIn, phone: String) -> Submitted<PreferencesForm> {
    Submitted::filled(PreferencesForm {
        phone,
        name: person.name.clone(),
        time_zone: person.time_zone.clone(),
        compact: if person.compact { "true".into() } else { String::new() },
    })
}

async fn show(person: Oneself) -> PageResult {
    show_to(&person).await
}

pub(super) async fn show_to(person: &SignedIn) -> PageResult {
    page(person, Typed::default()).await
}

async fn update(person: Oneself, form: Submitted<PreferencesForm>) -> PageResult {
    update_of(&person, form).await
}

pub(super) async fn update_of(person: &SignedIn, form: Submitted<PreferencesForm>) -> PageResult {
    let (country, stored) = phone_basis(person).await?;
    let command = match form.read(|form| form.command(country, stored.as_deref())) {
        Ok(command) => command,
        Err(error) => {
            let preferences = Some(form.refused_by(error)?.0);
            return page(person, Typed { preferences, ..Typed::default() }).await;
        }
    };
    let user = person.user_id;
    // A customer's form does not offer it.
    let is_compact = (person.audience() != Audience::Portal).then_some(command.is_compact);
    person
        .write(move |tx| {
            diesel::update(users::table.filter(users::id.eq(user)))
                .set((
                    users::name.eq(command.name),
                    users::phone.eq(command.phone),
                    users::time_zone.eq(command.time_zone),
                    is_compact.map(|is_compact| users::compact.eq(is_compact)),
                ))
                .execute(tx.conn)?;
            Ok(())
        })
        .await?;
    redirect(person, "Your preferences are saved.")
}

/// The country of their phone number, which is the customer's for its people, and the number that they have.
async fn phone_basis(person: &SignedIn) -> Result<(Option<Country>, Option<String>)> {
    let (user, customer, tenant) = (person.user_id, person.customer_id, person.country.clone());
    person
        .read(move |tx| {
            let country = match customer {
                Some(customer) => Customer::find(tx, customer)?.phone_country(&tenant),
                None => Country::by_code(&tenant),
            };
            Ok((country, users::table.filter(users::id.eq(user)).select(users::phone).first(tx.conn)?))
        })
        .await
}

async fn end_one(person: Oneself, id: Path<SessionId>) -> PageResult {
    let id = id.into_inner();
    if id == person.session_id {
        return Err(AppError::Conflict("This is the session you are using. Sign out instead.".into()));
    }
    person.write(move |tx| ActiveSession::end(tx, id)).await?;
    redirect(&person, "That session has ended.")
}

async fn end_others(person: Oneself) -> PageResult {
    let here = person.session_id;
    person.write(move |tx| ActiveSession::end_others(tx, here)).await?;
    redirect(&person, "You are signed out everywhere else.")
}

/// Where the page is: customers have it in their portal.
pub(super) fn home(person: &SignedIn) -> String {
    if person.audience() == Audience::Portal { urls::profile() } else { urls::account() }
}

/// The same for whoever has used a link.
pub(super) fn page_of(behind: &Behind) -> String {
    if behind.customer_name.is_empty() { urls::account() } else { urls::profile() }
}

pub(super) fn redirect(person: &SignedIn, text: &str) -> PageResult {
    let message = Flash::good(text);
    see_other_saying(home(person), message)
}
