//! The inbox as its URL describes it: queue, filters, search, order, page.
use super::kinds::{Priority, Status};
use crate::platform::{
    db::{Plan, Scope, Tx},
    errors::Result,
    ids::{CustomerId, TicketId, UserId},
    narrowing::{self, Pairs},
    paging,
    sql::{Bind, Statement},
};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types};
use serde::Deserialize;
use uuid::Uuid;

/// How many matches a search considers, the latest first.
pub const BEST: i64 = 500;
/// Beyond this a queue is only said to be long.
pub const COUNTED: i64 = 100;

/// The query string as it arrives.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asking {
    pub queue: String,
    pub q: String,
    pub priority: Vec<String>,
    pub assignee: Vec<String>,
    pub tag: Vec<String>,
    pub customer: String,
    pub sort: String,
    pub after: String,
    pub size: String,
}

/// A part of the tickets that somebody works through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Queue {
    Mine,
    Unassigned,
    Waiting,
    Open,
    Pending,
    Solved,
    All,
}

impl Queue {
    /// In the order of the tabs: code and name.
    pub const ALL: [(Self, &'static str, &'static str); 7] = [
        (Self::Open, "", "All open"),
        (Self::Mine, "mine", "Mine"),
        (Self::Unassigned, "unassigned", "Unassigned"),
        (Self::Waiting, "waiting", "Waiting for us"),
        (Self::Pending, "pending", "Waiting for customer"),
        (Self::Solved, "solved", "Solved"),
        (Self::All, "all", "Everything"),
    ];

    fn of(code: &str) -> Self {
        Self::ALL.iter().find(|(_, known, _)| *known == code).map_or(Self::Open, |(queue, ..)| *queue)
    }

    fn code(self) -> &'static str {
        Self::ALL.iter().find(|(queue, ..)| *queue == self).map_or("", |(_, code, _)| code)
    }

    fn statuses(self) -> &'static [Status] {
        match self {
            Self::Mine => &[Status::Open, Status::Pending],
            Self::Unassigned | Self::Waiting | Self::Open => &[Status::Open],
            Self::Pending => &[Status::Pending],
            Self::Solved => &[Status::Solved, Status::Closed],
            Self::All => Status::ALL,
        }
    }

    /// What it asks for besides the status.
    fn condition(self) -> &'static str {
        match self {
            Self::Mine => " AND t.assignee_id = (SELECT current_actor())",
            Self::Unassigned => " AND t.assignee_id IS NULL",
            Self::Waiting => " AND t.waiting_since IS NOT NULL",
            _ => "",
        }
    }
}

/// An order of the inbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The latest message first.
    Activity,
    /// Who has waited longest first.
    Wait,
    /// The newest first.
    Created,
}

impl Order {
    const ALL: [(Self, &'static str); 3] =
        [(Self::Activity, "activity"), (Self::Wait, "wait"), (Self::Created, "created")];

    fn column(self) -> &'static str {
        match self {
            Self::Activity => "t.activity_at",
            Self::Wait => "t.waiting_since",
            Self::Created => "t.created_at",
        }
    }
    fn direction(self) -> &'static str {
        if self == Self::Wait { "" } else { " DESC" }
    }
    fn beyond(self) -> &'static str {
        if self == Self::Wait { ">" } else { "<" }
    }
}

/// Who works on the tickets that are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Assignee {
    Me,
    Nobody,
    User(UserId),
}

