//! Who has read a ticket, how far, and who is writing an answer to it.
use crate::{
    notifications,
    platform::{
        db::{self, Db, Scope, Tx},
        errors::Result,
        ids::{TicketId, UserId},
        schema::{ticket_readers, users},
    },
};
use chrono::{DateTime, Utc};
use diesel::{dsl::sql, prelude::*, sql_types};
use uuid::Uuid;

/// Notes that the person at work has read a ticket as it was at a time. What came since is unread.
pub fn seen_until(tx: &mut Tx, ticket: TicketId, at: DateTime<Utc>) -> Result<()> {
    use diesel::upsert::excluded;
    let Some(user) = tx.member() else { return Ok(()) };
    diesel::insert_into(ticket_readers::table)
        .values((
            ticket_readers::ticket_id.eq(ticket),
            ticket_readers::user_id.eq(user),
            ticket_readers::read_at.eq(at),
        ))
        .on_conflict((ticket_readers::tenant_id, ticket_readers::ticket_id, ticket_readers::user_id))
        .do_update()
        .set(ticket_readers::read_at.eq(excluded(ticket_readers::read_at)))
        .execute(tx.conn)?;
    Ok(())
}

/// Notes that it was read, and that what was told of it is no news, after the page is on its way: a page that looks does not write, and
/// its reader does not wait.
pub fn seen_later((db, scope): (Db, Scope), ticket: TicketId, at: DateTime<Utc>) {
    actix_web::rt::spawn(async move {
        let noted = db.write(scope, move |tx| {
            seen_until(tx, ticket, at)?;
            notifications::seen_ticket(tx, ticket)
        });
        if let Err(error) = noted.await {
            tracing::warn!(?error, "that a ticket was read is not noted");
        }
    });
}

/// Tells colleagues that the person at work types an answer, or does not any more.
pub fn set_writing(tx: &mut Tx, ticket: TicketId, is_writing: bool) -> Result<()> {
    let Some(user) = tx.member() else { return Ok(()) };
    let writing_at = if is_writing { Some(db::now(tx)?) } else { None };
    diesel::insert_into(ticket_readers::table)
        .values((
            ticket_readers::ticket_id.eq(ticket),
            ticket_readers::user_id.eq(user),
            ticket_readers::writing_at.eq(writing_at),
        ))
        .on_conflict((ticket_readers::tenant_id, ticket_readers::ticket_id, ticket_readers::user_id))
        .do_update()
        .set(ticket_readers::writing_at.eq(writing_at))
        .execute(tx.conn)?;
    Ok(())
}

/// Who else of the staff has typed an answer within the last two minutes.
pub fn writing(tx: &mut Tx, ticket: TicketId) -> Result<Vec<String>> {
    let me = tx.scope.user_id.unwrap_or(UserId(Uuid::nil()));
    Ok(ticket_readers::table
        .inner_join(users::table.on(users::id.eq(ticket_readers::user_id)))
        .filter(ticket_readers::ticket_id.eq(ticket))
        .filter(ticket_readers::user_id.ne(me))
        .filter(users::customer_id.is_null())
        .filter(sql::<sql_types::Bool>("writing_at > now() - interval '2 minutes'"))
        .select(users::name)
        .order(users::name)
        .load(tx.conn)?)
}
