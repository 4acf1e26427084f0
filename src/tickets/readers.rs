//! Who has read a ticket, how far, and who is writing an answer to it.
use crate::{
    infra::{
        db::{
            self, Db, Scope, Tx,
            ids::TicketId,
            schema::ticket_readers,
            sql::{Bind, Statement},
        },
        web::errors::Result,
    },
    notifications,
};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types};

/// How the person at work stands to a ticket before they see its page.
#[derive(QueryableByName)]
pub struct ReaderState {
    /// What they have begun to write to the other side.
    #[diesel(sql_type = sql_types::Text)]
    pub reply: String,
    /// What they have begun to write to colleagues.
    #[diesel(sql_type = sql_types::Text)]
    pub note: String,
    /// What they were told of it and have not seen.
    #[diesel(sql_type = sql_types::BigInt)]
    pub unread: i64,
    /// Whether something was written since they last saw it.
    #[diesel(sql_type = sql_types::Bool)]
    has_more: bool,
    #[diesel(sql_type = sql_types::Timestamptz)]
    pub now: DateTime<Utc>,
}

/// The columns of a [`ReaderState`], of a ticket `t`.
pub const COLUMNS: &str = "
    coalesce((SELECT d.body FROM ticket_drafts d WHERE d.tenant_id = t.tenant_id AND d.ticket_id = t.id AND d.user_id = (SELECT current_actor()) AND NOT d.is_internal), '') AS reply,
    coalesce((SELECT d.body FROM ticket_drafts d WHERE d.tenant_id = t.tenant_id AND d.ticket_id = t.id AND d.user_id = (SELECT current_actor()) AND d.is_internal), '') AS note,
    (SELECT count(*) FROM notifications n WHERE n.tenant_id = t.tenant_id AND n.ticket_id = t.id AND n.user_id = (SELECT current_actor()) AND n.read_at IS NULL) AS unread,
    coalesce((SELECT r.read_at < t.activity_at FROM ticket_readers r WHERE r.tenant_id = t.tenant_id AND r.ticket_id = t.id AND r.user_id = (SELECT current_actor())), true) AS has_more,
    now() AS now";

/// The names of those of the staff who have typed an answer to a ticket `t` within the last two minutes, but for whoever is at work.
pub const WRITING: &str = "
    SELECT u.name FROM ticket_readers r JOIN users u ON u.tenant_id = r.tenant_id AND u.id = r.user_id
    WHERE r.tenant_id = t.tenant_id AND r.ticket_id = t.id AND r.writing_at > now() - interval '2 minutes'
      AND r.user_id IS DISTINCT FROM (SELECT current_actor()) AND may_work_on(u.id, t.customer_id) ORDER BY u.name";

impl ReaderState {
    /// One statement. Of a ticket that can't be seen: nothing at all.
    pub fn of(tx: &mut Tx, ticket: TicketId) -> Result<Self> {
        let mut sql = Statement::new(&format!("SELECT {COLUMNS} FROM tickets t WHERE t.id = "));
        sql.bind(Bind::Uuid(ticket.0));
        Ok(sql.get_result(tx.conn)?)
    }

    /// Notes that the ticket was read as it was then, and that what was told of it is no news, after the page is on its way: a page that
    /// looks does not write, and its reader does not wait.
    pub fn seen_later(&self, (db, scope): (Db, Scope), ticket: TicketId) {
        if !self.has_more && self.unread == 0 {
            return;
        }
        let at = self.now;
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
}

/// Notes that the person at work has read a ticket as it was at a time. What came since is unread.
fn seen_until(tx: &mut Tx, ticket: TicketId, at: DateTime<Utc>) -> Result<()> {
    let Some(user) = tx.member() else { return Ok(()) };
    // Diesel prepares its own INSERT ... ON CONFLICT anew each time, which takes longer than the row.
    let mut sql = Statement::new("INSERT INTO ticket_readers (ticket_id, user_id, read_at) VALUES (");
    sql.bind(Bind::Uuid(ticket.0)).push(", ").bind(Bind::Uuid(user.0)).push(", ").bind(Bind::Time(at));
    sql.push(") ON CONFLICT ON CONSTRAINT ticket_readers_pkey DO UPDATE SET read_at = excluded.read_at");
    sql.execute(tx.conn)?;
    Ok(())
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
    let mut sql = Statement::new("SELECT w.name FROM tickets t CROSS JOIN LATERAL (");
    sql.push(WRITING).push(") w WHERE t.id = ").bind(Bind::Uuid(ticket.0)).push(" ORDER BY w.name");
    let found: Vec<Writer> = sql.load(tx.conn)?;
    Ok(found.into_iter().map(|writer| writer.name).collect())
}

#[derive(QueryableByName)]
struct Writer {
    #[diesel(sql_type = sql_types::Text)]
    name: String,
}
