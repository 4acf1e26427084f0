//! Deleting: first what goes with it, then its name as proof.
use crate::{
    customers::{belongings::Belongings, model::Customer},
    infra::{db::ids::CustomerId, web::prelude::*},
    urls,
};
use actix_web::web::Path;
use askama::Template;
use serde::Deserialize;
use validator::Validate;

/// The name, typed once more.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct DeletionForm {
    pub name: String,
}

#[derive(Template)]
#[template(path = "customers/console/deletion.html")]
struct DeletionPage {
    shell: Shell,
    customer: Customer,
    belongings: Belongings,
    form: Submitted<DeletionForm>,
}

async fn page(staff: &Staff, id: CustomerId, form: Submitted<DeletionForm>) -> PageResult {
    let (customer, belongings) =
        staff.read(move |tx| Ok((Customer::find(tx, id)?, Belongings::of(tx, id)?))).await?;
    let wrong = form.has_errors();
    let shell = staff.shell(format!("Delete {}", customer.name));
    let page = DeletionPage { shell, customer, belongings, form };
    if wrong { page.unprocessable() } else { page.ok() }
}

/// `GET /console/customers/{id}/deletion`
pub async fn confirm(staff: Staff, id: Path<CustomerId>) -> PageResult {
    page(&staff, id.into_inner(), Submitted::blank()).await
}

/// `POST /console/customers/{id}/deletion`
pub async fn destroy(staff: Staff, id: Path<CustomerId>, form: Submitted<DeletionForm>) -> PageResult {
    let id = id.into_inner();
    let name = staff.read(move |tx| Customer::find(tx, id)).await?.name;
    // Space that nobody sees is not what a mistake looks like.
    let same = |a: &str, b: &str| a.split_whitespace().eq(b.split_whitespace());
    if !same(&form.values.name, &name) {
        let form = form.refused("name", "Type the customer's name exactly as it stands above.");
        return page(&staff, id, form).await;
    }
    staff.once(form.sent(), move |tx| Customer::delete(tx, id).map(drop)).await?;
    let text = format!("{name} is deleted.");
    see_other_saying(urls::customers(), Flash::good(text))
}
