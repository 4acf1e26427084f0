//! The inbox, and the tickets of one customer.
use super::choices::Choices;
use crate::{
    customers::head::{Head, Tab},
    infra::{
        db::{Plan, ids::CustomerId},
        lists::{self, Filters, ListQuery, ListRequest},
        web::{prelude::*, query::Unknown},
    },
    tickets::{
        inbox::{self, BEST, COUNTED, INBOX, Inbox, QUEUES, Queue, Row},
        kinds::Status,
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
    query: ListQuery,
    found: lists::Page<Row>,
    tabs: Vec<Tab_>,
    filters: Filters,
    unknown: Unknown,
    /// What the bar of bulk actions offers.
    staff: lists::Choices,
    tags: lists::Choices,
    may_write: bool,
    next: String,
}

/// `GET /console/tickets`
pub async fn index(staff: Staff, list: ListRequest<Inbox>) -> PageResult {
    let ListRequest { query, unknown, offer, .. } = list;
    let wanted = query.clone();
    let (found, counts, choices, customer) = staff
        .read_planned(query.plan(), move |tx| {
            let customer = wanted.ids_of("customer").first().map(|id| CustomerId(*id));
            let customer = customer.map(|id| tx.must_see(id)).transpose()?;
            Ok((inbox::find(tx, &wanted)?, inbox::counts(tx)?, Choices::load(tx)?, customer))
        })
        .await?;
    let mut shell = staff.shell(format!("{} · Tickets", Queue::of(&query).name));
    shell.query = query.text("q");
    let nobody = vec![("none".to_owned(), "Nobody".to_owned())];
    let (people, tags) = (offer.of(nobody, choices.staff.clone()), offer.of(vec![], choices.tags.clone()));
    let offered = [("assignee", choices.staff), ("tag", choices.tags)];
    let named: Vec<_> = customer.map(|name| ("customer", name)).into_iter().collect();
    let mut filters = query.filters(offer, &offered, &named, urls::tickets_with);
    // The usual order needs no word in the URL.
    if let Some(usual) = filters.orders.first_mut() {
        usual.value = "";
    }
    let next = query.next(&found, urls::tickets_with);
    IndexPage {
        shell,
        found,
        tabs: tabs(&query, &counts),
        filters,
        unknown,
        staff: people,
        tags,
        may_write: staff.may(Permission::TicketWrite),
        next,
        query,
    }
    .ok()
}

fn tabs(query: &ListQuery, counts: &[(&str, i64)]) -> Vec<Tab_> {
    // Another queue begins with its own order.
    let unsorted = INBOX.read(&query.query_with("sort", "")).0;
    QUEUES
        .iter()
        .map(|queue| {
            let count = counts.iter().find(|(of, _)| *of == queue.code).map(|(_, n)| *n);
            let shown = count.map_or(String::new(), |n| {
                if n >= COUNTED { format!("{}+", COUNTED - 1) } else { n.to_string() }
            });
            let url = urls::tickets_with(&unsorted.query_with("queue", queue.code));
            (queue.name, url, shown, queue.code == Queue::of(query).code)
        })
        .collect()
}

impl IndexPage {
    /// With what was passed over, so that nothing is done to a list that it should have narrowed.
    fn carried(&self) -> String {
        self.unknown.carried_by(self.query.query())
    }

    /// The list sorted by this; a queue of those who wait has its own order.
    fn sort_url(&self, sort: &str) -> String {
        urls::tickets_with(&self.query.query_with("sort", sort))
    }

    fn sorted(&self, sort: &str) -> &'static str {
        match self.query.order {
            order if order.code != sort => "",
            order if order.is_descending => "descending",
            _ => "ascending",
        }
    }

    fn summary(&self) -> String {
        let note =
            if self.query.is_on("q") { format!(", of the latest {BEST} that match") } else { String::new() };
        self.found.summary(&note)
    }

    fn sizes(&self) -> Vec<(String, String, bool)> {
        self.query.sizes(urls::tickets_with)
    }

    /// When the page was read, to the microsecond.
    fn seen(&self) -> String {
        let now = self.found.rows.first().map(|row| row.now);
        now.map_or(String::new(), |at| at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true))
    }

    /// Whether there is nothing to do, rather than nothing that matches.
    fn is_clear(&self) -> bool {
        self.found.rows.is_empty() && self.query.is_whole()
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
    found: lists::Page<Row>,
    all: String,
    may_write: bool,
    may_delete: bool,
}

/// `GET /console/customers/{id}/tickets`: the latest of one customer; all of them are a filter of the inbox.
pub async fn of_customer(staff: Staff, id: Path<CustomerId>) -> PageResult {
    let id = id.into_inner();
    let query = INBOX.read(&format!("queue=all&customer={id}")).0;
    let wanted = query.clone();
    // One customer's tickets are few enough for one plan: to make it anew takes ten times as long as to follow it.
    let (head, found) = staff
        .read_planned(Plan::Generic, move |tx| {
            Ok((Head::load(tx, id, Tab::Of("ticket"))?, inbox::find(tx, &wanted)?))
        })
        .await?;
    OfCustomerPage {
        shell: staff.shell(format!("Tickets of {}", head.customer.name)),
        all: urls::tickets_with(&query.query()),
        head,
        found,
        may_write: staff.may(Permission::CustomerWrite),
        may_delete: staff.may(Permission::CustomerDelete),
    }
    .ok()
}
