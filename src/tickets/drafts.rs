//! What somebody has typed and not sent: kept on the server, theirs alone.
use super::{messages::Body, model::Ticket};
use crate::infra::{
    db::{Tx, ids::TicketId, schema::ticket_drafts},
    web::errors::Result,
};
use diesel::prelude::*;

impl Ticket {
    /// Keeps a draft instead of the one before; none takes that away. `NotFound` where the ticket can't be seen.
    pub fn keep_draft(tx: &mut Tx, ticket: TicketId, is_internal: bool, body: Option<&Body>) -> Result<()> {
        Self::find(tx, ticket)?;
        let Some(user) = tx.member() else { return Ok(()) };
        let Some(body) = body else { return Self::forget_draft(tx, ticket, is_internal) };
        diesel::insert_into(ticket_drafts::table)
            .values((
                ticket_drafts::ticket_id.eq(ticket),
                ticket_drafts::user_id.eq(user),
                ticket_drafts::is_internal.eq(is_internal),
                ticket_drafts::body.eq(body),
            ))
            .on_conflict((
                ticket_drafts::tenant_id,
                ticket_drafts::ticket_id,
                ticket_drafts::user_id,
                ticket_drafts::is_internal,
            ))
            .do_update()
            .set((ticket_drafts::body.eq(body), ticket_drafts::updated_at.eq(diesel::dsl::now)))
            .execute(tx.conn)?;
        Ok(())
    }

    /// What is sent, or emptied, is no draft any more.
    pub fn forget_draft(tx: &mut Tx, ticket: TicketId, is_internal: bool) -> Result<()> {
        let Some(user) = tx.member() else { return Ok(()) };
        let own = ticket_drafts::table
            .filter(ticket_drafts::ticket_id.eq(ticket))
            .filter(ticket_drafts::user_id.eq(user))
            .filter(ticket_drafts::is_internal.eq(is_internal));
        diesel::delete(own).execute(tx.conn)?;
        Ok(())
    }
}
