//! `/customer/registration`: the same for one's own customer.
use super::{
    body::{self, Body},
    settings::{self, SettingsForm},
};
use crate::platform::{
    auth::TeamAdmin,
    errors::AppError,
    forms::Submitted,
    pages::{Page, PageResult},
    shell::{Section, Shell},
    urls,
};
use actix_web::web::{ServiceConfig, get, post};
use askama::Template;

/// Mounts the pages under `/customer`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/registration", get().to(show)).route("/registration", post().to(update));
}

#[derive(Template)]
#[template(path = "registration/settings_portal.html")]
struct SettingsPage {
    shell: Shell,
    body: Body,
    /// The domains that may be listed without asking.
    own: Vec<String>,
}

async fn page(admin: &TeamAdmin, form: Option<Submitted<SettingsForm>>) -> PageResult {
    let customer = admin.customer_id.ok_or(AppError::NotFound)?;
    let (current, own) = admin
        .read(move |tx| Ok((settings::current(tx, customer)?, settings::own_domains(tx, customer)?)))
        .await?;
    let body = Body::new((urls::team_registration(), urls::team()), false, form, current);
    let ok = body.is_ok();
    let page = SettingsPage { shell: admin.portal_shell(Section::Team, "Self-registration"), body, own };
    if ok { page.ok() } else { page.unprocessable() }
}

async fn show(admin: TeamAdmin) -> PageResult {
    page(&admin, None).await
}

async fn update(admin: TeamAdmin, mut form: Submitted<SettingsForm>) -> PageResult {
    let customer = admin.customer_id.ok_or(AppError::NotFound)?;
    if body::save(&admin, customer, &mut form, true).await? {
        return body::saved(urls::team());
    }
    page(&admin, Some(form)).await
}
