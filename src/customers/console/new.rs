//! A new customer: what was typed is never lost, and one that looks like another is asked about.
use super::form::{Warnings, page};
use crate::{
    customers::{duplicates, form::CustomerForm, model::Customer},
    infra::{
        db::{Tx, ids::CustomerId},
        web::prelude::*,
    },
    urls,
};

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
