//! The form of a customer, new or known.
use crate::{
    customers::{
        duplicates::Lookalike,
        form::{CustomerForm, SESSION_LENGTHS},
        model,
        values::CallRequests,
    },
    infra::{
        db::ids::CustomerId,
        web::{conflicts::Conflict, prelude::*},
    },
    urls,
    values::kinds,
};
use askama::Template;

#[derive(Template)]
#[template(path = "customers/console/form.html")]
pub(super) struct FormPage {
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
pub(super) struct Warnings {
    pub lookalikes: Vec<Lookalike>,
    pub conflict: Option<Conflict>,
}

/// The form, empty or as it was typed.
pub(super) async fn page(
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
