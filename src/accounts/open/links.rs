//! The pages behind the links that are mailed: an invited person chooses a first password, somebody who forgot theirs another. Looking
//! never uses a link up, since mail scanners follow links; sending the form does.
use super::{
    super::{
        checking::{Begun, Check},
        emails,
        model::{Behind, redeem},
    },
    Entering,
};
use crate::{
    infra::{
        db::{Db, Scope},
        services::passwords::{self, Hashing, pool::Lane},
        web::{app::Settings, auth::Actor, client::Address, known_browser, prelude::*, secrets, sessions},
    },
    urls,
};
use actix_session::Session;
use actix_web::{HttpRequest, http::StatusCode, web::Data};
use askama::Template;
use serde::Deserialize;
use validator::Validate;

/// For the pages, which are open to everybody.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/invitation", invitation).public(),
        Route::post("/invitation", accept).public(),
        Route::get("/new-password", new_password).public(),
        Route::post("/new-password", replace).public(),
    ]
}

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Invitation,
    Reset,
    /// Another address.
    Email,
}

impl Purpose {
    fn code(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::Reset => "reset",
            Self::Email => "email",
        }
    }
}

/// The token of the link, and the password.
#[derive(Clone, Default, Deserialize, Validate)]
#[serde(default)]
pub struct ChoiceForm {
    pub token: String,
    pub new_password: String,
}

impl Parameters for ChoiceForm {}

#[derive(Template)]
#[template(path = "accounts/choose_password.html")]
struct ChoosePage {
    title: &'static str,
    is_invited: bool,
    account: Behind,
    form: Submitted<ChoiceForm>,
}

impl ChoosePage {
    fn action(&self) -> String {
        if self.is_invited { urls::invitation() } else { urls::new_password() }
    }
}

/// The link does nothing (any more).
#[derive(Template)]
#[template(path = "accounts/link_refused.html")]
struct RefusedPage {
    title: &'static str,
    is_invited: bool,
    is_address: bool,
    /// Who withdrew the invitation; empty: that is not why.
    withdrawn_by: String,
}

/// The link is somebody else's.
#[derive(Template)]
#[template(path = "accounts/link_of_another.html")]
struct OfAnotherPage {
    title: &'static str,
    me: String,
    account: Behind,
}

pub(super) fn refused(purpose: Purpose, withdrawn_by: String) -> PageResult {
    let title =
        if withdrawn_by.is_empty() { "This link doesn’t work" } else { "This invitation was withdrawn" };
    let page = RefusedPage {
        title,
        is_invited: purpose == Purpose::Invitation,
        is_address: purpose == Purpose::Email,
        withdrawn_by,
    };
    page.with_status(StatusCode::NOT_FOUND)
}

fn page(purpose: Purpose, account: Behind, form: Submitted<ChoiceForm>) -> ChoosePage {
    let is_invited = purpose == Purpose::Invitation;
    let title = if is_invited { "Choose your password" } else { "Choose a new password" };
    ChoosePage { title, is_invited, account, form }
}

async fn invitation(req: HttpRequest, query: Query<ChoiceForm>, db: Data<Db>) -> PageResult {
    show(&req, Purpose::Invitation, query.0, &db).await
}

async fn new_password(req: HttpRequest, query: Query<ChoiceForm>, db: Data<Db>) -> PageResult {
    show(&req, Purpose::Reset, query.0, &db).await
}

/// What is behind a link.
enum Found {
    Account(Behind),
    /// It is not good; and who took it back, empty where nobody did.
    Nothing(String),
}

/// Whose account it is about, and the look-up as it was counted; or else the page that says why not.
pub(super) async fn account(
    req: &HttpRequest,
    purpose: Purpose,
    token: &str,
    db: &Db,
) -> Result<(Behind, Begun), PageResult> {
    let begun = match Check::secret(purpose.code(), &super::address(req)).begin(db).await {
        Ok(begun) => begun,
        Err(error) => return Err(Err(error)),
    };
    let hash = secrets::hash(token);
    let found = db
        .read(Scope::nobody(), move |tx| match Behind::find(tx, &hash, purpose.code())? {
            Some(account) => Ok(Found::Account(account)),
            None => Behind::withdrawn_by(tx, &hash).map(Found::Nothing),
        })
        .await;
    let account = match found {
        Ok(Found::Account(account)) => account,
        Ok(Found::Nothing(withdrawn_by)) => {
            if let Err(error) = begun.wrong(db).await {
                return Err(Err(error));
            }
            return Err(refused(purpose, withdrawn_by));
        }
        Err(error) => return Err(Err(error)),
    };
    match Actor::of(req) {
        Some(actor) if actor.user_id != account.user_id => {
            if let Err(error) = begun.right(db).await {
                return Err(Err(error));
            }
            let page =
                OfAnotherPage { title: "This link is for somebody else", me: actor.email.clone(), account };
            Err(page.with_status(StatusCode::CONFLICT))
        }
        _ => Ok((account, begun)),
    }
}

