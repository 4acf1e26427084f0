//! A customer's bootstrap key: asked for here, shown once.
use crate::{
    infra::{
        db::ids::CustomerId,
        web::{app::Settings, prelude::*},
    },
    tenants::bootstrapping::BootstrapKey,
    urls,
};
use actix_web::{
    http::StatusCode,
    web::{Data, Path},
};
use askama::Template;
use serde::{Deserialize, Serialize};

/// Under `/console`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/customers/{customer}/bootstrap-key", show).needs(Permission::TenantManage),
        Route::post("/customers/{customer}/bootstrap-key", issue).needs(Permission::TenantManage),
    ]
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

/// A key on its way to the page. It is kept nowhere, so whoever sends the same again gets none.
#[derive(Default, Serialize, Deserialize)]
struct Issued {
    #[serde(skip)]
    key: String,
}

/// `GET /console/customers/{id}/bootstrap-key`
async fn show(staff: Staff, id: Path<CustomerId>, settings: Data<Settings>) -> PageResult {
    page(&staff, id.into_inner(), String::new(), &settings).await?.ok()
}

async fn page(staff: &Staff, id: CustomerId, text: String, settings: &Settings) -> Result<KeyPage> {
    let (name, key) = staff.read(move |tx| BootstrapKey::of(tx, id)).await?;
    let shell = staff.shell(format!("Bootstrap key of {name}"));
    let address = urls::absolute(&settings.public_url, &urls::bootstrap());
    Ok(KeyPage { shell, id, name, key, text, address })
}

/// `POST /console/customers/{id}/bootstrap-key`: the answer is the page itself, since nothing else may keep the key until it is shown.
async fn issue(
    staff: Staff,
    id: Path<CustomerId>,
    pressed: Submitted<Button>,
    settings: Data<Settings>,
) -> PageResult {
    let id = id.into_inner();
    let issued = staff.once(pressed.sent(), move |tx| Ok(Issued { key: BootstrapKey::issue(tx, id)? }));
    let text = issued.await?.key;
    if text.is_empty() {
        return Err(AppError::Conflict(
            "The key was made and shown already: this was sent twice. If nobody has seen it, make another."
                .into(),
        ));
    }
    page(&staff, id, text, &settings).await?.with_status(StatusCode::CREATED)
}
