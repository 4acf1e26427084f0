//! New and edit: what was typed is never lost, and nobody saves over what they have not seen.
use crate::{
    customers::{
        duplicates::{self, Lookalike},
        form::{CustomerForm, SESSION_LENGTHS},
        model::{self, Customer},
        values::CallRequests,
    },
    infra::{
        db::{Tx, ids::CustomerId},
        web::{conflicts::Conflict, prelude::*},
    },
    urls,
    values::kinds,
};
use actix_web::{http::StatusCode, web::Path};
use askama::Template;

#[derive(Template)]
#[template(path = "customers/console/form.html")]
struct FormPage {
    shell: Shell,
    form: Submitted<CustomerForm>,
    companies: Vec<(String, String)>,
    lookalikes: Vec<Lookalike>,
    conflict: Option<Conflict>,
    /// The customer that is edited, or `None` for a new one.
    id: Option<CustomerId>,
}

impl FormPage {
    fn action(&self) -> String {
        self.id.map_or_else(urls::customers, |id| urls::customer(&id))
    }
    fn cancel(&self) -> String {
        self.action()
    }
    fn heading(&self) -> String {
        self.shell.title.clone()
    }
    fn stages(&self) -> Vec<(String, String)> {
        kinds::options(kinds::Stage::WORDS)
    }
    fn types(&self) -> Vec<(String, String)> {
        kinds::options(kinds::CustomerType::WORDS)
    }
    fn sources(&self) -> Vec<(String, String)> {
        kinds::options(kinds::CustomerSource::WORDS)
    }
    fn classifications(&self) -> Vec<(String, String)> {
        kinds::options(kinds::Classification::WORDS)
    }
    fn sizes(&self) -> Vec<(String, String)> {
        kinds::options(kinds::SizeRange::WORDS)
    }
    fn industries(&self) -> Vec<(String, String)> {
        kinds::Industry::options()
    }
    fn session_lengths(&self) -> Vec<(String, String)> {
        kinds::options(SESSION_LENGTHS)
    }
    fn call_requests(&self) -> Vec<(String, String)> {
        kinds::options(CallRequests::WORDS)
    }
}

/// What a page of the form is made of besides the form.
#[derive(Default)]
struct Warnings {
    lookalikes: Vec<Lookalike>,
    conflict: Option<Conflict>,
}

async fn page(
    staff: &Staff,
    id: Option<CustomerId>,
    title: String,
    form: Submitted<CustomerForm>,
    warnings: Warnings,
) -> Result<FormPage> {
    let companies = staff.read(model::company_options).await?;
    Ok(FormPage {
        shell: staff.shell(title),
        form,
        companies,
        lookalikes: warnings.lookalikes,
        conflict: warnings.conflict,
        id,
    })
}

/// `GET /console/customers/new`
pub async fn new(staff: Staff) -> PageResult {
    let form = Submitted::filled(CustomerForm::blank());
    page(&staff, None, "New customer".into(), form, Warnings::default()).await?.ok()
}

/// `POST /console/customers`
pub async fn create(staff: Staff, form: Submitted<CustomerForm>) -> PageResult {
    let title = "New customer".to_owned();
    match add(&staff, &form).await {
        Ok(id) => {
            let text = format!("{} is added.", form.values.name);
            see_other_saying(urls::customer(&id), Flash::good(text))
        }
        Err(AppError::Unconfirmed) => {
            let command = form.read(|form| form.command(&staff.country))?;
            let lookalikes = staff.read(move |tx| duplicates::of(tx, &command, None)).await?;
            let form = if lookalikes.is_empty() { form.to_send_again() } else { form };
            let warnings = Warnings { lookalikes, conflict: None };
            page(&staff, None, title, form, warnings).await?.unprocessable()
        }
        Err(error) => {
            let (form, why) = form.refused_by(error)?;
            page(&staff, None, title, form, Warnings::default()).await?.refused(why)
        }
    }
}

/// Adds a customer; one that looks like another only where that is confirmed.
async fn add(staff: &Staff, form: &Submitted<CustomerForm>) -> Result<CustomerId> {
    let command = form.read(|form| form.command(&staff.country))?;
    let is_confirmed = form.values.anyway == "true";
    let work = move |tx: &mut Tx| {
        if !is_confirmed && !duplicates::of(tx, &command, None)?.is_empty() {
            return Err(AppError::Unconfirmed);
        }
        Customer::create(tx, &command)
    };
    staff.once(form.sent(), work).await
}

/// `GET /console/customers/{id}/edit`
pub async fn edit(staff: Staff, id: Path<CustomerId>) -> PageResult {
    let id = id.into_inner();
    let customer = staff.read(move |tx| Customer::find(tx, id)).await?;
    let form = Submitted::filled(CustomerForm::of(&customer));
    page(&staff, Some(id), format!("Edit {}", customer.name), form, Warnings::default()).await?.ok()
}

/// `POST /console/customers/{id}`
pub async fn update(staff: Staff, id: Path<CustomerId>, form: Submitted<CustomerForm>) -> PageResult {
    let id = id.into_inner();
    let current = staff.read(move |tx| Customer::find(tx, id)).await?;
    let title = format!("Edit {}", current.name);
    match save(&staff, &current, &form).await {
        Ok(()) => {
            let text = format!("{} is saved.", form.values.name);
            see_other_saying(urls::customer(&id), Flash::good(text))
        }
        Err(AppError::Changed(_)) => conflict_page(&staff, id, form).await?.with_status(StatusCode::CONFLICT),
        Err(error) => {
            let (form, why) = form.refused_by(error)?;
            page(&staff, Some(id), title, form, Warnings::default()).await?.refused(why)
        }
    }
}

async fn save(staff: &Staff, current: &Customer, form: &Submitted<CustomerForm>) -> Result<()> {
    let (id, stored) = (current.id, current.phone.as_deref());
    let command = form.read(|form| form.command_over(&staff.country, stored))?;
    let version = form.values.version.parse().unwrap_or(0);
    staff.once(form.sent(), move |tx| Customer::update(tx, id, version, &command)).await
}

/// The form again, beside what somebody else has saved meanwhile.
async fn conflict_page(staff: &Staff, id: CustomerId, mut form: Submitted<CustomerForm>) -> Result<FormPage> {
    let typed = form.values.clone();
    let (current, conflict) = staff
        .read(move |tx| {
            let current = Customer::find(tx, id)?;
            let by = model::user_name(tx, current.updated_by)?.unwrap_or_else(|| "somebody else".into());
            let theirs = CustomerForm::of(&current).describe();
            let mut conflict = Conflict::between(by, typed.describe(), theirs);
            name_companies(tx, &mut conflict)?;
            Ok((current, conflict))
        })
        .await?;
    form.values.version = current.version.to_string();
    let warnings = Warnings { lookalikes: vec![], conflict: Some(conflict) };
    page(staff, Some(id), format!("Edit {}", current.name), form, warnings).await
}

fn name_companies(tx: &mut Tx, conflict: &mut Conflict) -> Result<()> {
    let Some(company) = conflict.differences.iter_mut().find(|d| d.label == "Company") else { return Ok(()) };
    let options = model::company_options(tx)?;
    for id in [&mut company.yours, &mut company.theirs] {
        if let Some((_, name)) = options.iter().find(|(known, _)| known == id) {
            id.clone_from(name);
        }
    }
    Ok(())
}
