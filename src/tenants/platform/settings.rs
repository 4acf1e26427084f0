//! The settings of a tenant, as the platform sets them.
use crate::{
    infra::{
        db::ids::TenantId,
        web::{conflicts::Conflict, prelude::*},
    },
    tenants::{
        form::{SettingsForm, lengths, zones},
        model::{Tenant, Unsaved},
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
    let shell = admin.platform_shell(Section::Tenants, format!("Settings of {}", tenant.name));
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
pub async fn update(
    admin: PlatformAdmin,
    id: Path<TenantId>,
    mut form: Submitted<SettingsForm>,
) -> PageResult {
    let id = id.into_inner();
    let tenant = admin.read(move |tx| Tenant::find(tx, id)).await?;
    let Some(draft) = form.draft() else { return page(&admin, tenant, form).unprocessable() };
    let version = form.values.version.parse().unwrap_or(0);
    let name = draft.name.clone();
    match admin.once(form.sent(), move |tx| Tenant::save(tx, id, version, &draft)).await? {
        Ok(()) => {
            see_other_saying(urls::tenant(&id), Flash::good(format!("The settings of {name} are saved.")))
        }
        Err(Unsaved::Field(field, problem)) => {
            page(&admin, tenant, form.refused(field, problem)).unprocessable()
        }
        Err(Unsaved::Outdated(now)) => {
            form.values.version = now.version.to_string();
            let theirs = SettingsForm::of(&now).describe();
            let mut page = page(&admin, *now, form);
            let yours = page.form.values.describe();
            page.conflict = Some(Conflict::between("somebody else".into(), yours, theirs));
            page.with_status(StatusCode::CONFLICT)
        }
    }
}
