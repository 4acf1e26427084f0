//! What a customer's own people see of their customer.
use super::{
    facts::{self, Fact, Shown},
    model::Customer,
    primary_contact::PrimaryContact,
};
use crate::{infra::web::prelude::*, urls};
use askama::Template;

/// Its entry in the menu.
pub const SECTION: Section = Section::new("Company", urls::portal_company, &["/customer/company"]);

/// Under `/customer`.
pub fn routes() -> Vec<Route> {
    vec![Route::get("/company", company).any_user()]
}

#[derive(Template)]
#[template(path = "customers/portal/company.html")]
struct CompanyPage {
    shell: Shell,
    customer: Customer,
    primary: Option<PrimaryContact>,
}

async fn company(user: PortalUser) -> PageResult {
    let id = user.customer_id.ok_or(AppError::NotFound)?;
    let (customer, primary) =
        user.read(move |tx| Ok((Customer::find(tx, id)?, PrimaryContact::of(tx, id)?))).await?;
    CompanyPage { shell: user.portal_shell("Your company"), customer, primary }.ok()
}

impl CompanyPage {
    fn facts(&self) -> Vec<Fact> {
        facts::for_portal(&self.customer)
    }
}
