//! What a customer's own people see of their customer.
use super::{model::Customer, parsing::Address};
use crate::{contacts::Contact, infra::web::prelude::*};
use askama::Template;

/// Under `/customer`.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/company", company).any_user()]
}

#[derive(Template)]
#[template(path = "customers/portal/company.html")]
struct CompanyPage {
    shell: Shell,
    customer: Customer,
    primary: Option<Contact>,
}

async fn company(user: PortalUser) -> PageResult {
    let id = user.customer_id.ok_or(AppError::NotFound)?;
    let (customer, primary) =
        user.read(move |tx| Ok((Customer::find(tx, id)?, Contact::primary_of(tx, id)?))).await?;
    CompanyPage { shell: user.portal_shell(Section::Company, "Your company"), customer, primary }.ok()
}

impl CompanyPage {
    fn address(&self) -> Vec<String> {
        Address::from_json(&self.customer.billing_address).lines()
    }
}
