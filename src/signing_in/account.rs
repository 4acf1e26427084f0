//! `/account`: one's own preferences, password, and the places where one is signed in.
use super::{
    letters,
    model::{Behind, sign_in_hash, store_own_password},
    new_email::EmailForm,
    pages,
};
use crate::{
    customers::{parsing::phone, timeline::History},
    platform::{
        app::Settings,
        auth::{Oneself, SignedIn},
        client::Address,
        db::Audience,
        errors::{AppError, Result},
        forms::Submitted,
        ids::SessionId,
        pages::{Page, PageResult, see_other_saying},
        passwords,
        schema::users,
        sessions::{self, SignedInPlace},
        shell::{Flash, FlashKind, Section, Shell},
        submissions, urls,
    },
};
use actix_web::{
    HttpRequest,
    web::{self, Data, Path, ServiceConfig, get, post},
};
use askama::Template;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::Deserialize;
use validator::Validate;

/// Mounts the pages of everybody who is signed in.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(
        web::scope("/account")
            .route("", get().to(show))
            .route("", post().to(update))
            .route("/password", post().to(change_password))
            .route("/email", post().to(super::new_email::ask))
            .route("/sessions/deletion", post().to(end_others))
            .route("/sessions/{id}/deletion", post().to(end_one)),
    );
}

/// One's own preferences.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct PreferencesForm {
    #[validate(length(min = 1, max = 200, message = "Enter your name, in at most 200 characters."))]
    pub name: String,
    pub phone: String,
    pub time_zone: String,
    pub compact: String,
}

/// A new password, with the present one as proof.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct PasswordForm {
    #[validate(length(min = 1, message = "Enter your present password."))]
    pub current_password: String,
    pub new_password: String,
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
    places: Vec<SignedInPlace>,
    here: SessionId,
    now: DateTime<Utc>,
    zones: Vec<(String, String)>,
    products: Vec<String>,
    history: History,
}

#[derive(Template)]
#[template(path = "signing_in/account_console.html")]
struct ConsolePage {
    shell: Shell,
    body: Body,
}

#[derive(Template)]
#[template(path = "signing_in/account_portal.html")]
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
            Ok((SignedInPlace::own(tx)?, History::of(tx, &["user", "session"], user.0)?, phone))
        })
        .await?;
    let preferences = preferences.unwrap_or_else(|| current(person, phone.unwrap_or_default()));
    let ok = !preferences.has_errors() && !password.has_errors() && !email.has_errors();
    let zones = chrono_tz::TZ_VARIANTS
        .iter()
        .map(|zone| (zone.name().to_owned(), zone.name().replace('_', " ")))
        .collect();
    let is_staff = person.audience() != Audience::Portal;
    let shell = match person.audience() {
        Audience::Portal => person.portal_shell(Section::Account, "Your profile"),
        Audience::Platform => person.platform_shell(Section::Account, "Your account"),
        _ => person.shell(Section::Account, "Your account"),
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

pub(super) async fn update_of(person: &SignedIn, mut form: Submitted<PreferencesForm>) -> PageResult {
    if form.values.time_zone.parse::<chrono_tz::Tz>().is_err() {
        form.refuse("time_zone", "Choose a time zone from the list.");
    }
    if form.has_errors() {
        return page(person, Typed { preferences: Some(form), ..Typed::default() }).await;
    }
    let phone = match phone(&form.values.phone, &person.country) {
        Ok(phone) => phone,
        Err(problem) => {
            let preferences = Some(form.refused("phone", problem));
            return page(person, Typed { preferences, ..Typed::default() }).await;
        }
    };
    let (user, values) = (person.user_id, form.values);
    person
        .write(move |tx| {
            diesel::update(users::table.filter(users::id.eq(user)))
                .set((
                    users::name.eq(values.name),
                    users::phone.eq(phone),
                    users::time_zone.eq(values.time_zone),
                    users::compact.eq(values.compact == "true"),
                ))
                .execute(tx.conn)?;
            Ok(())
        })
        .await?;
    said(person, "Your preferences are saved.")
}

async fn change_password(
    person: Oneself,
    mut form: Submitted<PasswordForm>,
    settings: Data<Settings>,
    req: HttpRequest,
) -> PageResult {
    if let Some(problem) = passwords::judge(&form.values.new_password, &[&person.name, &person.email]) {
        form.refuse("new_password", problem);
    }
    if form.has_errors() {
        return page(&person, Typed { password: form, ..Typed::default() }).await;
    }
    let (db, scope) = person.door();
    let (values, cost, here, sent) = (form.values.clone(), settings.cost, person.session_id, form.sent());
    let change = letters::PasswordChange {
        tenant: person.tenant_name.clone(),
        name: person.name.clone(),
        email: person.email.clone(),
        time_zone: person.time_zone.clone(),
        device: sessions::device_name(pages::agent(&req)),
        address: Address::of(&req).to_string(),
        account: urls::absolute(&settings.public_url, &urls::account()),
    };
    let changed = web::block(move || -> Result<bool> {
        let (stored, is_done) = db.read_blocking(&scope, |tx| {
            // In this order: once it is done, another password is the present one.
            Ok((sign_in_hash(tx)?, submissions::is_done(tx, sent.as_ref())?))
        })?;
        if is_done {
            return Ok(true);
        }
        if !passwords::verify(&values.current_password, &stored) {
            return Ok(false);
        }
        let hash = passwords::hash(&values.new_password, cost)?;
        let done = db.write_blocking(&scope, |tx| {
            submissions::once(tx, sent.as_ref(), |tx| {
                store_own_password(tx, &hash, true)?;
                SignedInPlace::end_others(tx, here)?;
                change.tell(tx)?;
                Ok(Ok::<(), ()>(()))
            })
        })?;
        Ok(done.is_ok())
    })
    .await??;
    if !changed {
        let form = form.refused("current_password", "That is not your present password.");
        return page(&person, Typed { password: form, ..Typed::default() }).await;
    }
    said(&person, "Your password is changed, and you are signed out everywhere else.")
}

async fn end_one(person: Oneself, id: Path<SessionId>) -> PageResult {
    let id = id.into_inner();
    if id == person.session_id {
        return Err(AppError::Conflict("This is the session you are using. Sign out instead.".into()));
    }
    person.write(move |tx| SignedInPlace::end(tx, id)).await?;
    said(&person, "That session has ended.")
}

async fn end_others(person: Oneself) -> PageResult {
    let here = person.session_id;
    person.write(move |tx| SignedInPlace::end_others(tx, here)).await?;
    said(&person, "You are signed out everywhere else.")
}

/// Where the page is: customers have it in their portal.
pub(super) fn home(person: &SignedIn) -> String {
    if person.audience() == Audience::Portal { urls::profile() } else { urls::account() }
}

/// The same for whoever has used a link.
pub(super) fn page_of(behind: &Behind) -> String {
    if behind.customer_name.is_empty() { urls::account() } else { urls::profile() }
}

pub(super) fn said(person: &SignedIn, text: &str) -> PageResult {
    let message = Flash { kind: FlashKind::Good, text: text.to_owned(), undo: String::new() };
    see_other_saying(home(person), message)
}
