//! The inbox, and the tickets of one customer.
use super::choices::Choices;
use crate::{
    customers::head::{Head, Tab},
    infra::{
        db::{Plan, ids::CustomerId, paging},
        web::{
            filters,
            narrowing::{self, Filter, Narrowing},
            prelude::*,
            query::Unknown,
        },
    },
    tickets::{
        inbox::{Asking, BEST, COUNTED, Found, Inbox, Order, Queue},
        kinds::{Priority, Status},
    },
    urls,
};
use actix_web::web::Path;
use askama::Template;

/// A queue: its name, its address, how many are in it, whether it is this one.
type Tab_ = (&'static str, String, String, bool);

#[derive(Template)]
#[template(path = "tickets/console/index.html")]
struct IndexPage {
    shell: Shell,
    inbox: Inbox,
    found: Found,
    tabs: Vec<Tab_>,
    narrowing: Narrowing,
    unknown: Unknown,
    staff: Vec<(String, String)>,
    tags: Vec<(String, String)>,
    may_write: bool,
    next: String,
}

/// `GET /console/tickets`
pub async fn index(staff: Staff, params: Asked<Asking>) -> PageResult {
    let Asked(params, unknown) = params;
    let inbox = Inbox::of(&params);
    let asking = inbox.clone();
    let (found, counts, choices, customer) = staff
        .read_planned(inbox.plan(), move |tx| {
            let customer = match asking.customer {
                Some(id) => Some(crate::customers::model::Customer::find(tx, id)?.name),
                None => None,
            };
            Ok((asking.find(tx)?, Inbox::counts(tx)?, Choices::load(tx)?, customer))
        })
        .await?;
    let tabs = tabs(&inbox, &counts);
    let title = tabs.iter().find(|(.., current)| *current).map_or("Tickets", |(name, ..)| name);
    let mut shell = staff.shell(Section::Tickets, format!("{title} · Tickets"));
    shell.query.clone_from(&inbox.q);
    let (people, tags) = (choices.staff.clone(), choices.tags.clone());
    let mut named = vec![("q", "Search", inbox.q.clone())];
    named.extend(customer.map(|name| ("customer", "Customer", name)));
    let narrowing =
        Narrowing::new(inbox.pairs(), filters_of(choices), orders(&inbox), &named, urls::tickets_with);
    let next = found
        .next
        .as_ref()
        .map_or(String::new(), |after| urls::tickets_with(&inbox.query_with("after", after)));
    IndexPage {
        shell,
        found,
        tabs,
        narrowing,
        unknown,
        staff: people,
        tags,
        may_write: staff.may(Permission::TicketWrite),
        next,
        inbox,
    }
    .ok()
}

fn tabs(inbox: &Inbox, counts: &[(Queue, i64)]) -> Vec<Tab_> {
    Queue::ALL
        .iter()
        .map(|(queue, code, name)| {
            let count = counts.iter().find(|(of, _)| of == queue).map(|(_, n)| *n);
            let shown = count.map_or(String::new(), |n| {
                if n >= COUNTED { format!("{}+", COUNTED - 1) } else { n.to_string() }
            });
            // Another queue begins with its own order.
            let url = Inbox::read(&inbox.query_with("sort", "")).query_with("queue", code);
            (*name, urls::tickets_with(&url), shown, *queue == inbox.queue)
        })
        .collect()
}

fn filters_of(choices: Choices) -> Vec<Filter> {
    let filter = |name, label, options| Filter { name, label, options };
    let mut people = vec![("@me".to_owned(), "Me".to_owned()), ("none".to_owned(), "Nobody".to_owned())];
    people.extend(choices.staff);
    let priorities = Priority::ALL.iter().map(|p| (p.code().to_owned(), p.name().to_owned())).collect();
    vec![
        filter("priority", "Priority", priorities),
        filter("assignee", "Assignee", people),
        filter("tag", "Tag", choices.tags),
    ]
}

/// The orders of the queue; the first is the usual one.
fn orders(inbox: &Inbox) -> Vec<narrowing::Order> {
    let order = |value, label, order| narrowing::Order { value, label, is_on: inbox.order == order };
    let by_wait = order("", "Longest waiting", Order::Wait);
    let newest = order("created", "Opened, latest first", Order::Created);
    match inbox.queue {
        Queue::Waiting => vec![by_wait, order("activity", "Latest activity", Order::Activity), newest],
        _ => vec![order("", "Latest activity", Order::Activity), newest],
    }
}

impl IndexPage {
    /// With what was passed over, so that nothing is done to a list that it should have narrowed.
    fn query(&self) -> String {
        self.unknown.carried_by(self.inbox.query())
    }

    /// The list sorted by this; a queue of those who wait has its own order.
    fn sort_url(&self, sort: &str) -> String {
        urls::tickets_with(&self.inbox.query_with("sort", sort))
    }

    fn sorted(&self, sort: &str) -> &'static str {
        match (sort, self.inbox.order) {
            ("activity", Order::Activity) | ("created", Order::Created) => "descending",
            ("wait", Order::Wait) => "ascending",
            _ => "",
        }
    }

    fn summary(&self) -> String {
        let counted = filters::counted(self.found.rows.len() as i64, "ticket", "tickets");
        match (self.found.next.is_some(), self.inbox.q.is_empty()) {
            (false, _) => counted,
            (true, true) => format!("{counted} on this page"),
            (true, false) => format!("{counted} on this page, of the latest {BEST} that match"),
        }
    }

    fn sizes(&self) -> Vec<(String, String, bool)> {
        paging::sizes(self.inbox.size, |size| urls::tickets_with(&self.inbox.query_with("size", size)))
    }

    /// When the page was read, to the microsecond.
    fn seen(&self) -> String {
        let now = self.found.rows.first().map(|row| row.now);
        now.map_or(String::new(), |at| at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true))
    }

    /// Whether there is nothing to do, rather than nothing that matches.
    fn is_clear(&self) -> bool {
        self.found.rows.is_empty() && self.inbox.is_whole()
    }

    fn statuses(&self) -> &'static [Status] {
        Status::ALL
    }
}

#[derive(Template)]
#[template(path = "tickets/console/of_customer.html")]
struct OfCustomerPage {
    shell: Shell,
    head: Head,
    found: Found,
    all: String,
    may_write: bool,
    may_delete: bool,
}

/// `GET /console/customers/{id}/tickets`: the latest of one customer; all of them are a filter of the inbox.
pub async fn of_customer(staff: Staff, id: Path<CustomerId>) -> PageResult {
    let id = id.into_inner();
    let asking = Asking { queue: "all".into(), customer: id.to_string(), ..Asking::default() };
    let inbox = Inbox::of(&asking);
    let params = inbox.clone();
    // One customer's tickets are few enough for one plan: to make it anew takes ten times as long as to follow it.
    let (head, found) = staff
        .read_planned(Plan::Generic, move |tx| Ok((Head::load(tx, id, Tab::Of("ticket"))?, params.find(tx)?)))
        .await?;
    OfCustomerPage {
        shell: staff.shell(Section::Customers, format!("Tickets of {}", head.customer.name)),
        all: urls::tickets_with(&inbox.query()),
        head,
        found,
        may_write: staff.may(Permission::CustomerWrite),
        may_delete: staff.may(Permission::CustomerDelete),
    }
    .ok()
}
