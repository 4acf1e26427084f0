//! The settings of a tenant, as the platform sets them.
use crate::{
    infra::{
        db::ids::TenantId,
        web::{conflicts::Conflict, prelude::*},
    },
    tenants::{
        form::{self, SettingsForm, lengths, zones},
        model::{SaveSettings, Tenant, TenantName},
    },
    urls,
};
use actix_web::{http::StatusCode, web::Path};
use askama::Template;

#[derive(Template)]
#[template(path = "tenants/platform/edit.html")]
struct EditPage {
    shell: Shell,
    tenant: Tenant,
    form: Submitted<SettingsForm>,
    conflict: Option<Conflict>,
    zones: Vec<(String, String)>,
}

impl EditPage {
    fn lengths(&self) -> Vec<(String, String)> {
        lengths(&self.form.values.session_expiration_seconds)
    }

    fn idle_lengths(&self) -> Vec<(String, String)> {
        lengths(&self.form.values.idle_expiration_seconds)
    }
}

fn page(admin: &PlatformAdmin, tenant: Tenant, form: Submitted<SettingsForm>) -> EditPage {
    let shell = admin.platform_shell(format!("Settings of {}", tenant.name));
    EditPage { shell, tenant, form, conflict: None, zones: zones() }
}

/// `GET /platform/tenants/{id}/edit`
pub async fn edit(admin: PlatformAdmin, id: Path<TenantId>) -> PageResult {
    let id = id.into_inner();
    let tenant = admin.read(move |tx| Tenant::find(tx, id)).await?;
    let form = Submitted::filled(SettingsForm::of(&tenant));
    page(&admin, tenant, form).ok()
}

/// `POST /platform/tenants/{id}`
pub async fn update(admin: PlatformAdmin, id: Path<TenantId>, form: Submitted<SettingsForm>) -> PageResult {
    let id = id.into_inner();
    match save(&admin, id, &form).await {
        Ok(name) => {
            see_other_saying(urls::tenant(&id), Flash::good(format!("The settings of {name} are saved.")))
        }
        Err(AppError::Changed(_)) => {
            let now = admin.read(move |tx| Tenant::find(tx, id)).await?;
            let (form, conflict) = form::beside(form, &now);
            EditPage { conflict: Some(conflict), ..page(&admin, now, form) }.with_status(StatusCode::CONFLICT)
        }
        Err(error) => {
            let (form, why) = form.refused_by(error)?;
            let tenant = admin.read(move |tx| Tenant::find(tx, id)).await?;
            page(&admin, tenant, form).refused(why)
        }
    }
}

async fn save(admin: &PlatformAdmin, id: TenantId, form: &Submitted<SettingsForm>) -> Result<TenantName> {
    let command: SaveSettings = form.command()?;
    let version = form.values.version.parse().unwrap_or(0);
    let name = command.name.clone();
    admin.once(form.sent(), move |tx| Tenant::save(tx, id, version, &command)).await?;
    Ok(name)
}
