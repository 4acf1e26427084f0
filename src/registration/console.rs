//! The settings of a customer's registration, for staff.
use super::settings::{self, SettingsForm};
use crate::{
    customers::model::Customer,
    platform::{
        auth::Staff,
        errors::AppError,
        forms::Submitted,
        ids::CustomerId,
        pages::{Page, PageResult, see_other_saying},
        permissions::ManageRegistration,
        shell::{Flash, FlashKind, Section, Shell},
        urls,
    },
};
use actix_web::web::{Path, ServiceConfig, get, post};
use askama::Template;

/// Mounts the pages under `/console/customers`.
pub fn routes(cfg: &mut ServiceConfig) {
    cfg.route("/{id}/registration", get().to(show)).route("/{id}/registration", post().to(update));
}

struct Body {
    /// Where the form goes, and where one goes back.
    action: String,
    back: String,
    is_console: bool,
    form: Submitted<SettingsForm>,
    roles: Vec<(String, String, String)>,
}

#[derive(Template)]
#[template(path = "registration/settings_console.html")]
struct SettingsPage {
    shell: Shell,
    customer: Customer,
    body: Body,
}

async fn page(
    staff: &Staff<ManageRegistration>,
    id: CustomerId,
    form: Option<Submitted<SettingsForm>>,
) -> PageResult {
    let (customer, current) =
        staff.read(move |tx| Ok((Customer::find(tx, id)?, settings::current(tx, id)?))).await?;
    let form = form.unwrap_or_else(|| Submitted::filled(current));
    let ok = !form.has_errors();
    let body = Body {
        action: urls::customer_registration(&id),
        back: urls::customer_users(&id),
        is_console: true,
        form,
        roles: crate::users::portal_roles(),
    };
    let shell = staff.shell(Section::Customers, format!("Registration with {}", customer.name));
    let page = SettingsPage { shell, customer, body };
    if ok { page.ok() } else { page.unprocessable() }
}

async fn show(staff: Staff<ManageRegistration>, id: Path<CustomerId>) -> PageResult {
    page(&staff, id.into_inner(), None).await
}

async fn update(
    staff: Staff<ManageRegistration>,
    id: Path<CustomerId>,
    mut form: Submitted<SettingsForm>,
) -> PageResult {
    let id = id.into_inner();
    let Some(draft) = form.draft() else { return page(&staff, id, Some(form)).await };
    let saved = staff.write(move |tx| {
        Customer::find(tx, id)?;
        settings::save(tx, id, &draft, false)
    });
    match saved.await {
        Ok(()) => see_other_saying(
            urls::customer_users(&id),
            Flash {
                kind: FlashKind::Good,
                text: "The registration settings are saved.".into(),
                undo: String::new(),
            },
        ),
        Err(AppError::Invalid(problems)) => {
            form.refuse_all(problems);
            page(&staff, id, Some(form)).await
        }
        Err(error) => Err(error),
    }
}
