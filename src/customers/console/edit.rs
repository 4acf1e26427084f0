//! Editing a customer: what was typed is never lost, and nobody saves over what they have not seen.
use super::form::{FormPage, Warnings, page};
use crate::{
    customers::{
        form::CustomerForm,
        model::{self, Customer},
    },
    infra::{
        db::{Tx, ids::CustomerId},
        web::{conflicts::Conflict, prelude::*},
    },
    urls,
};
use actix_web::{http::StatusCode, web::Path};

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
