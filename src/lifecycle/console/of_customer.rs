//! Deactivating a customer and taking it back, for staff.
use super::super::{
    form::{self, DeactivationForm, ReturnForm},
    model::{self, Days, Deactivation, Impact},
    reasons::Reason,
};
use crate::{
    infra::{
        db::{self, ids::CustomerId},
        web::prelude::*,
    },
    urls,
    values::kinds,
};
use actix_web::web::Path;
use askama::Template;
use chrono::{DateTime, Utc};

/// Under `/console`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::get("/customers/{customer}/deactivation", show).needs(Permission::CustomerWrite),
        Route::post("/customers/{customer}/deactivation", create).needs(Permission::CustomerWrite),
        Route::post("/customers/{customer}/reactivation", reactivate).needs(Permission::CustomerWrite),
        Route::post("/customers/{customer}/return", restore).needs(Permission::CustomerWrite),
    ]
}

#[derive(Template)]
#[template(path = "lifecycle/console/new.html")]
struct NewPage {
    shell: Shell,
    id: CustomerId,
    name: String,
    impact: Impact,
    form: Submitted<DeactivationForm>,
    reasons: Vec<(String, String)>,
    /// Who might have asked for it.
    people: Vec<String>,
}

impl NewPage {
    fn scale(&self) -> Vec<(String, String)> {
        (0..=10).map(|n| (n.to_string(), n.to_string())).collect()
    }
}

#[derive(Template)]
#[template(path = "lifecycle/console/show.html")]
struct ShowPage {
    shell: Shell,
    id: CustomerId,
    name: String,
    standing: Deactivation,
    by: String,
    asked_by: String,
    now: DateTime<Utc>,
    /// What the customer had, and has again.
    impact: Impact,
    form: Submitted<ReturnForm>,
    stages: Vec<(String, String)>,
}

impl ShowPage {
    fn reason(&self) -> &'static str {
        self.standing.reason.label()
    }
    fn is_open(&self) -> bool {
        self.standing.is_open(self.now)
    }
    fn days_left(&self) -> i64 {
        self.standing.days_left(self.now)
    }
}

/// `GET /console/customers/{id}/deactivation`: the form, or what stands.
async fn show(staff: Staff, id: Path<CustomerId>) -> PageResult {
    let id = id.into_inner();
    match show_page(&staff, id, Submitted::blank()).await? {
        Some(page) => page.ok(),
        None => {
            let days = staff.read(Days::of_tenant).await?;
            new_page(&staff, id, Submitted::filled(DeactivationForm::usual(days))).await?.ok()
        }
    }
}

/// What stands; nothing where the customer has access.
async fn show_page(staff: &Staff, id: CustomerId, form: Submitted<ReturnForm>) -> Result<Option<ShowPage>> {
    let found = staff
        .read(move |tx| {
            let name = tx.must_see(id)?;
            let Some(standing) = Deactivation::standing(tx, id)? else { return Ok(None) };
            let by = model::user_name(tx, standing.created_by)?;
            let asked_by = model::user_name(tx, standing.asked_by)?;
            Ok(Some((name, standing, by, asked_by, Impact::of(tx, id)?, db::now(tx)?)))
        })
        .await?;
    Ok(found.map(|(name, standing, by, asked_by, impact, now)| {
        let shell = staff.shell(format!("{name} is deactivated"));
        ShowPage { shell, id, name, standing, by, asked_by, now, impact, form, stages: form::stages() }
    }))
}

async fn new_page(staff: &Staff, id: CustomerId, form: Submitted<DeactivationForm>) -> Result<NewPage> {
    let (name, impact, people) =
        staff.read(move |tx| Ok((tx.must_see(id)?, Impact::of(tx, id)?, model::people(tx, id)?))).await?;
    let shell = staff.shell(format!("Deactivate {name}"));
    Ok(NewPage { shell, id, name, impact, form, reasons: kinds::options(Reason::WORDS), people })
}

/// `POST /console/customers/{id}/deactivation`
async fn create(staff: Staff, id: Path<CustomerId>, mut form: Submitted<DeactivationForm>) -> PageResult {
    let id = id.into_inner();
    let (name, days) = staff.read(move |tx| Ok((tx.must_see(id)?, Days::of_tenant(tx)?))).await?;
    // Space that nobody sees is not what a mistake looks like.
    if !form.values.name.split_whitespace().eq(name.split_whitespace()) {
        form.refuse("name", "Type the customer's name exactly as it stands above.");
    }
    let command = match form.read(|form| form.command(days)) {
        Ok(command) => command,
        Err(error) => {
            let (form, why) = form.refused_by(error)?;
            return new_page(&staff, id, form).await?.refused(why);
        }
    };
    staff.once(form.sent(), move |tx| Deactivation::begin(tx, id, &command).map(drop)).await?;
    let text = format!("{name} is deactivated. Its users are signed out.");
    see_other_saying(urls::customer(&id), Flash::good(text))
}

/// `POST /console/customers/{id}/reactivation`
async fn reactivate(staff: Staff, id: Path<CustomerId>, pressed: Submitted<Button>) -> PageResult {
    let id = id.into_inner();
    let name = staff
        .once(pressed.sent(), move |tx| {
            let name = tx.must_see(id)?;
            Deactivation::reactivate(tx, id)?;
            Ok(name)
        })
        .await?;
    let text = format!("{name} is reactivated. Its users can sign in again; its API keys stay expired.");
    see_other_saying(urls::customer(&id), Flash::good(text))
}

/// `POST /console/customers/{id}/return`: after the grace period.
async fn restore(staff: Staff, id: Path<CustomerId>, form: Submitted<ReturnForm>) -> PageResult {
    let id = id.into_inner();
    let stage = match form.read(ReturnForm::stage) {
        Ok(stage) => stage,
        Err(error) => {
            let (form, why) = form.refused_by(error)?;
            return match show_page(&staff, id, form).await? {
                Some(page) => page.refused(why),
                None => Err(AppError::Conflict("This customer is not deactivated.".into())),
            };
        }
    };
    let name = staff
        .once(form.sent(), move |tx| {
            let name = tx.must_see(id)?;
            Deactivation::restore(tx, id, stage)?;
            Ok(name)
        })
        .await?;
    let text = format!("{name} is back. Its users can sign in again; its API keys stay expired.");
    see_other_saying(urls::customer(&id), Flash::good(text))
}