async fn show(req: &HttpRequest, purpose: Purpose, query: ChoiceForm, db: &Db) -> PageResult {
    match account(req, purpose, &query.token, db).await {
        Ok((account, begun)) => {
            begun.right(db).await?;
            let form = ChoiceForm { token: query.token, new_password: String::new() };
            page(purpose, account, Submitted::filled(form)).ok()
        }
        Err(other) => other,
    }
}

async fn accept(
    req: HttpRequest,
    session: Session,
    form: Submitted<ChoiceForm>,
    db: Data<Db>,
    settings: Data<Settings>,
) -> PageResult {
    let found = match account(&req, Purpose::Invitation, &form.values.token, &db).await {
        Ok(found) => found,
        Err(other) => return other,
    };
    match choose(&req, Purpose::Invitation, found, form, &db, &settings).await? {
        Chosen::Yes(account, seconds) => {
            let who = Entering {
                user: account.user_id,
                email: account.email,
                seconds: seconds.unwrap_or(settings.session_seconds),
                return_to: String::new(),
            };
            super::enter(&req, &session, &db, &settings, who).await
        }
        Chosen::No(answer) => answer,
    }
}

async fn replace(
    req: HttpRequest,
    session: Session,
    form: Submitted<ChoiceForm>,
    db: Data<Db>,
    settings: Data<Settings>,
) -> PageResult {
    let found = match account(&req, Purpose::Reset, &form.values.token, &db).await {
        Ok(found) => found,
        Err(other) => return other,
    };
    match choose(&req, Purpose::Reset, found, form, &db, &settings).await? {
        Chosen::Yes(account, _) => {
            session.purge();
            let text = "Your new password is saved, and you are signed out everywhere. Sign in with it.";
            let flash = Flash::good(text);
            let mut response = see_other_saying(urls::sign_in_as(&account.email), flash)?;
            known_browser::remember(&req, &mut response, &settings, &account.email, account.user_id)?;
            Ok(response)
        }
        Chosen::No(answer) => answer,
    }
}

enum Chosen {
    /// The password stands, and for how long a session of theirs lasts, where anybody says so.
    Yes(Behind, Option<i32>),
    No(PageResult),
}

/// Uses the link up for this password, if it will do.
async fn choose(
    req: &HttpRequest,
    purpose: Purpose,
    (account, begun): (Behind, Begun),
    form: Submitted<ChoiceForm>,
    db: &Db,
    settings: &Settings,
) -> Result<Chosen> {
    let (of, typed) = (account.clone(), form.values.new_password.clone());
    let hashing = Hashing::of(&account.email, &settings.key, settings.cost);
    let judged = begun
        .look(db, Lane::New, move || {
            let known = [&of.name, &of.email, &of.tenant_name, &of.customer_name].map(String::as_str);
            match passwords::judge(&typed, &known) {
                Some(problem) => Err(AppError::refused("new_password", problem)),
                None => Ok(hashing.hash(&typed)?),
            }
        })
        .await?;
    let hash = match judged {
        Ok(hash) => hash,
        Err(error) => {
            // It stays counted: judging is work, and whoever has a link may not ask for it without end.
            let (form, why) = form.refused_by(error)?;
            return Ok(Chosen::No(page(purpose, account, form).refused(why)));
        }
    };
    let change = emails::PasswordChange {
        tenant: account.tenant_name.clone(),
        name: account.name.clone(),
        email: account.email.clone(),
        time_zone: account.time_zone.clone(),
        device: sessions::device_name(super::agent(req)),
        address: Address::of(req).to_string(),
        account: urls::absolute(&settings.public_url, &urls::account()),
    };
    let scope = Scope::background(account.tenant_id).by(account.user_id);
    let (token, email) = (form.values.token, account.email.clone());
    let redeemed = db
        .at_sign_in()
        .write(scope, move |tx| {
            let redeemed = redeem(tx, &secrets::hash(&token), purpose.code(), &email, &hash)?;
            if redeemed.is_some() && purpose == Purpose::Reset {
                change.notify(tx)?;
            }
            Ok(redeemed)
        })
        .await?;
    begun.right(db).await?;
    Ok(match redeemed {
        Some(seconds) => Chosen::Yes(account, seconds),
        // Somebody was faster with it.
        None => Chosen::No(refused(purpose, String::new())),
    })
}
