//! New and edit: what was typed is never lost, and nobody saves over what they have not seen.
use crate::{
    customers::{
        duplicates::{self, Lookalike},
        form::{CALL_REQUESTS, CustomerForm, SESSION_LENGTHS},
        model::{self, Customer, Unsaved},
    },
    infra::{
        db::ids::CustomerId,
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
        kinds::options(CALL_REQUESTS)
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
        shell: staff.shell(Section::Customers, title),
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

/// Why nothing was saved.
enum Refusal {
    Looks(Vec<Lookalike>),
    Wrong(&'static str, &'static str),
    Outdated(Box<Conflict>, i32),
}

/// `POST /console/customers`
pub async fn create(staff: Staff, mut form: Submitted<CustomerForm>) -> PageResult {
    let title = "New customer".to_owned();
    let draft = match form.values.parse(&staff.country) {
        Ok(draft) => draft,
        Err(problems) => {
            problems.into_iter().for_each(|(field, message)| form.refuse(field, message));
            return page(&staff, None, title, form, Warnings::default()).await?.unprocessable();
        }
    };
    let anyway = form.values.anyway == "true";
    let saved = staff
        .once(form.sent(), move |tx| {
            if !anyway {
                let lookalikes = duplicates::of(tx, &draft, None)?;
                if !lookalikes.is_empty() {
                    return Ok(Err(Refusal::Looks(lookalikes)));
                }
            }
            Ok(Customer::create(tx, &draft)?.map_err(|unsaved| match unsaved {
                Unsaved::Field(field, message) => Refusal::Wrong(field, message),
                // Only an update can be late.
                Unsaved::Outdated(_) => Refusal::Wrong("name", "Try again."),
            }))
        })
        .await;
    match saved? {
        Ok(id) => {
            let text = format!("{} is added.", form.values.name);
            see_other_saying(urls::customer(&id), Flash::good(text))
        }
        Err(Refusal::Wrong(field, message)) => {
            let form = form.refused(field, message);
            page(&staff, None, title, form, Warnings::default()).await?.unprocessable()
        }
        Err(Refusal::Looks(lookalikes)) => {
            let warnings = Warnings { lookalikes, conflict: None };
            page(&staff, None, title, form, warnings).await?.unprocessable()
        }
        Err(Refusal::Outdated(..)) => {
            page(&staff, None, title, form, Warnings::default()).await?.unprocessable()
        }
    }
}

/// `GET /console/customers/{id}/edit`
pub async fn edit(staff: Staff, id: Path<CustomerId>) -> PageResult {
    let id = id.into_inner();
    let customer = staff.read(move |tx| Customer::find(tx, id)).await?;
    let form = Submitted::filled(CustomerForm::of(&customer));
    page(&staff, Some(id), format!("Edit {}", customer.name), form, Warnings::default()).await?.ok()
}

/// `POST /console/customers/{id}`
pub async fn update(staff: Staff, id: Path<CustomerId>, mut form: Submitted<CustomerForm>) -> PageResult {
    let id = id.into_inner();
    let current = staff.read(move |tx| Customer::find(tx, id)).await?;
    let title = format!("Edit {}", current.name);
    let draft = match form.values.parse_over(&staff.country, current.phone.as_deref()) {
        Ok(draft) => draft,
        Err(problems) => {
            problems.into_iter().for_each(|(field, message)| form.refuse(field, message));
            return page(&staff, Some(id), title, form, Warnings::default()).await?.unprocessable();
        }
    };
    let version = form.values.version.parse().unwrap_or(0);
    let typed = form.values.clone();
    let saved = staff
        .once(form.sent(), move |tx| {
            Ok(Err(match Customer::update(tx, id, version, &draft)? {
                Ok(()) => return Ok(Ok(())),
                Err(Unsaved::Field(field, message)) => Refusal::Wrong(field, message),
                Err(Unsaved::Outdated(current)) => {
                    let by =
                        model::user_name(tx, current.updated_by)?.unwrap_or_else(|| "somebody else".into());
                    let theirs = CustomerForm::of(&current).describe();
                    let mut conflict = Conflict::between(by, typed.describe(), theirs);
                    name_companies(tx, &mut conflict)?;
                    Refusal::Outdated(Box::new(conflict), current.version)
                }
            }))
        })
        .await?;
    match saved {
        Ok(()) | Err(Refusal::Looks(_)) => {
            let text = format!("{} is saved.", form.values.name);
            see_other_saying(urls::customer(&id), Flash::good(text))
        }
        Err(Refusal::Wrong(field, message)) => {
            let form = form.refused(field, message);
            page(&staff, Some(id), title, form, Warnings::default()).await?.unprocessable()
        }
        Err(Refusal::Outdated(conflict, version)) => {
            form.values.version = version.to_string();
            let warnings = Warnings { lookalikes: vec![], conflict: Some(*conflict) };
            page(&staff, Some(id), title, form, warnings).await?.with_status(StatusCode::CONFLICT)
        }
    }
}

fn name_companies(tx: &mut crate::infra::db::Tx, conflict: &mut Conflict) -> Result<()> {
    let Some(company) = conflict.differences.iter_mut().find(|d| d.label == "Company") else { return Ok(()) };
    let options = model::company_options(tx)?;
    for id in [&mut company.yours, &mut company.theirs] {
        if let Some((_, name)) = options.iter().find(|(known, _)| known == id) {
            id.clone_from(name);
        }
    }
    Ok(())
}
