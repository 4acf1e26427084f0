//! The row, and its verbs.
use crate::infra::{
    db::{
        Db, Scope, Tx,
        ids::{CallId, MessageId, NotificationId, TicketId, UserId},
        schema::{notification_choices, notifications},
        sql::{Bind, Statement},
    },
    web::errors::{AppError, Result},
};
use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Array, BigInt, Nullable, Text, Uuid},
};
use std::collections::HashSet;

#[diesel::declare_sql_function]
extern "SQL" {
    fn who_sees(of_users: Array<Uuid>, of_ticket: Nullable<Uuid>, of_call: Nullable<Uuid>) -> Uuid;
    fn sees_which(
        of_user: Uuid,
        of_tickets: Array<Nullable<Uuid>>,
        of_calls: Array<Nullable<Uuid>>,
    ) -> BigInt;
}

/// What a notification is about: code, as it is chosen on the page, and who gets such.
pub const KINDS: &[(&str, &str, Side)] = &[
    ("ticket_created", "A customer opens a ticket", Side::Staff),
    ("message_received", "A customer writes on a ticket of yours, or on one that is nobody's", Side::Staff),
    ("ticket_assigned", "Somebody assigns a ticket to you", Side::Staff),
    ("call_requested", "A customer asks for a call", Side::Staff),
    ("reply_received", "We answer a ticket of yours, or one that you are in copy of", Side::Portal),
    (
        "call_arranged",
        "We schedule, move or cancel a call of yours; the email brings a calendar file",
        Side::Portal,
    ),
];

/// On which side people get it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Staff,
    Portal,
}

/// One of one's own.
#[derive(HasQuery, Clone, Debug)]
pub struct Notification {
    pub id: NotificationId,
    pub ticket_id: Option<TicketId>,
    pub call_id: Option<CallId>,
    pub text: String,
    pub created_at: DateTime<Utc>,
    pub read_at: Option<DateTime<Utc>>,
}

/// The keys of the last row of a page.
pub type After = (DateTime<Utc>, NotificationId);

impl Notification {
    /// Those of the person at work, the latest first, after a row.
    pub fn newest(tx: &mut Tx, after: Option<After>, most: usize) -> Result<Vec<Self>> {
        let user = tx.scope.user_id.ok_or(AppError::SignedOut)?;
        let mut query = Self::query().filter(notifications::user_id.eq(user)).into_boxed();
        if let Some((at, id)) = after {
            query = query.filter(
                notifications::created_at
                    .lt(at)
                    .or(notifications::created_at.eq(at).and(notifications::id.lt(id))),
            );
        }
        let order = (notifications::created_at.desc(), notifications::id.desc());
        Ok(query.order(order).limit(i64::try_from(most).unwrap_or(i64::MAX)).load(tx.conn)?)
    }

    /// Marks one as read; one that is not there, or somebody else's, is not found.
    pub fn read(tx: &mut Tx, id: NotificationId) -> Result<()> {
        let found = notifications::table.filter(notifications::id.eq(id));
        match diesel::update(found).set(notifications::read_at.eq(diesel::dsl::now)).execute(tx.conn)? {
            0 => Err(AppError::NotFound),
            _ => Ok(()),
        }
    }

    /// Marks all that are there as read.
    pub fn read_all(tx: &mut Tx) -> Result<usize> {
        let user = tx.scope.user_id.ok_or(AppError::SignedOut)?;
        let unread = notifications::table
            .filter(notifications::user_id.eq(user))
            .filter(notifications::read_at.is_null());
        Ok(diesel::update(unread).set(notifications::read_at.eq(diesel::dsl::now)).execute(tx.conn)?)
    }

    /// Whether somebody has seen it.
    pub fn is_read(&self) -> bool {
        self.read_at.is_some()
    }
}

/// The person at work has a ticket before them: what they were told of it is read.
pub fn seen_ticket(tx: &mut Tx, ticket: TicketId) -> Result<()> {
    let user = tx.scope.user_id.ok_or(AppError::SignedOut)?;
    let mut sql =
        Statement::new("UPDATE notifications SET read_at = now() WHERE read_at IS NULL AND user_id = ");
    sql.bind(Bind::Uuid(user.0)).push(" AND ticket_id = ").bind(Bind::Uuid(ticket.0));
    sql.execute(tx.conn)?;
    Ok(())
}

