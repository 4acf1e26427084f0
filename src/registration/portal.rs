//! `/customer/registration`: the same for one's own customer.
use super::{
    body::{self, Body},
    domains::Listed,
    settings::{self, SettingsForm},
    verifying::{self, VerificationForm},
};
use crate::{
    infra::web::{app::Settings, prelude::*},
    urls,
};
use actix_web::web::Data;
use askama::Template;

/// Under `/customer`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/registration", show).any_user(),
        Route::post("/registration", update).any_user(),
        Route::post("/registration/verification", verify).any_user(),
    ]
}

#[derive(Template)]
#[template(path = "registration/settings_portal.html")]
struct SettingsPage {
    shell: Shell,
    body: Body,
}

async fn page(admin: &TeamAdmin, form: Option<Submitted<SettingsForm>>) -> PageResult {
    let customer = admin.customer_id.ok_or(AppError::NotFound)?;
    let current =
        admin.read(move |tx| Ok((settings::current(tx, customer)?, Listed::of(tx, customer)?))).await?;
    let places = (urls::team_registration(), urls::team(), urls::team_registration_verification());
    let body = Body::new(places, false, form, current);
    let ok = body.is_ok();
    let page = SettingsPage { shell: admin.portal_shell("Self-registration"), body };
    if ok { page.ok() } else { page.unprocessable() }
}

async fn show(admin: TeamAdmin) -> PageResult {
    page(&admin, None).await
}

async fn update(admin: TeamAdmin, form: Submitted<SettingsForm>) -> PageResult {
    let customer = admin.customer_id.ok_or(AppError::NotFound)?;
    match body::save(&admin, customer, &form, true).await {
        Ok(()) => body::saved(urls::team_registration()),
        Err(error) => page(&admin, Some(form.refused_by(error)?.0)).await,
    }
}

async fn verify(admin: TeamAdmin, form: Submitted<VerificationForm>, settings: Data<Settings>) -> PageResult {
    let customer = admin.customer_id.ok_or(AppError::NotFound)?;
    let outcome = verifying::verify(&admin, customer, &form.values, &settings).await;
    body::verified(urls::team_registration(), outcome)
}
