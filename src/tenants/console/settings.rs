//! The tenant's own settings, for its admins.
use crate::{
    events::timeline::History,
    infra::{
        db::ids::TenantId,
        web::{conflicts::Conflict, prelude::*},
    },
    tenants::{
        entering::Entry,
        form::{SettingsForm, lengths, zones},
        model::{Tenant, Unsaved},
    },
    urls,
};
use actix_web::http::StatusCode;
use askama::Template;

#[derive(Template)]
#[template(path = "tenants/console/settings.html")]
struct SettingsPage {
    shell: Shell,
    tenant: Tenant,
    form: Submitted<SettingsForm>,
    conflict: Option<Conflict>,
    zones: Vec<(String, String)>,
    entries: Vec<Entry>,
    history: History,
}

impl SettingsPage {
    fn lengths(&self) -> Vec<(String, String)> {
        lengths(&self.form.values.session_expiration_seconds)
    }

    fn idle_lengths(&self) -> Vec<(String, String)> {
        lengths(&self.form.values.idle_expiration_seconds)
    }
}

fn own(staff: &Staff) -> Result<TenantId> {
    staff.tenant_id.ok_or(AppError::NotFound)
}

async fn page(staff: &Staff, form: Option<Submitted<SettingsForm>>) -> Result<SettingsPage> {
    let id = own(staff)?;
    let (tenant, entries, history) = staff
        .read(move |tx| {
            Ok((Tenant::find(tx, id)?, Entry::latest(tx, id)?, History::of(tx, &["tenant"], id.0)?))
        })
        .await?;
    let form = form.unwrap_or_else(|| Submitted::filled(SettingsForm::of(&tenant)));
    let shell = staff.shell(Section::Settings, "Settings");
    Ok(SettingsPage { shell, tenant, form, conflict: None, zones: zones(), entries, history })
}

/// `GET /console/settings`
pub async fn show(staff: Staff) -> PageResult {
    page(&staff, None).await?.ok()
}

/// `POST /console/settings`
pub async fn update(staff: Staff, mut form: Submitted<SettingsForm>) -> PageResult {
    let id = own(&staff)?;
    let Some(draft) = form.draft() else { return page(&staff, Some(form)).await?.unprocessable() };
    let version = form.values.version.parse().unwrap_or(0);
    match staff.once(form.sent(), move |tx| Tenant::save(tx, id, version, &draft)).await? {
        Ok(()) => {
            let text = "The settings are saved.".to_owned();
            see_other_saying(urls::settings(), Flash::good(text))
        }
        Err(Unsaved::Field(field, problem)) => {
            page(&staff, Some(form.refused(field, problem))).await?.unprocessable()
        }
        Err(Unsaved::Outdated(now)) => {
            form.values.version = now.version.to_string();
            // The host is not theirs to set, so it can't differ.
            form.values.host = now.host.clone().unwrap_or_default();
            let (yours, theirs) = (form.values.describe(), SettingsForm::of(&now).describe());
            let mut page = page(&staff, Some(form)).await?;
            page.conflict = Some(Conflict::between("somebody else".into(), yours, theirs));
            page.with_status(StatusCode::CONFLICT)
        }
    }
}
