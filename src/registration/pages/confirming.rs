//! The page behind the link in the mail: the account starts. It asks for the password that was chosen, since a stranger may have
//! registered the address: then its owner must not open an account for them.
use crate::{
    platform::{
        app::Settings,
        client::Address,
        db::{Db, Scope},
        errors::Result,
        forms::{Asked, Submitted},
        pages::{Page, PageResult},
        passwords,
        query::Query,
        secrets, urls,
    },
    registration::model::{self, Behind, Made},
    signing_in::{Often, enter},
};
use actix_session::Session;
use actix_web::{
    HttpRequest,
    http::StatusCode,
    web::{self, Data},
};
use askama::Template;
use serde::Deserialize;
use validator::Validate;

/// The token of the link, and the password.
#[derive(Clone, Default, Deserialize, Validate)]
#[serde(default)]
pub struct ConfirmForm {
    pub token: String,
    pub password: String,
}

impl Query for ConfirmForm {}

#[derive(Template)]
#[template(path = "registration/confirm.html")]
struct ConfirmPage {
    title: &'static str,
    asked: Behind,
    form: Submitted<ConfirmForm>,
}

#[derive(Template)]
#[template(path = "registration/refused.html")]
struct RefusedPage {
    title: &'static str,
}

fn refused() -> PageResult {
    RefusedPage { title: "This link doesn’t work" }.with_status(StatusCode::NOT_FOUND)
}

async fn behind(token: &str, db: &Db) -> Result<Option<Behind>> {
    let hash = secrets::hash(token);
    db.read(Scope::nobody(), move |tx| Behind::find(tx, &hash)).await
}

fn page(asked: Behind, form: Submitted<ConfirmForm>) -> ConfirmPage {
    ConfirmPage { title: "Confirm your address", asked, form }
}

pub async fn show(asked: Asked<ConfirmForm>, db: Data<Db>) -> PageResult {
    let token = asked.0.token;
    match behind(&token, &db).await? {
        Some(asked) => page(asked, Submitted::filled(ConfirmForm { token, password: String::new() })).ok(),
        None => refused(),
    }
}

/// What became of a try.
enum Tried {
    WrongPassword,
    TooLate,
    Made(Made),
}

pub async fn confirm(
    req: HttpRequest,
    session: Session,
    form: Submitted<ConfirmForm>,
    db: Data<Db>,
    settings: Data<Settings>,
) -> PageResult {
    let Some(asked) = behind(&form.values.token, &db).await? else { return refused() };
    let often = Often::new("confirm", &asked.email, Address::of(&req));
    let (door, values, hash) = (db.get_ref().clone(), form.values.clone(), asked.password_hash.clone());
    let tried = web::block(move || -> Result<Tried> {
        let nobody = Scope::nobody();
        door.write_blocking(&nobody, |tx| often.count(tx))?;
        if !passwords::verify(&values.password, &hash) {
            return Ok(Tried::WrongPassword);
        }
        let made = door.write_blocking(&nobody, |tx| model::confirm(tx, &secrets::hash(&values.token)))?;
        Ok(made.map_or(Tried::TooLate, Tried::Made))
    })
    .await??;
    match tried {
        Tried::Made(made) => {
            let seconds = made.session_seconds.unwrap_or(settings.session_seconds);
            enter(&req, &session, &db, &settings, made.user_id, seconds, &urls::home()).await
        }
        Tried::WrongPassword => {
            let problem =
                "That is not the password that was chosen. If you have forgotten it, register again.";
            page(asked, form.refused("password", problem)).unprocessable()
        }
        Tried::TooLate => refused(),
    }
}
