//! Tagging one customer, from its page.
use super::super::{Tag, Tagging, TaggingForm};
use crate::{
    infra::{db::ids::CustomerId, web::prelude::*},
    urls,
};
use actix_web::web::Path;

/// Under `/console`.
pub fn routes() -> Vec<Route> {
    vec![Route::post("/customers/{customer}/tags", update).needs(Permission::CustomerWrite)]
}

/// `POST /console/customers/{id}/tags`
pub async fn update(staff: Staff, customer: Path<CustomerId>, form: Submitted<TaggingForm>) -> PageResult {
    let customer = customer.into_inner();
    let (kind, text) = match Tagging::try_from(&form.values) {
        Ok(Tagging::Remove(id)) => {
            let tag = staff
                .write(move |tx| {
                    let tag = Tag::find(tx, id)?;
                    tag.take_off(tx, customer)?;
                    Ok(tag)
                })
                .await?;
            (FlashKind::Good, format!("The tag {} is removed.", tag.name))
        }
        Ok(Tagging::Add(name)) => {
            let tag = staff
                .write(move |tx| {
                    let tag = Tag::named(tx, &name)?;
                    tag.put_on(tx, customer)?;
                    Ok(tag)
                })
                .await?;
            (FlashKind::Good, format!("The tag {} is added.", tag.name))
        }
        Err(_) => {
            staff.read(move |tx| tx.must_see(customer)).await?;
            (FlashKind::Bad, "No tag was added: enter a name of 1 to 50 characters.".to_owned())
        }
    };
    see_other_saying(urls::customer(&customer), Flash::new(kind, text))
}
