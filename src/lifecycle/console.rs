//! Deactivating a customer and taking it back, for staff.
use super::{
    form::DeactivationForm,
    model::{self, Days, Deactivation, Stops},
    reasons,
};
use crate::platform::{
    auth::Staff,
    errors::Result,
    forms::Submitted,
    ids::CustomerId,
    pages::{Page, PageResult, see_other_saying},
    permissions::WriteCustomers,
    shell::{Flash, FlashKind, Section, Shell},
    urls,
};
use actix_web::web::{Path, ServiceConfig, get, post};
use askama::Template;
use chrono::{DateTime, Utc};

/// Mounts the pages under `/console/customers`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/{id}/deactivation", get().to(show))
        .route("/{id}/deactivation", post().to(create))
        .route("/{id}/reactivation", post().to(take_back));
}

#[derive(Template)]
#[template(path = "lifecycle/console/new.html")]
struct NewPage {
    shell: Shell,
    id: CustomerId,
    name: String,
    stops: Stops,
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
}

impl ShowPage {
    fn reason(&self) -> String {
        reasons::name(&self.standing.reason)
    }
    fn is_open(&self) -> bool {
        self.standing.is_open(self.now)
    }
    fn days_left(&self) -> i64 {
        self.standing.days_left(self.now)
    }
}

/// `GET /console/customers/{id}/deactivation`: the form, or what stands.
async fn show(staff: Staff<WriteCustomers>, id: Path<CustomerId>) -> PageResult {
    let id = id.into_inner();
    let (name, standing, by, asked_by, days) = staff
        .read(move |tx| {
            let name = model::must_see(tx, id)?;
            let standing = Deactivation::standing(tx, id)?;
            let by = model::user_name(tx, standing.as_ref().and_then(|d| d.created_by))?;
            let asked_by = model::user_name(tx, standing.as_ref().and_then(|d| d.asked_by))?;
            Ok((name, standing, by, asked_by, Days::of_tenant(tx)?))
        })
        .await?;
    let Some(standing) = standing else {
        return new_page(&staff, id, Submitted::filled(DeactivationForm::usual(days))).await?.ok();
    };
    let shell = staff.shell(Section::Customers, format!("{name} is deactivated"));
    ShowPage { shell, id, name, standing, by, asked_by, now: days.now }.ok()
}

async fn new_page(
    staff: &Staff<WriteCustomers>,
    id: CustomerId,
    form: Submitted<DeactivationForm>,
) -> Result<NewPage> {
    let (name, stops, people) = staff
        .read(move |tx| Ok((model::must_see(tx, id)?, Stops::of(tx, id)?, model::people(tx, id)?)))
        .await?;
    let shell = staff.shell(Section::Customers, format!("Deactivate {name}"));
    Ok(NewPage { shell, id, name, stops, form, reasons: reasons::options(), people })
}

/// `POST /console/customers/{id}/deactivation`
async fn create(
    staff: Staff<WriteCustomers>,
    id: Path<CustomerId>,
    mut form: Submitted<DeactivationForm>,
) -> PageResult {
    let id = id.into_inner();
    let (name, days) = staff.read(move |tx| Ok((model::must_see(tx, id)?, Days::of_tenant(tx)?))).await?;
    // Space that nobody sees is not what a mistake looks like.
    if !form.values.name.split_whitespace().eq(name.split_whitespace()) {
        form.refuse("name", "Type the customer's name exactly as it stands above.");
    }
    let Some(draft) = form.draft(days) else {
        return new_page(&staff, id, form).await?.unprocessable();
    };
    staff.write(move |tx| Deactivation::begin(tx, id, &draft)).await?;
    let text = format!("{name} is deactivated. Its users are signed out.");
    see_other_saying(urls::customer(&id), Flash { kind: FlashKind::Good, text, undo: String::new() })
}

/// `POST /console/customers/{id}/reactivation`
async fn take_back(staff: Staff<WriteCustomers>, id: Path<CustomerId>) -> PageResult {
    let id = id.into_inner();
    let name = staff
        .write(move |tx| {
            let name = model::must_see(tx, id)?;
            Deactivation::take_back(tx, id)?;
            Ok(name)
        })
        .await?;
    let text = format!("{name} is reactivated. Its users can sign in again; its API keys stay expired.");
    see_other_saying(urls::customer(&id), Flash { kind: FlashKind::Good, text, undo: String::new() })
}
