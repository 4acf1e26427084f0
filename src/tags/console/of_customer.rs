//! Tagging one customer, from its page.
use super::super::{Tag, TaggingForm};
use crate::{
    infra::{
        db::ids::{CustomerId, TagId},
        web::prelude::*,
    },
    urls,
};
use actix_web::web::Path;

/// Under `/console`.
pub fn routes() -> Vec<Route> {
    vec![Route::post("/customers/{customer}/tags", update).needs(Permission::CustomerWrite)]
}

/// `POST /console/customers/{id}/tags`
pub async fn update(staff: Staff, customer: Path<CustomerId>, form: Submitted<TaggingForm>) -> PageResult {
    let (customer, typed) = (customer.into_inner(), form.values);
    let (kind, text) = match (typed.remove.parse::<TagId>(), typed.add.chars().count()) {
        (Ok(id), _) => {
            let tag = staff
                .write(move |tx| {
                    let tag = Tag::find(tx, id)?;
                    tag.take_off(tx, customer)?;
                    Ok(tag)
                })
                .await?;
            (FlashKind::Good, format!("The tag {} is removed.", tag.name))
        }
        (Err(_), 1..=50) => {
            let tag = staff
                .write(move |tx| {
                    let tag = Tag::named(tx, &typed.add)?;
                    tag.put_on(tx, customer)?;
                    Ok(tag)
                })
                .await?;
            (FlashKind::Good, format!("The tag {} is added.", tag.name))
        }
        (Err(_), _) => {
            staff.read(move |tx| tx.must_see(customer)).await?;
            (FlashKind::Bad, "No tag was added: enter a name of 1 to 50 characters.".to_owned())
        }
    };
    see_other_saying(urls::customer(&customer), Flash::new(kind, text))
}
