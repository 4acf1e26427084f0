//! Disabling a tenant, which is confirmed by its short name, and enabling it again.
use crate::{
    infra::{db::ids::TenantId, web::prelude::*},
    tenants::model::Tenant,
    urls,
};
use actix_web::web::Path;
use askama::Template;
use serde::Deserialize;
use validator::Validate;

/// The short name, typed as proof.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct DisablementForm {
    pub slug: String,
}

#[derive(Template)]
#[template(path = "tenants/platform/disablement.html")]
struct DisablementPage {
    shell: Shell,
    tenant: Tenant,
    form: Submitted<DisablementForm>,
}

fn page(admin: &PlatformAdmin, tenant: Tenant, form: Submitted<DisablementForm>) -> DisablementPage {
    let shell = admin.platform_shell(format!("Disable {}", tenant.name));
    DisablementPage { shell, tenant, form }
}

/// `GET /platform/tenants/{id}/disablement`
pub async fn confirm(admin: PlatformAdmin, id: Path<TenantId>) -> PageResult {
    let id = id.into_inner();
    let tenant = admin.read(move |tx| Tenant::find(tx, id)).await?;
    page(&admin, tenant, Submitted::blank()).ok()
}

/// `POST /platform/tenants/{id}/disablement`
pub async fn disable(
    admin: PlatformAdmin,
    id: Path<TenantId>,
    form: Submitted<DisablementForm>,
) -> PageResult {
    let id = id.into_inner();
    let tenant = admin.read(move |tx| Tenant::find(tx, id)).await?;
    if form.values.slug != tenant.slug {
        let form = form.refused("slug", "Type the short name exactly as it stands above.");
        return page(&admin, tenant, form).unprocessable();
    }
    let disable = admin.once(form.sent(), move |tx| match Tenant::disable(tx, id)? {
        true => Ok(()),
        false => Err(AppError::Conflict("This tenant is disabled already.".into())),
    });
    disable.await?;
    see_other_saying(
        urls::tenant(&id),
        Flash::good(format!("{} is disabled. Its people are signed out.", tenant.name)),
    )
}

/// `POST /platform/tenants/{id}/disablement/deletion`
pub async fn enable(admin: PlatformAdmin, id: Path<TenantId>, pressed: Submitted<Button>) -> PageResult {
    let id = id.into_inner();
    let enable = admin.once(pressed.sent(), move |tx| match Tenant::enable(tx, id)? {
        true => Ok(Tenant::find(tx, id)?.name),
        false => Err(AppError::Conflict("This tenant is not disabled.".into())),
    });
    let name = enable.await?;
    see_other_saying(
        urls::tenant(&id),
        Flash::good(format!("{name} is enabled. Its people can sign in again.")),
    )
}
