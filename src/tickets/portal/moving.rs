//! Closing a ticket, and opening it again.
use super::reply::redirect;
use crate::{
    infra::{
        db::ids::TicketId,
        web::{auth::PortalUser, pages::PageResult},
    },
    tickets::{Status, Ticket},
};
use actix_web::web::Path;

/// `POST /customer/tickets/{ticket}/closure`
pub async fn close(user: PortalUser, id: Path<TicketId>) -> PageResult {
    let id = id.into_inner();
    user.write(move |tx| Ticket::move_to(tx, id, Status::Closed, None)).await?;
    redirect(&id, "The ticket is closed. Write to us, and it opens again.")
}

/// `POST /customer/tickets/{ticket}/reopening`
pub async fn reopen(user: PortalUser, id: Path<TicketId>) -> PageResult {
    let id = id.into_inner();
    user.write(move |tx| Ticket::move_to(tx, id, Status::Open, None)).await?;
    redirect(&id, "The ticket is open again.")
}
