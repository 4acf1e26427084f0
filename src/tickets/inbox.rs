//! The inbox as its URL describes it: queue, filters, search, order, page.
mod finding;
pub use finding::Found;

use super::kinds::{Priority, Status};
use crate::infra::{
    db::{
        Plan,
        ids::{CustomerId, UserId},
        paging,
    },
    web::{
        narrowing::{self, Pairs},
        query::{self, Query, Unknown},
    },
};
use chrono::{DateTime, Utc};
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

impl Query for Asking {
    fn knows(name: &str, value: &str) -> bool {
        match name {
            "queue" => Queue::ALL.iter().any(|(_, code, _)| *code == value),
            "priority" => Priority::ALL.iter().any(|priority| priority.code() == value),
            "assignee" => matches!(value, "@me" | "none") || query::is_id(value),
            "tag" | "customer" => query::is_id(value),
            "sort" => Order::ALL.iter().any(|(_, code)| *code == value),
            "size" => paging::is_size(value),
            _ => true,
        }
    }
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
            Self::Unassigned => " AND t.worker_id IS NULL",
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
        Self::of(&query::read(query).0)
    }

    /// What of it is no filter of the inbox.
    pub fn unknown(query: &str) -> Unknown {
        query::read::<Asking>(query).1
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
}

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
