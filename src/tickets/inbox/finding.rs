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
use diesel::{
    deserialize::{self, FromSql, FromSqlRow},
    pg::{Pg, PgValue},
    prelude::*,
    sql_types,
};
use std::{
    fmt::{self, Display, Formatter},
    ops::Deref,
};

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
    pub last_line: Excerpt,
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

const COLUMNS: &str = "t.tenant_id, t.number, t.subject, t.status, t.priority, t.customer_id, t.requester_name, t.worker_id, t.waiting_since, \
                       t.activity_at, ";

const SHOWN: &str = "page.*, c.name AS customer, coalesce(m.author_name, '') AS last_author, coalesce(m.beginning, '') AS last_line, now() AS now,
    coalesce((SELECT r.read_at < page.activity_at FROM ticket_readers r
              WHERE r.tenant_id = page.tenant_id AND r.ticket_id = page.id AND r.user_id = (SELECT current_actor())), true) AS is_unread,
    ARRAY(SELECT x.tag_id FROM ticket_tags x WHERE x.tenant_id = page.tenant_id AND x.ticket_id = page.id) AS tag_ids";

const JOINED: &str = "JOIN customers c ON c.tenant_id = page.tenant_id AND c.id = page.customer_id
    LEFT JOIN LATERAL (
        SELECT m.author_name, left(m.body, 400) AS beginning FROM ticket_messages m
        WHERE m.tenant_id = page.tenant_id AND m.ticket_id = page.id ORDER BY m.created_at DESC, m.id DESC LIMIT 1) m ON true";

/// The first words of a message, on one line.
#[derive(FromSqlRow, Clone, Debug)]
pub struct Excerpt(String);

/// So many characters of a message are shown.
const EXCERPT: usize = 140;

impl Excerpt {
    fn of(beginning: &str) -> Self {
        let mut line = String::with_capacity(2 * EXCERPT);
        for word in beginning.split_whitespace() {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        if line.is_empty() {
            return Self("Sent a file".to_owned());
        }
        if let Some((end, _)) = line.char_indices().nth(EXCERPT) {
            line.truncate(end);
        }
        Self(line)
    }
}

impl Display for Excerpt {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromSql<sql_types::Text, Pg> for Excerpt {
    fn from_sql(bytes: PgValue<'_>) -> deserialize::Result<Self> {
        Ok(Self::of(std::str::from_utf8(bytes.as_bytes())?))
    }
}

/// A page of it: one statement.
pub fn find(tx: &mut Tx, query: &ListQuery) -> Result<Page<Row>> {
    let page = query.load(tx, &Select { columns: COLUMNS, page: "page", shown: SHOWN, joined: JOINED })?;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_one_line_of_140_characters() {
        assert_eq!(Excerpt::of("One\n\n two\tthree ").to_string(), "One two three");
        assert_eq!(Excerpt::of(" \n").to_string(), "Sent a file");
        let long = Excerpt::of(&"ä ".repeat(200)).to_string();
        assert_eq!((long.chars().count(), long.ends_with(' ')), (140, true));
    }
}
