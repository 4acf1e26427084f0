//! A new tenant with its first admin.
use crate::{
    infra::{
        db::ids::TenantId,
        web::{app::Settings, prelude::*},
    },
    tenants::{
        form::{OpeningForm, zones},
        opening::OpenTenant,
    },
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
    NewPage { shell: admin.platform_shell("New tenant"), form, zones: zones() }
}

/// `GET /platform/tenants/new`
pub async fn new(admin: PlatformAdmin) -> PageResult {
    let usual = OpeningForm { country: "US".into(), time_zone: "UTC".into(), ..OpeningForm::default() };
    page(&admin, Submitted::filled(usual)).ok()
}

/// `POST /platform/tenants`
pub async fn create(
    admin: PlatformAdmin,
    form: Submitted<OpeningForm>,
    settings: Data<Settings>,
) -> PageResult {
    match open(&admin, &form, &settings).await {
        Ok((id, opened)) => see_other_saying(
            urls::tenant(&id),
            Flash::good(format!("{} is made, and {} is invited by email.", opened.name, opened.admin_email)),
        ),
        Err(error) => {
            let (form, why) = form.refused_by(error)?;
            page(&admin, form).refused(why)
        }
    }
}

async fn open(
    admin: &PlatformAdmin,
    form: &Submitted<OpeningForm>,
    settings: &Settings,
) -> Result<(TenantId, OpenTenant)> {
    let command: OpenTenant = form.command()?;
    let (base, made) = (settings.public_url.clone(), command.clone());
    let id = admin.once(form.sent(), move |tx| made.make(tx, &base)).await?;
    Ok((id, command))
}
