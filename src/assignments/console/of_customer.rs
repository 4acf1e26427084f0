//! Naming and removing the owners of one customer, from its page.
use super::super::{
    emails::Handed,
    holding::{self, HandOverForm, Holding},
    model::{Assignment, Rep},
};
use crate::{
    infra::{
        db::ids::{CustomerId, UserId},
        web::{app::Settings, prelude::*},
    },
    urls,
};
use actix_web::web::{Data, Path};
use serde::Deserialize;
use validator::Validate;

/// Under `/console`.
pub fn routes() -> Vec<Route> {
    vec![
        Route::post("/customers/{customer}/owners", add).needs(Permission::AssignmentManage),
        Route::post("/customers/{customer}/owners/{user}/deletion", remove)
            .needs(Permission::AssignmentManage),
    ]
}

/// Who is to look after the customer.
#[derive(Clone, Debug, Default, Deserialize, Validate)]
#[serde(default)]
pub struct OwnerForm {
    pub user: String,
}

/// `POST /console/customers/{id}/owners`
pub async fn add(
    staff: Staff,
    customer: Path<CustomerId>,
    form: Submitted<OwnerForm>,
    settings: Data<Settings>,
) -> PageResult {
    let customer = customer.into_inner();
    let user = form.values.user.parse::<UserId>().ok();
    let (tenant, base) = (staff.tenant_name.clone(), settings.public_url.clone());
    let added = staff
        .once(form.sent(), move |tx| {
            let Some(user) = user else {
                tx.must_see(customer)?;
                return Err(AppError::refused("user", "Choose a rep from the list."));
            };
            let made = Assignment::create(tx, user, customer)?;
            let to = Rep::find(tx, user)?;
            Handed { tenant, base, to, count: 1, names: vec![made.customer_name], from: None }.notify(tx)?;
            Ok(made.user_name)
        })
        .await;
    match added {
        Ok(name) => back(customer, (FlashKind::Good, format!("{name} is an owner now."))),
        Err(AppError::Conflict(why)) => {
            back(customer, (FlashKind::Bad, format!("No owner was added. {why}")))
        }
        Err(AppError::Invalid(refusals)) => {
            let why: Vec<_> = refusals.into_iter().map(|refusal| refusal.message).collect();
            back(customer, (FlashKind::Bad, format!("No owner was added. {}", why.join(" "))))
        }
        Err(error) => Err(error),
    }
}

/// `POST /console/customers/{id}/owners/{user}/deletion`: what they hold of the customer goes to a colleague, where one is chosen.
pub async fn remove(
    staff: Staff,
    path: Path<(CustomerId, UserId)>,
    form: Submitted<HandOverForm>,
) -> PageResult {
    let (customer, user) = path.into_inner();
    let removed = staff
        .write(move |tx| {
            let held = Holding::of_owners(tx, customer)?.into_iter().find(|(owner, _)| *owner == user);
            Assignment::delete_pair(tx, user, customer)?;
            let name = Rep::find(tx, user)?.name;
            let handed = holding::hand_over(tx, user, &form.values, Some(customer))?;
            let held = held.map(|(_, held)| held).unwrap_or_default();
            let gone = handed.as_ref().map(|(_, gone)| *gone).unwrap_or_default();
            let left = Holding {
                tickets: held.tickets - gone.tickets,
                calls: held.calls - gone.calls,
                customers: 0,
            };
            // An agent or an admin who was an owner works on it all the same.
            let is_out = !holding::can_act(tx, user, customer)?;
            let more = holding::describe(handed, if is_out { left } else { Holding::default() }, &name);
            Ok(format!("{name} is no owner any more.{more}"))
        })
        .await;
    match removed {
        Ok(text) => back(customer, (FlashKind::Good, text)),
        Err(AppError::Invalid(_)) => {
            back(customer, (FlashKind::Bad, "Nothing was changed: choose a colleague from the list.".into()))
        }
        Err(error) => Err(error),
    }
}

fn back(customer: CustomerId, (kind, text): (FlashKind, String)) -> PageResult {
    see_other_saying(urls::customer(&customer), Flash::new(kind, text))
}
