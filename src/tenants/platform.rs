//! What platform admins see.
use super::model::Tenant;
use crate::platform::{
    auth::PlatformAdmin,
    pages::{Page, PageResult},
    shell::{Section, Shell},
};
use actix_web::web::{self, ServiceConfig, get};
use askama::Template;

/// Mounts the pages under `/platform`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.service(web::scope("/tenants").route("", get().to(index)));
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
