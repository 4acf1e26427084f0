//! What platform admins see.
use super::model::Tenant;
use crate::{
    customers::timeline::History,
    platform::{
        auth::PlatformAdmin,
        ids::TenantId,
        pages::{Page, PageResult},
        shell::{Section, Shell},
    },
};
use actix_web::web::{self, Path, ServiceConfig, get};
use askama::Template;

/// Mounts the pages under `/platform`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::scope("/tenants").route("", get().to(index)).route("/{id}", get().to(show)));
}

#[derive(Template)]
#[template(path = "tenants/index.html")]
struct IndexPage {
    shell: Shell,
    tenants: Vec<Tenant>,
}

async fn index(admin: PlatformAdmin) -> PageResult {
    let tenants = admin.read(Tenant::by_name).await?;
    let shell = admin.platform_shell(Section::Tenants, "Tenants");
    IndexPage { shell, tenants }.ok()
}

#[derive(Template)]
#[template(path = "tenants/show.html")]
struct ShowPage {
    shell: Shell,
    tenant: Tenant,
    history: History,
}

async fn show(admin: PlatformAdmin, id: Path<TenantId>) -> PageResult {
    let id = id.into_inner();
    let (tenant, history) =
        admin.read(move |tx| Ok((Tenant::find(tx, id)?, History::of(tx, &["tenant"], id.0)?))).await?;
    let shell = admin.platform_shell(Section::Tenants, tenant.name.clone());
    ShowPage { shell, tenant, history }.ok()
}