/// The person at work has a call before them: what they were told of it is read. After the page is on its way: a page that looks does
/// not write, and nobody waits for it.
pub fn seen_call_later((db, scope): (Db, Scope), call: CallId) {
    actix_web::rt::spawn(async move {
        let noted = db.write(scope, move |tx| {
            let user = tx.scope.user_id.ok_or(AppError::SignedOut)?;
            let unread = notifications::table
                .filter(notifications::user_id.eq(user))
                .filter(notifications::call_id.eq(call))
                .filter(notifications::read_at.is_null());
            diesel::update(unread).set(notifications::read_at.eq(diesel::dsl::now)).execute(tx.conn)?;
            Ok(())
        });
        if let Err(error) = noted.await {
            tracing::warn!(?error, "what was seen is not marked as read");
        }
    });
}

/// What somebody is to be told.
pub struct News {
    pub kind: &'static str,
    pub ticket: Option<TicketId>,
    pub call: Option<CallId>,
    pub message: Option<MessageId>,
    /// Whose doing it is: they know.
    pub actor: Option<UserId>,
    pub text: String,
}

impl News {
    /// Tells those of the people who may see it, who want to hear of it, and who have not done it themselves.
    pub fn notify(&self, tx: &mut Tx, people: &[UserId]) -> Result<()> {
        let others: Vec<UserId> = people.iter().filter(|user| Some(**user) != self.actor).copied().collect();
        if others.is_empty() {
            return Ok(());
        }
        let who: Vec<UserId> = diesel::select(who_sees(&others, self.ticket, self.call)).load(tx.conn)?;
        let text: String = self.text.chars().take(600).collect();
        diesel::sql_query(
            "INSERT INTO notifications (user_id, kind, ticket_id, message_id, text, call_id, in_app, by_email)
             SELECT told, $2, $3, $4, $5, $6, coalesce(c.in_app, true), coalesce(c.by_email, true)
             FROM unnest($1) AS told LEFT JOIN notification_choices c ON c.tenant_id = current_tenant() AND c.user_id = told AND c.kind = $2
             WHERE coalesce(c.in_app, true) OR coalesce(c.by_email, true)",
        )
        .bind::<Array<Uuid>, _>(who)
        .bind::<Text, _>(self.kind)
        .bind::<Nullable<Uuid>, _>(self.ticket)
        .bind::<Nullable<Uuid>, _>(self.message)
        .bind::<Text, _>(text)
        .bind::<Nullable<Uuid>, _>(self.call)
        .execute(tx.conn)?;
        Ok(())
    }

    /// Tells one person in the app, as [`News::tell`] does. Whether they want an email of it, which is for whoever asks to write: it
    /// says more than the one for all that happened.
    pub fn notify_in_app(&self, tx: &mut Tx, user: UserId) -> Result<bool> {
        if seen_of(tx, user, &[(self.ticket, self.call)])?.is_empty() {
            return Ok(false);
        }
        let chosen: Option<(bool, bool)> = notification_choices::table
            .filter(notification_choices::user_id.eq(user))
            .filter(notification_choices::kind.eq(self.kind))
            .select((notification_choices::in_app, notification_choices::by_email))
            .first(tx.conn)
            .optional()?;
        let (in_app, by_email) = chosen.unwrap_or((true, true));
        if in_app && self.actor != Some(user) {
            diesel::insert_into(notifications::table)
                .values((
                    notifications::user_id.eq(user),
                    notifications::kind.eq(self.kind),
                    notifications::ticket_id.eq(self.ticket),
                    notifications::call_id.eq(self.call),
                    notifications::message_id.eq(self.message),
                    notifications::text.eq(self.text.chars().take(600).collect::<String>()),
                ))
                .execute(tx.conn)?;
        }
        Ok(by_email)
    }
}

