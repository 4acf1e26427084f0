//! Colleagues who read and write along.
use super::{
    form::{CopiesForm, people},
    reply::redirect,
};
use crate::{
    infra::{
        db::ids::{TicketId, UserId},
        web::prelude::*,
    },
    tickets::Ticket,
    urls,
};
use actix_web::web::Path;

/// `POST /customer/tickets/{ticket}/copies`
pub async fn create(user: PortalUser, id: Path<TicketId>, form: Submitted<CopiesForm>) -> PageResult {
    let (id, people) = (id.into_inner(), people(&form.values.copies));
    let many = people.len();
    user.write(move |tx| Ticket::find(tx, id)?.add_copies(tx, &people)).await?;
    redirect(
        &id,
        match many {
            0 => "Nobody was chosen.",
            1 => "Your colleague reads along now.",
            _ => "Your colleagues read along now.",
        },
    )
}

/// `POST /customer/tickets/{ticket}/copies/{user}/deletion`
pub async fn destroy(user: PortalUser, ids: Path<(TicketId, UserId)>) -> PageResult {
    let (id, out) = ids.into_inner();
    user.write(move |tx| Ticket::find(tx, id)?.remove_copy(tx, out)).await?;
    if out == user.user_id && !user.may(Permission::TicketAll) {
        let text = "You don't read along any more.".to_owned();
        return see_other_saying(urls::portal_tickets(), Flash::good(text));
    }
    redirect(&id, "They don't read along any more.")
}
