//! The inbox, described once; [`crate::infra::lists`] runs it.
mod finding;
pub use finding::{Row, counts, find};

use super::{
    entity::TICKET,
    kinds::{Priority, Status},
};
use crate::{
    infra::{
        db::{
            Scope,
            sql::{Bind, Statement},
        },
        lists::{Filter, Key, List, ListQuery, Listing, Narrows, Offered, Order, Shown, Takes},
    },
    values::kinds::Word,
};

/// How many matches a search considers, the latest first.
pub const BEST: i64 = 500;
/// Beyond this a queue is only said to be long.
pub const COUNTED: i64 = 100;

/// A part of the tickets that somebody works through.
#[derive(Clone, Copy, Debug)]
pub struct Queue {
    /// As the URL has it.
    pub code: &'static str,
    pub name: &'static str,
    statuses: &'static [Status],
    /// What it asks for besides the status.
    condition: &'static str,
}

impl Queue {
    const fn new(code: &'static str, name: &'static str, statuses: &'static [Status]) -> Self {
        Self { code, name, statuses, condition: "" }
    }

    const fn only(self, condition: &'static str) -> Self {
        Self { condition, ..self }
    }

    /// The one that a query is about.
    pub fn of(query: &ListQuery) -> &'static Self {
        let code = query.code("queue");
        QUEUES.iter().find(|queue| queue.code == code).unwrap_or(&QUEUES[0])
    }
}

/// In the order of the tabs.
pub const QUEUES: &[Queue] = &[
    Queue::new("", "All open", &[Status::Open]),
    Queue::new("mine", "Mine", &[Status::Open, Status::Pending])
        .only(" AND t.assignee_id = (SELECT current_actor())"),
    Queue::new("unassigned", "Unassigned", &[Status::Open]).only(" AND t.worker_id IS NULL"),
    Queue::new("waiting", "Waiting for us", &[Status::Open]).only(" AND t.waiting_since IS NOT NULL"),
    Queue::new("pending", "Waiting for customer", &[Status::Pending]),
    Queue::new("solved", "Solved", &[Status::Solved, Status::Closed]),
    Queue::new("all", "Everything", Status::ALL),
];

const CODES: &[Word] = &{
    let mut words = [("", ""); QUEUES.len()];
    let mut n = 0;
    while n < words.len() {
        words[n] = (QUEUES[n].code, QUEUES[n].name);
        n += 1;
    }
    words
};

/// The inbox.
pub const INBOX: &Listing = &Listing::new("tickets t", Key::uuid("t.id"))
    .of(&TICKET)
    .in_chosen_sizes()
    .always(in_queue)
    .walks("t.status", statuses)
    .filters(&[
        Filter::new("queue", "Queue", Takes::Codes(CODES), Narrows::Elsewhere).single().shown(Shown::Tabs),
        Filter::search(Narrows::By(search)),
        Filter::new("priority", "Priority", Takes::Codes(Priority::WORDS), Narrows::Column("t.priority")),
        Filter::new(
            "assignee",
            "Assignee",
            Takes::Ids("users", &[("@me", "Me"), ("none", "Nobody")]),
            Narrows::By(assigned),
        ),
        Filter::new(
            "tag",
            "Tag",
            Takes::Ids("tags", &[]),
            Narrows::Each(
                " AND EXISTS (SELECT FROM ticket_tags x WHERE x.ticket_id = t.id AND x.tag_id = ",
                ")",
            ),
        )
        .all_of_them(),
        Filter::new("customer", "Customer", Takes::Ids("customers", &[]), Narrows::Column("t.customer_id"))
            .single()
            .shown(Shown::Chip),
    ])
    .orders(&[
        // Only those who wait can be sorted by how long.
        Order::by(&[Key::time("t.waiting_since")])
            .called("wait", "Longest waiting")
            .index("tickets_by_wait")
            .offered(Offered::Where("queue", &["waiting"])),
        Order::by(&[Key::time("t.activity_at")])
            .called("activity", "Latest activity")
            .descending()
            .index("tickets_by_status"),
        Order::by(&[Key::time("t.created_at")])
            .called("created", "Opened, latest first")
            .descending()
            .index("tickets_by_creation"),
    ]);

/// The inbox in the type of a handler.
pub struct Inbox;

impl List for Inbox {
    const LISTING: &'static Listing = INBOX;
}

/// A rep's tickets are found by their customers, which are few, rather than looked for among everybody's.
const OF_OWN_CUSTOMERS: &str = " AND t.customer_id = ANY (ARRAY(
    SELECT o.customer_id FROM customer_success_owned_customers o WHERE o.user_id = (SELECT current_actor())
    UNION SELECT c.id FROM customers c WHERE c.created_by = (SELECT current_actor())))";

/// Each status is a walk along an index of its own.
fn statuses(query: &ListQuery) -> Vec<&'static str> {
    Queue::of(query).statuses.iter().map(|status| status.code()).collect()
}

fn in_queue(query: &ListQuery, scope: &Scope, sql: &mut Statement) {
    sql.push(Queue::of(query).condition).push(of_own(scope));
}

fn of_own(scope: &Scope) -> &'static str {
    if scope.sees_all_customers() { "" } else { OF_OWN_CUSTOMERS }
}

fn search(query: &ListQuery, _: &Scope, sql: &mut Statement) {
    sql.push(" AND t.id = ANY (ARRAY(SELECT search_tickets(")
        .bind(Bind::Text(crate::values::domain::searched(&query.text("q"))))
        .push(&format!(", {BEST}::integer)))"));
}

fn assigned(query: &ListQuery, _: &Scope, sql: &mut Statement) {
    sql.push(" AND (false");
    if query.has("assignee", "@me") {
        sql.push(" OR t.assignee_id = (SELECT current_actor())");
    }
    if query.has("assignee", "none") {
        sql.push(" OR t.worker_id IS NULL");
    }
    for id in query.ids_of("assignee") {
        sql.push(" OR t.assignee_id = ").bind(Bind::Uuid(id));
    }
    sql.push(")");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> ListQuery {
        INBOX.read(text).0
    }

    #[test]
    fn a_query_is_read_back_as_written() {
        let inbox =
            query("queue=mine&q=printer&priority=urgent&priority=nonsense&assignee=@me&size=50&sort=created");
        assert_eq!(inbox.query(), "queue=mine&q=printer&priority=urgent&assignee=%40me&sort=created&size=50");
        assert_eq!(query(&inbox.query()).query(), inbox.query());
        assert_eq!(
            inbox.query_without("priority", "urgent"),
            "queue=mine&q=printer&assignee=%40me&sort=created&size=50"
        );
        assert_eq!(query("").query_with("queue", "waiting"), "queue=waiting");
    }

    #[test]
    fn only_who_waits_is_sorted_by_it() {
        assert_eq!(query("queue=waiting").order.code, "wait");
        assert_eq!(query("queue=mine&sort=wait").order.code, "activity");
    }

    #[test]
    fn each_status_is_a_walk_of_its_own() {
        let sql = |text: &str| query(text).ids_of_page(&Scope::nobody()).text();
        assert_eq!(sql("queue=solved").matches(" AND t.status = ").count(), 2);
        assert!(!sql("").contains("UNION ALL"));
    }
}
