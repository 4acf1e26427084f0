//! The page behind the link in the mail: the account starts. It asks for the password that was chosen, since a stranger may have
//! registered the address: then its owner must not open an account for them.
use crate::{
    accounts::{Check, Entering, address, enter},
    infra::{
        db::{Db, Scope},
        services::passwords::{self, pool::Lane},
        web::{app::Settings, prelude::*, secrets},
    },
    registration::model::{self, Behind},
    urls,
};
use actix_session::Session;
use actix_web::{HttpRequest, http::StatusCode, web::Data};
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

impl Parameters for ConfirmForm {}

#[derive(Template)]
#[template(path = "registration/confirm.html")]
struct ConfirmPage {
    title: &'static str,
    behind: Behind,
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

async fn find_behind(token: &str, db: &Db) -> Result<Option<Behind>> {
    let hash = secrets::hash(token);
    db.read(Scope::nobody(), move |tx| Behind::find(tx, &hash)).await
}

fn page(behind: Behind, form: Submitted<ConfirmForm>) -> ConfirmPage {
    ConfirmPage { title: "Confirm your address", behind, form }
}

pub async fn show(req: HttpRequest, query: Query<ConfirmForm>, db: Data<Db>) -> PageResult {
    let token = query.0.token;
    let begun = Check::secret("confirmation", &address(&req)).begin(&db).await?;
    let Some(behind) = find_behind(&token, &db).await? else {
        begun.wrong(&db).await?;
        return refused();
    };
    begun.right(&db).await?;
    page(behind, Submitted::filled(ConfirmForm { token, password: String::new() })).ok()
}

pub async fn confirm(
    req: HttpRequest,
    session: Session,
    form: Submitted<ConfirmForm>,
    db: Data<Db>,
    settings: Data<Settings>,
) -> PageResult {
    let begun = Check::confirmation(&form.values.token, &address(&req)).begin(&db).await?;
    let Some(behind) = find_behind(&form.values.token, &db).await? else {
        begun.wrong(&db).await?;
        return refused();
    };
    let (password, stored) = (form.values.password.clone(), behind.password_hash.clone());
    if !begun.look(&db, Lane::Check, move || passwords::verify(&password, &stored)).await? {
        begun.wrong(&db).await?;
        let problem = "That is not the password that was chosen. If you have forgotten it, register again.";
        return page(behind, form.refused("password", problem)).unprocessable();
    }
    begun.right(&db).await?;
    let token = secrets::hash(&form.values.token);
    let Some(made) = db.write(Scope::nobody(), move |tx| model::confirm(tx, &token)).await? else {
        // Used meanwhile, or nobody registers with this domain any more.
        return refused();
    };
    let who = Entering {
        user: made.user_id,
        email: behind.email,
        seconds: made.session_seconds.unwrap_or(settings.session_seconds),
        return_to: urls::home(),
    };
    enter(&req, &session, &db, &settings, who).await
}