/// What an email tells of.
#[derive(QueryableByName, Clone, Debug)]
pub struct Unmailed {
    #[diesel(sql_type = Nullable<Uuid>)]
    pub ticket_id: Option<TicketId>,
    #[diesel(sql_type = Nullable<Uuid>)]
    pub call_id: Option<CallId>,
    #[diesel(sql_type = Nullable<BigInt>)]
    pub number: Option<i64>,
    #[diesel(sql_type = Text)]
    pub text: String,
    /// What was written, where that may be told by email.
    #[diesel(sql_type = Text)]
    pub body: String,
}

impl Unmailed {
    /// What somebody has not read meanwhile and still wants to get by email and may see, the oldest first. All that waits for an email
    /// is noted as mailed: whatever is not among these needs none.
    pub fn take(tx: &mut Tx, user: UserId) -> Result<Vec<Self>> {
        let mut found: Vec<Self> = diesel::sql_query(
            "WITH taken AS (
                 UPDATE notifications n SET mailed_at = now()
                 WHERE n.tenant_id = current_tenant() AND n.user_id = $1 AND n.by_email AND n.mailed_at IS NULL
                 RETURNING n.*
             )
             SELECT n.ticket_id, n.call_id, t.number, n.text, coalesce(CASE WHEN NOT m.is_internal THEN m.body END, '') AS body
             FROM taken n
             LEFT JOIN tickets t ON t.tenant_id = n.tenant_id AND t.id = n.ticket_id
             LEFT JOIN ticket_messages m ON m.tenant_id = n.tenant_id AND m.id = n.message_id
             WHERE n.read_at IS NULL AND NOT EXISTS (
                 SELECT FROM notification_choices c WHERE c.tenant_id = n.tenant_id AND c.user_id = n.user_id AND c.kind = n.kind AND NOT c.by_email)
             ORDER BY n.created_at, n.id",
        )
        .bind::<Uuid, _>(user)
        .load(tx.conn)?;
        let mut subjects: Vec<Subject> = found.iter().map(|one| (one.ticket_id, one.call_id)).collect();
        subjects.sort_unstable();
        subjects.dedup();
        let seen = seen_of(tx, user, &subjects)?;
        found.retain(|one| seen.contains(&(one.ticket_id, one.call_id)));
        Ok(found)
    }
}

/// Forgets what people were told of tickets that they may not see any more.
pub fn forget_unseen(tx: &mut Tx, user: UserId) -> Result<()> {
    let subjects: Vec<Subject> = notifications::table
        .filter(notifications::user_id.eq(user))
        .filter(notifications::read_at.is_null())
        .select((notifications::ticket_id, notifications::call_id))
        .distinct()
        .load(tx.conn)?;
    let seen = seen_of(tx, user, &subjects)?;
    let (tickets, calls): (Vec<_>, Vec<_>) =
        subjects.into_iter().filter(|subject| !seen.contains(subject)).unzip();
    if !tickets.is_empty() {
        diesel::sql_query(
            "DELETE FROM notifications n USING unnest($2, $3) AS lost (ticket, call)
             WHERE n.tenant_id = current_tenant() AND n.user_id = $1
               AND (n.ticket_id, n.call_id) IS NOT DISTINCT FROM (lost.ticket, lost.call)",
        )
        .bind::<Uuid, _>(user)
        .bind::<Array<Nullable<Uuid>>, _>(tickets)
        .bind::<Array<Nullable<Uuid>>, _>(calls)
        .execute(tx.conn)?;
    }
    Ok(())
}

/// What one is about.
type Subject = (Option<TicketId>, Option<CallId>);

/// Those of the subjects that somebody may see: one question for all.
fn seen_of(tx: &mut Tx, user: UserId, subjects: &[Subject]) -> Result<HashSet<Subject>> {
    if subjects.is_empty() {
        return Ok(HashSet::new());
    }
    let (tickets, calls): (Vec<_>, Vec<_>) = subjects.iter().copied().unzip();
    let found: Vec<i64> = diesel::select(sees_which(user, tickets, calls)).load(tx.conn)?;
    let place = |n: i64| usize::try_from(n).ok().and_then(|n| n.checked_sub(1));
    Ok(found.into_iter().filter_map(|n| subjects.get(place(n)?).copied()).collect())
}