/// What is asked for, with everything that makes no sense left out.
#[derive(Clone, Debug)]
pub struct Inbox {
    pub queue: Queue,
    pub q: String,
    pub order: Order,
    pub size: usize,
    pub customer: Option<CustomerId>,
    priorities: Vec<Priority>,
    assignees: Vec<Assignee>,
    tags: Vec<Uuid>,
    after: Option<(DateTime<Utc>, Uuid)>,
}

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
    /// What is asked for, of what arrived.
    pub fn of(asking: &Asking) -> Self {
        let queue = Queue::of(&asking.queue);
        let order = Order::ALL.iter().find(|(_, code)| *code == asking.sort).map(|(order, _)| *order);
        let mut tags: Vec<Uuid> = asking.tag.iter().filter_map(|tag| tag.parse().ok()).take(20).collect();
        tags.sort_unstable();
        tags.dedup();
        let mut priorities: Vec<Priority> = vec![];
        priorities.extend(Priority::ALL.iter().filter(|p| asking.priority.iter().any(|w| w == p.code())));
        let mut assignees: Vec<Assignee> = vec![];
        for written in asking.assignee.iter().take(20) {
            let assignee = match written.as_str() {
                "@me" => Some(Assignee::Me),
                "none" => Some(Assignee::Nobody),
                id => id.parse().ok().map(Assignee::User),
            };
            assignees.extend(assignee.filter(|a| !assignees.contains(a)));
        }
        Self {
            queue,
            q: asking.q.trim().chars().take(200).collect(),
            // Only those who wait can be sorted by how long.
            order: match order {
                Some(Order::Wait) | None if queue == Queue::Waiting => Order::Wait,
                Some(Order::Wait) | None => Order::Activity,
                Some(order) => order,
            },
            size: paging::size(&asking.size),
            customer: asking.customer.parse().ok(),
            priorities,
            assignees,
            tags,
            after: paging::keys(&asking.after),
        }
    }

    /// As a link carries it.
    pub fn read(query: &str) -> Self {
        let pairs = crate::platform::forms::clean(query.as_bytes());
        let encoded = serde_html_form::to_string(pairs).unwrap_or_default();
        Self::of(&serde_html_form::from_str(&encoded).unwrap_or_default())
    }

    /// Its parameters without the page.
    pub fn pairs(&self) -> Pairs {
        let mut pairs = Pairs::new();
        let mut add = |name, value: String| {
            if !value.is_empty() {
                pairs.push((name, value));
            }
        };
        add("queue", self.queue.code().into());
        add("q", self.q.clone());
        for priority in &self.priorities {
            add("priority", priority.code().into());
        }
        for assignee in &self.assignees {
            add(
                "assignee",
                match assignee {
                    Assignee::Me => "@me".into(),
                    Assignee::Nobody => "none".into(),
                    Assignee::User(id) => id.to_string(),
                },
            );
        }
        for tag in &self.tags {
            add("tag", tag.to_string());
        }
        add("customer", self.customer.map_or(String::new(), |id| id.to_string()));
        let usual = if self.queue == Queue::Waiting { Order::Wait } else { Order::Activity };
        if self.order != usual {
            let code = Order::ALL.iter().find(|(order, _)| *order == self.order).map_or("", |(_, code)| code);
            add("sort", code.into());
        }
        if self.size != paging::SIZES[0] {
            add("size", self.size.to_string());
        }
        pairs
    }

    /// The query string in canonical order, without the page.
    pub fn query(&self) -> String {
        serde_html_form::to_string(self.pairs()).unwrap_or_default()
    }

    /// The same with one parameter set, or taken off where the value is empty.
    pub fn query_with(&self, name: &str, value: &str) -> String {
        narrowing::with(&self.pairs(), name, value)
    }

    /// Whether nothing narrows the queue.
    pub fn is_whole(&self) -> bool {
        self.q.is_empty()
            && self.priorities.is_empty()
            && self.assignees.is_empty()
            && self.tags.is_empty()
            && self.customer.is_none()
    }

    /// The plan suits every value where only the page differs; elsewhere the values decide.
    pub fn plan(&self) -> Plan {
        if self.is_whole() { Plan::Generic } else { Plan::Custom }
    }

    /// A page of it: one statement.
    pub fn find(&self, tx: &mut Tx) -> Result<Found> {
        let mut sql = Statement::new("WITH page AS (");
        self.ids(&mut sql, tx.scope);
        sql.push(
            ") SELECT t.id, t.number, t.subject, t.status, t.priority, t.customer_id, c.name AS customer, t.requester_name,
                    coalesce(u.name, '') AS assignee, coalesce(m.author_name, '') AS last_author, coalesce(m.line, '') AS last_line,
                    coalesce((SELECT r.read_at < t.activity_at FROM ticket_readers r WHERE r.ticket_id = t.id AND r.user_id = (SELECT current_actor())), true) AS is_unread,
                    ARRAY(SELECT g.colour || ' ' || g.name FROM ticket_tags x JOIN tags g ON g.id = x.tag_id WHERE x.ticket_id = t.id ORDER BY g.name_key) AS tags,
                    t.waiting_since, t.activity_at, page.place, now() AS now
             FROM page JOIN tickets t ON t.id = page.id JOIN customers c ON c.id = t.customer_id
             LEFT JOIN users u ON u.id = t.assignee_id
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
                .bind(Bind::Text(self.q.clone()))
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
                    Assignee::Nobody => sql.push(" OR t.assignee_id IS NULL"),
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

/// A rep's tickets are found by their customers, which are few, rather than looked for among everybody's.
const OF_OWN_CUSTOMERS: &str = " AND t.customer_id = ANY (ARRAY(
    SELECT o.customer_id FROM customer_success_owned_customers o WHERE o.user_id = (SELECT current_actor())
    UNION SELECT c.id FROM customers c WHERE c.created_by = (SELECT current_actor())))";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_back_as_written() {
        let inbox = Inbox::read(
            "queue=mine&q=printer&priority=urgent&priority=nonsense&assignee=@me&size=50&sort=created",
        );
        assert_eq!(inbox.query(), "queue=mine&q=printer&priority=urgent&assignee=%40me&sort=created&size=50");
        assert_eq!(Inbox::read(&inbox.query()).query(), inbox.query());
        assert_eq!(
            narrowing::without(&inbox.pairs(), "priority", "urgent"),
            "queue=mine&q=printer&assignee=%40me&sort=created&size=50"
        );
        assert_eq!(Inbox::read("").query_with("queue", "waiting"), "queue=waiting");
    }

    #[test]
    fn only_who_waits_is_sorted_by_it() {
        assert_eq!(Inbox::read("queue=waiting").order, Order::Wait);
        assert_eq!(Inbox::read("queue=mine&sort=wait").order, Order::Activity);
    }
}
