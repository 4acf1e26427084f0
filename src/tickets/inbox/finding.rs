//! How the inbox finds its rows.
use super::{Assignee, BEST, COUNTED, Inbox, Queue};
use crate::{
    infra::{
        db::{
            Scope, Tx,
            ids::{CustomerId, TicketId},
            paging,
            sql::{Bind, Statement},
        },
        web::errors::Result,
    },
    tickets::kinds::{Priority, Status},
};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types};

/// A rep's tickets are found by their customers, which are few, rather than looked for among everybody's.
const OF_OWN_CUSTOMERS: &str = " AND t.customer_id = ANY (ARRAY(
    SELECT o.customer_id FROM customer_success_owned_customers o WHERE o.user_id = (SELECT current_actor())
    UNION SELECT c.id FROM customers c WHERE c.created_by = (SELECT current_actor())))";

/// A row of the inbox.
#[derive(QueryableByName, Clone, Debug)]
pub struct Row {
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
    #[diesel(sql_type = sql_types::Text)]
    pub assignee: String,
    #[diesel(sql_type = sql_types::Text)]
    pub last_author: String,
    #[diesel(sql_type = sql_types::Text)]
    pub last_line: String,
    #[diesel(sql_type = sql_types::Bool)]
    pub is_unread: bool,
    #[diesel(sql_type = sql_types::Array<sql_types::Text>)]
    tags: Vec<String>,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Timestamptz>)]
    pub waiting_since: Option<DateTime<Utc>>,
    #[diesel(sql_type = sql_types::Timestamptz)]
    pub activity_at: DateTime<Utc>,
    #[diesel(sql_type = sql_types::Timestamptz)]
    place: DateTime<Utc>,
    #[diesel(sql_type = sql_types::Timestamptz)]
    pub now: DateTime<Utc>,
}

impl Row {
    /// Name and colour of each tag.
    pub fn tags(&self) -> Vec<(String, String)> {
        crate::tags::named(&self.tags)
    }
}

/// A page of the inbox.
pub struct Found {
    pub rows: Vec<Row>,
    pub next: Option<String>,
}

/// Where a ticket stands in the list.
#[derive(QueryableByName)]
struct Place {
    #[diesel(sql_type = sql_types::Uuid)]
    id: TicketId,
}

#[derive(QueryableByName)]
struct Counts {
    #[diesel(sql_type = sql_types::Array<sql_types::BigInt>)]
    counts: Vec<i64>,
}

impl Inbox {
    /// A page of it: one statement.
    pub fn find(&self, tx: &mut Tx) -> Result<Found> {
        let mut sql = Statement::new("WITH page AS (");
        self.ids(&mut sql, tx.scope);
        sql.push(
            ") SELECT t.id, t.number, t.subject, t.status, t.priority, t.customer_id, c.name AS customer, t.requester_name,
                    coalesce(u.name, '') AS assignee, coalesce(m.author_name, '') AS last_author, coalesce(nullif(m.line, ''), 'Sent a file') AS last_line,
                    coalesce((SELECT r.read_at < t.activity_at FROM ticket_readers r WHERE r.ticket_id = t.id AND r.user_id = (SELECT current_actor())), true) AS is_unread,
                    ARRAY(SELECT g.colour || ' ' || g.name FROM ticket_tags x JOIN tags g ON g.id = x.tag_id WHERE x.ticket_id = t.id ORDER BY g.name_key) AS tags,
                    t.waiting_since, t.activity_at, page.place, now() AS now
             FROM page JOIN tickets t ON t.id = page.id JOIN customers c ON c.id = t.customer_id
             LEFT JOIN users u ON u.id = t.worker_id
             LEFT JOIN LATERAL (
                 SELECT m.author_name, left(regexp_replace(left(m.body, 400), '\\s+', ' ', 'g'), 140) AS line FROM ticket_messages m
                 WHERE m.ticket_id = t.id ORDER BY m.created_at DESC, m.id DESC LIMIT 1) m ON true
             ORDER BY page.place",
        );
        sql.push(self.order.direction()).push(", t.id").push(self.order.direction());
        let mut rows: Vec<Row> = sql.load(tx.conn)?;
        let more = rows.len() > self.size;
        rows.truncate(self.size);
        let next = rows.last().filter(|_| more).map(|last| paging::cursor(&(last.place, last.id.0)));
        Ok(Found { rows, next })
    }

