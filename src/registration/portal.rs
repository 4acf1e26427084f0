//! `/customer/registration`: the same for one's own customer.
use super::settings::{self, SettingsForm};
use crate::platform::{
    auth::TeamAdmin,
    errors::AppError,
    forms::Submitted,
    pages::{Page, PageResult, see_other_saying},
    shell::{Flash, FlashKind, Section, Shell},
    urls,
};
use actix_web::web::{ServiceConfig, get, post};
use askama::Template;

/// Mounts the pages under `/customer`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/registration", get().to(show)).route("/registration", post().to(update));
}

struct Body {
    action: String,
    back: String,
    is_console: bool,
    form: Submitted<SettingsForm>,
    roles: Vec<(String, String, String)>,
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
    let form = form.unwrap_or_else(|| Submitted::filled(current));
    let ok = !form.has_errors();
    let body = Body {
        action: urls::team_registration(),
        back: urls::team(),
        is_console: false,
        form,
        roles: crate::users::portal_roles(),
    };
    let page = SettingsPage { shell: admin.portal_shell(Section::Team, "Self-registration"), body, own };
    if ok { page.ok() } else { page.unprocessable() }
}

async fn show(admin: TeamAdmin) -> PageResult {
    page(&admin, None).await
}

async fn update(admin: TeamAdmin, mut form: Submitted<SettingsForm>) -> PageResult {
    let customer = admin.customer_id.ok_or(AppError::NotFound)?;
    let Some(draft) = form.draft() else { return page(&admin, Some(form)).await };
    match admin.write(move |tx| settings::save(tx, customer, &draft, true)).await {
        Ok(()) => see_other_saying(
            urls::team(),
            Flash {
                kind: FlashKind::Good,
                text: "The registration settings are saved.".into(),
                undo: String::new(),
            },
        ),
        Err(AppError::Invalid(problems)) => {
            form.refuse_all(problems);
            page(&admin, Some(form)).await
        }
        Err(error) => Err(error),
    }
}
