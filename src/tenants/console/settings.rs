//! The tenant's own settings, for its admins.
use crate::{
    events::timeline::History,
    infra::{
        db::ids::TenantId,
        web::{conflicts::Conflict, prelude::*},
    },
    tenants::{
        entering::Entry,
        form::{self, SettingsForm, lengths, zones},
        model::{SaveSettings, Tenant},
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
    let shell = staff.shell("Settings");
    Ok(SettingsPage { shell, tenant, form, conflict: None, zones: zones(), entries, history })
}

/// `GET /console/settings`
pub async fn show(staff: Staff) -> PageResult {
    page(&staff, None).await?.ok()
}

/// `POST /console/settings`
pub async fn update(staff: Staff, mut form: Submitted<SettingsForm>) -> PageResult {
    let id = own(&staff)?;
    match save(&staff, id, &form).await {
        Ok(()) => see_other_saying(urls::settings(), Flash::good("The settings are saved.")),
        Err(AppError::Changed(_)) => {
            let now = staff.read(move |tx| Tenant::find(tx, id)).await?;
            // The host is not theirs to set, so it can't differ.
            form.values.host = now.host.clone().unwrap_or_default();
            let (form, conflict) = form::beside(form, &now);
            let page = page(&staff, Some(form)).await?;
            SettingsPage { conflict: Some(conflict), ..page }.with_status(StatusCode::CONFLICT)
        }
        Err(error) => {
            let (form, why) = form.refused_by(error)?;
            page(&staff, Some(form)).await?.refused(why)
        }
    }
}

async fn save(staff: &Staff, id: TenantId, form: &Submitted<SettingsForm>) -> Result<()> {
    let command: SaveSettings = form.command()?;
    let version = form.values.version.parse().unwrap_or(0);
    staff.once(form.sent(), move |tx| Tenant::save(tx, id, version, &command)).await
}
