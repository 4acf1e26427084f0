//! Finding the rows of the inbox.
use super::{COUNTED, QUEUES, Queue, of_own};
use crate::{
    infra::{
        db::{
            Tx,
            ids::{CustomerId, TagId, TicketId, UserId},
            sql::Statement,
        },
        lists::{ListQuery, Page, Select},
        web::{errors::Result, staff::StaffList},
    },
    tags::{TagColour, TagList},
    tickets::kinds::{Priority, Status},
};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types};
use std::ops::Deref;

/// A row of the inbox, with the names of what it refers to.
#[derive(Clone, Debug)]
pub struct Row {
    found: Found,
    /// Empty where nobody works on it.
    pub assignee: String,
    pub tags: Vec<(String, TagColour)>,
}

impl Deref for Row {
    type Target = Found;

    fn deref(&self) -> &Found {
        &self.found
    }
}

/// A row as it is found.
#[derive(QueryableByName, Clone, Debug)]
pub struct Found {
    #[diesel(sql_type = sql_types::Uuid)]
    pub id: TicketId,
    #[diesel(sql_type = sql_types::BigInt)]
    pub number: i64,
    #[diesel(sql_type = sql_types::Text)]
    pub subject: String,
    #[diesel(sql_type = sql_types::Text)]
    pub status: Status,
    #[diesel(sql_type = sql_types::Text)]
    pub priority: Priority,
    #[diesel(sql_type = sql_types::Uuid)]
    pub customer_id: CustomerId,
    #[diesel(sql_type = sql_types::Text)]
    pub customer: String,
    #[diesel(sql_type = sql_types::Text)]
    pub requester_name: String,
    /// Who works on it: whoever it is assigned to, while they can.
    #[diesel(sql_type = sql_types::Nullable<sql_types::Uuid>)]
    pub worker_id: Option<UserId>,
    #[diesel(sql_type = sql_types::Text)]
    pub last_author: String,
    #[diesel(sql_type = sql_types::Text)]
    pub last_line: String,
    #[diesel(sql_type = sql_types::Bool)]
    pub is_unread: bool,
    #[diesel(sql_type = sql_types::Array<sql_types::Uuid>)]
    pub tag_ids: Vec<TagId>,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Timestamptz>)]
    pub waiting_since: Option<DateTime<Utc>>,
    #[diesel(sql_type = sql_types::Timestamptz)]
    pub activity_at: DateTime<Utc>,
    #[diesel(sql_type = sql_types::Timestamptz)]
    pub now: DateTime<Utc>,
}

const SHOWN: &str = "t.id, t.number, t.subject, t.status, t.priority, t.customer_id, c.name AS customer, t.requester_name,
    t.worker_id, coalesce(m.author_name, '') AS last_author, coalesce(nullif(m.line, ''), 'Sent a file') AS last_line,
    coalesce((SELECT r.read_at < t.activity_at FROM ticket_readers r WHERE r.ticket_id = t.id AND r.user_id = (SELECT current_actor())), true) AS is_unread,
    t.waiting_since, t.activity_at, now() AS now,
    ARRAY(SELECT x.tag_id FROM ticket_tags x WHERE x.tenant_id = t.tenant_id AND x.ticket_id = t.id) AS tag_ids";

const JOINED: &str = "JOIN tickets t ON t.id = page.id JOIN customers c ON c.id = t.customer_id
    LEFT JOIN LATERAL (
        SELECT m.author_name, left(regexp_replace(left(m.body, 400), '\\s+', ' ', 'g'), 140) AS line FROM ticket_messages m
        WHERE m.ticket_id = t.id ORDER BY m.created_at DESC, m.id DESC LIMIT 1) m ON true";

/// A page of it: one statement.
pub fn find(tx: &mut Tx, query: &ListQuery) -> Result<Page<Row>> {
    let page = query.load(tx, &Select { columns: "", page: "page", shown: SHOWN, joined: JOINED })?;
    let (staff, tags) = (tx.cached::<StaffList>()?, tx.cached::<TagList>()?);
    Ok(page.map(|found: Found| {
        let worker = found.worker_id.and_then(|id| staff.find(id));
        Row {
            assignee: worker.map_or(String::new(), |member| member.name.clone()),
            tags: tags.of(&found.tag_ids).into_iter().map(|tag| (tag.name.clone(), tag.colour)).collect(),
            found,
        }
    }))
}

#[derive(QueryableByName)]
struct Counts {
    #[diesel(sql_type = sql_types::Array<sql_types::BigInt>)]
    counts: Vec<i64>,
}

/// How many tickets are in each queue that is worked through, up to [`COUNTED`]: its code and the number.
pub fn counts(tx: &mut Tx) -> Result<Vec<(&'static str, i64)>> {
    let own = of_own(tx.scope);
    let count = |queue: &Queue| {
        let codes: Vec<String> = queue.statuses.iter().map(|status| format!("'{}'", status.code())).collect();
        format!(
            "(SELECT count(*) FROM (SELECT FROM tickets t WHERE t.status IN ({}){}{own} LIMIT {COUNTED}) x)",
            codes.join(", "),
            queue.condition
        )
    };
    let counted: Vec<&Queue> =
        QUEUES.iter().filter(|queue| !matches!(queue.code, "all" | "solved")).collect();
    let sql = counted.iter().map(|queue| count(queue)).collect::<Vec<_>>().join(", ");
    let found: Counts = Statement::new(&format!("SELECT ARRAY[{sql}] AS counts")).get_result(tx.conn)?;
    Ok(counted.into_iter().map(|queue| queue.code).zip(found.counts).collect())
}
