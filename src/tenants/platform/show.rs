//! One tenant: its facts, and who of the platform was inside.
use crate::{
    events::timeline::History,
    infra::{
        db::ids::TenantId,
        web::{prelude::*, sessions},
    },
    tenants::{entering::Entry, model::Tenant},
};
use actix_web::web::Path;
use askama::Template;
use serde::Deserialize;
use validator::Validate;

/// Why somebody enters.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct EntryForm {
    #[validate(length(min = 1, max = 500, message = "Say why you enter, in at most 500 characters."))]
    pub reason: String,
}

#[derive(Template)]
#[template(path = "tenants/platform/show.html")]
pub struct ShowPage {
    shell: Shell,
    tenant: Tenant,
    /// Whose customer it is.
    served_by: Option<Tenant>,
    entries: Vec<Entry>,
    form: Submitted<EntryForm>,
    history: History,
    /// The reader has entered it.
    is_inside: bool,
}

impl ShowPage {
    /// The page, with what was typed to enter.
    pub async fn of(admin: &PlatformAdmin, id: TenantId, form: Submitted<EntryForm>) -> Result<Self> {
        let (tenant, served_by, entries, history) = admin
            .read(move |tx| {
                let tenant = Tenant::find(tx, id)?;
                let served_by = tenant.served_by.map(|id| Tenant::find(tx, id)).transpose()?;
                Ok((tenant, served_by, Entry::latest(tx, id)?, History::of(tx, &["tenant"], id.0)?))
            })
            .await?;
        let shell = admin.platform_shell(tenant.name.clone());
        let is_inside = admin.is_inside(id);
        Ok(Self { shell, tenant, served_by, entries, form, history, is_inside })
    }

    fn idle_length(&self) -> String {
        self.tenant.idle_expiration_seconds.map_or_else(|| "8 hours".to_owned(), sessions::length_name)
    }

    fn session_length(&self) -> String {
        self.tenant.session_expiration_seconds.map_or(String::new(), sessions::length_name)
    }
}

/// `GET /platform/tenants/{id}`
pub async fn show(admin: PlatformAdmin, id: Path<TenantId>) -> PageResult {
    ShowPage::of(&admin, id.into_inner(), Submitted::blank()).await?.ok()
}
