//! The page behind the link that is mailed to a new address. Looking uses nothing up; sending the form does.
use super::{
    super::{console, model::Behind, new_email, new_email_letters::Change},
    links::{self, Purpose},
};
use crate::{
    infra::{
        db::{Db, Scope},
        web::{app::Settings, auth::Actor, client::Address, prelude::*, secrets, sessions},
    },
    urls,
};
use actix_web::{HttpRequest, web::Data};
use askama::Template;
use serde::Deserialize;
use validator::Validate;

/// For the page, which is open to everybody.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/new-address", show).public(), Route::post("/new-address", take).public()]
}

/// The token of the link.
#[derive(Clone, Default, Deserialize, Validate)]
#[serde(default)]
pub struct TokenForm {
    pub token: String,
}

impl Parameters for TokenForm {}

#[derive(Template)]
#[template(path = "accounts/new_address.html")]
struct NewAddressPage {
    title: &'static str,
    account: Behind,
    token: String,
}

async fn show(req: HttpRequest, query: Query<TokenForm>, db: Data<Db>) -> PageResult {
    match links::account(&req, Purpose::Email, &query.0.token, &db).await {
        Ok((account, begun)) => {
            begun.right(&db).await?;
            NewAddressPage { title: "Confirm your new address", account, token: query.0.token }.ok()
        }
        Err(other) => other,
    }
}

async fn take(
    req: HttpRequest,
    form: Submitted<TokenForm>,
    db: Data<Db>,
    settings: Data<Settings>,
) -> PageResult {
    let behind = match links::account(&req, Purpose::Email, &form.values.token, &db).await {
        Ok((behind, begun)) => {
            begun.right(&db).await?;
            behind
        }
        Err(other) => return other,
    };
    let change = Change {
        tenant: behind.tenant_name.clone(),
        name: behind.name.clone(),
        old: behind.email.clone(),
        new: behind.new_email.clone(),
        time_zone: behind.time_zone.clone(),
        device: sessions::device_name(super::agent(&req)),
        address: Address::of(&req).to_string(),
        base: settings.public_url.clone(),
    };
    let here = Actor::of(&req).map(|actor| actor.session_id);
    let scope = Scope::background(behind.tenant_id).by(behind.user_id);
    let taken = db
        .at_sign_in()
        .write(scope, move |tx| {
            let taken = new_email::take(tx, &secrets::hash(&form.values.token), here)?;
            if taken {
                change.notify(tx)?;
            }
            Ok(taken)
        })
        .await;
    match taken {
        Ok(true) => {}
        // Somebody was faster with the link, or with the address.
        Ok(false) | Err(AppError::NotFound) => return links::refused(Purpose::Email, String::new()),
        Err(error) => return Err(error),
    }
    let (to, out) = match here {
        Some(_) => (console::page_of(&behind), "You are signed out everywhere else."),
        None => (urls::sign_in_as(&behind.new_email), "Sign in with it."),
    };
    let text = format!("Your address is {} from now on. {out}", behind.new_email);
    see_other_saying(to, Flash::good(text))
}
