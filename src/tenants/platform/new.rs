//! A new tenant with its first admin.
use crate::{
    infra::web::{app::Settings, prelude::*},
    tenants::form::{OpeningForm, zones},
    urls,
};
use actix_web::web::Data;
use askama::Template;

#[derive(Template)]
#[template(path = "tenants/platform/new.html")]
struct NewPage {
    shell: Shell,
    form: Submitted<OpeningForm>,
    zones: Vec<(String, String)>,
}

fn page(admin: &PlatformAdmin, form: Submitted<OpeningForm>) -> NewPage {
    NewPage { shell: admin.platform_shell(Section::Tenants, "New tenant"), form, zones: zones() }
}

/// `GET /platform/tenants/new`
pub async fn new(admin: PlatformAdmin) -> PageResult {
    let usual = OpeningForm { country: "US".into(), time_zone: "UTC".into(), ..OpeningForm::default() };
    page(&admin, Submitted::filled(usual)).ok()
}

/// `POST /platform/tenants`
pub async fn create(
    admin: PlatformAdmin,
    mut form: Submitted<OpeningForm>,
    settings: Data<Settings>,
) -> PageResult {
    let Some(opening) = form.opening() else { return page(&admin, form).unprocessable() };
    let (base, made) = (settings.public_url.clone(), opening.clone());
    match admin.once(form.sent(), move |tx| made.make(tx, &base)).await? {
        Ok(id) => see_other_saying(
            urls::tenant(&id),
            Flash::good(format!(
                "{} is made, and {} is invited by email.",
                opening.name, opening.admin_email
            )),
        ),
        Err((field, problem)) => page(&admin, form.refused(field, problem)).unprocessable(),
    }
}
