//! The settings of a customer's registration, for staff.
use super::super::{
    body::{self, Body},
    domains::Listed,
    settings::{self, SettingsForm},
    verifying::{self, VerificationForm},
};
use crate::{
    customers::model::Customer,
    infra::{
        db::ids::CustomerId,
        web::{app::Settings, prelude::*},
    },
    urls,
};
use actix_web::web::{Data, Path};
use askama::Template;

/// Under `/console`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/customers/{customer}/registration", show).needs(Permission::RegistrationManage),
        Route::post("/customers/{customer}/registration", update).needs(Permission::RegistrationManage),
        Route::post("/customers/{customer}/registration/verification", verify)
            .needs(Permission::RegistrationManage),
    ]
}

#[derive(Template)]
#[template(path = "registration/settings_console.html")]
struct SettingsPage {
    shell: Shell,
    customer: Customer,
    body: Body,
}

async fn page(staff: &Staff, id: CustomerId, form: Option<Submitted<SettingsForm>>) -> PageResult {
    let (customer, current) = staff
        .read(move |tx| Ok((Customer::find(tx, id)?, (settings::current(tx, id)?, Listed::of(tx, id)?))))
        .await?;
    let verification = urls::customer_registration_verification(&id);
    let places = (urls::customer_registration(&id), urls::customer_users(&id), verification);
    let body = Body::new(places, true, form, current);
    let ok = body.is_ok();
    let shell = staff.shell(format!("Registration with {}", customer.name));
    let page = SettingsPage { shell, customer, body };
    if ok { page.ok() } else { page.unprocessable() }
}

async fn show(staff: Staff, id: Path<CustomerId>) -> PageResult {
    page(&staff, id.into_inner(), None).await
}

async fn update(staff: Staff, id: Path<CustomerId>, form: Submitted<SettingsForm>) -> PageResult {
    let id = id.into_inner();
    staff.read(move |tx| Customer::find(tx, id)).await?;
    match body::save(&staff, id, &form, false).await {
        Ok(()) => body::saved(urls::customer_registration(&id)),
        Err(error) => page(&staff, id, Some(form.refused_by(error)?.0)).await,
    }
}

async fn verify(
    staff: Staff,
    id: Path<CustomerId>,
    form: Submitted<VerificationForm>,
    settings: Data<Settings>,
) -> PageResult {
    let id = id.into_inner();
    let outcome = verifying::verify(&staff, id, &form.values, &settings).await;
    body::verified(urls::customer_registration(&id), outcome)
}