    /// The ids of a page and one more. Each status is a walk along an index of its own; what they bring is put in order together.
    fn ids(&self, sql: &mut Statement, scope: &Scope) {
        let statuses = self.queue.statuses();
        sql.push("SELECT id, place FROM (");
        for (i, status) in statuses.iter().enumerate() {
            if i > 0 {
                sql.push(" UNION ALL ");
            }
            sql.push("(SELECT t.id, ")
                .push(self.order.column())
                .push(" AS place FROM tickets t WHERE t.status = ");
            sql.bind(Bind::Text(status.code().into()));
            sql.push(self.queue.condition());
            self.conditions(sql, scope);
            if let Some((at, id)) = self.after {
                sql.push(" AND (")
                    .push(self.order.column())
                    .push(", t.id) ")
                    .push(self.order.beyond())
                    .push(" (");
                sql.bind(Bind::Time(at)).push(", ").bind(Bind::Uuid(id)).push(")");
            }
            self.order_by(sql);
            sql.push(")");
        }
        sql.push(") AS parts ORDER BY place")
            .push(self.order.direction())
            .push(", id")
            .push(self.order.direction());
        sql.push(" LIMIT ").bind(Bind::Int(self.size as i64 + 1));
    }

    fn order_by(&self, sql: &mut Statement) {
        sql.push(" ORDER BY ").push(self.order.column()).push(self.order.direction());
        sql.push(", t.id").push(self.order.direction()).push(" LIMIT ").bind(Bind::Int(self.size as i64 + 1));
    }

    fn conditions(&self, sql: &mut Statement, scope: &Scope) {
        if !scope.sees_all_customers() {
            sql.push(OF_OWN_CUSTOMERS);
        }
        if let Some(customer) = self.customer {
            sql.push(" AND t.customer_id = ").bind(Bind::Uuid(customer.0));
        }
        if !self.q.is_empty() {
            sql.push(" AND t.id = ANY (ARRAY(SELECT search_tickets(")
                .bind(Bind::Text(crate::values::domain::searched(&self.q)))
                .push(", ");
            sql.bind(Bind::Int(BEST)).push("::integer)))");
        }
        if !self.priorities.is_empty() {
            let codes = self.priorities.iter().map(|p| p.code().to_owned()).collect();
            sql.push(" AND t.priority = ANY (").bind(Bind::Texts(codes)).push(")");
        }
        if !self.assignees.is_empty() {
            sql.push(" AND (false");
            for assignee in &self.assignees {
                match assignee {
                    Assignee::Me => sql.push(" OR t.assignee_id = (SELECT current_actor())"),
                    Assignee::Nobody => sql.push(" OR t.worker_id IS NULL"),
                    Assignee::User(id) => sql.push(" OR t.assignee_id = ").bind(Bind::Uuid(id.0)),
                };
            }
            sql.push(")");
        }
        for tag in &self.tags {
            sql.push(" AND EXISTS (SELECT FROM ticket_tags x WHERE x.ticket_id = t.id AND x.tag_id = ");
            sql.bind(Bind::Uuid(*tag)).push(")");
        }
    }

    /// How many tickets are in each queue but the last, up to [`COUNTED`].
    pub fn counts(tx: &mut Tx) -> Result<Vec<(Queue, i64)>> {
        let own = if tx.scope.sees_all_customers() { "" } else { OF_OWN_CUSTOMERS };
        let queues = Queue::ALL.iter().filter(|(queue, ..)| !matches!(queue, Queue::All | Queue::Solved));
        let mut sql = Statement::new("SELECT ARRAY[");
        let mut counted = vec![];
        for (i, (queue, ..)) in queues.enumerate() {
            let codes: Vec<String> = queue.statuses().iter().map(|s| format!("'{}'", s.code())).collect();
            sql.push(if i > 0 { ", " } else { "" }).push(&format!(
                "(SELECT count(*) FROM (SELECT FROM tickets t WHERE t.status IN ({}){}{own} LIMIT {COUNTED}) x)",
                codes.join(", "),
                queue.condition()
            ));
            counted.push(*queue);
        }
        let found: Counts = sql.push("] AS counts").clone().get_result(tx.conn)?;
        Ok(counted.into_iter().zip(found.counts).collect())
    }

    /// The tickets before and after one in this list.
    pub fn neighbours(&self, tx: &mut Tx, id: TicketId) -> Result<(Option<TicketId>, Option<TicketId>)> {
        let mut sql = Statement::new("");
        self.ids(&mut sql, tx.scope);
        let found: Vec<Place> = sql.load(tx.conn)?;
        let at = found.iter().position(|place| place.id == id);
        let near = |i: Option<usize>| i.and_then(|i| found.get(i)).map(|place| place.id);
        Ok((near(at.and_then(|i| i.checked_sub(1))), near(at.map(|i| i + 1))))
    }
}
