//! A customer's bootstrap key: asked for here, shown once.
use crate::{
    platform::{
        app::Settings,
        auth::Staff,
        ids::CustomerId,
        pages::{Page, PageResult},
        permissions::ManageTenant,
        shell::{Section, Shell},
        urls,
    },
    tenants::bootstrapping::BootstrapKey,
};
use actix_web::{
    http::StatusCode,
    web::{Data, Path, ServiceConfig, get, post},
};
use askama::Template;

/// Mounts the page under `/console/customers`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/{id}/bootstrap-key", get().to(show)).route("/{id}/bootstrap-key", post().to(issue));
}

#[derive(Template)]
#[template(path = "tenants/console/bootstrap_key.html")]
struct KeyPage {
    shell: Shell,
    id: CustomerId,
    name: String,
    key: Option<BootstrapKey>,
    /// The new key in full, this once.
    text: String,
    /// Where it is used.
    address: String,
}

/// `GET /console/customers/{id}/bootstrap-key`
async fn show(staff: Staff<ManageTenant>, id: Path<CustomerId>, settings: Data<Settings>) -> PageResult {
    page(&staff, id.into_inner(), String::new(), &settings).await?.ok()
}

async fn page(
    staff: &Staff<ManageTenant>,
    id: CustomerId,
    text: String,
    settings: &Settings,
) -> Result<KeyPage, crate::platform::errors::AppError> {
    let (name, key) = staff.read(move |tx| BootstrapKey::of(tx, id)).await?;
    let shell = staff.shell(Section::Customers, format!("Bootstrap key of {name}"));
    let address = urls::absolute(&settings.public_url, &urls::bootstrap());
    Ok(KeyPage { shell, id, name, key, text, address })
}

/// `POST /console/customers/{id}/bootstrap-key`: the answer is the page itself, since nothing else may keep the key until it is shown.
async fn issue(staff: Staff<ManageTenant>, id: Path<CustomerId>, settings: Data<Settings>) -> PageResult {
    let id = id.into_inner();
    let text = staff.write(move |tx| BootstrapKey::issue(tx, id)).await?;
    page(&staff, id, text, &settings).await?.with_status(StatusCode::CREATED)
}
