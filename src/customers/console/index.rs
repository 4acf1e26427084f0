//! The list.
use crate::{
    customers::{
        listing::{self, BEST, Customers, Row},
        model::CompanyList,
    },
    infra::{
        lists::{Filters, ListQuery, ListRequest, Page as RowsPage},
        web::{
            prelude::*,
            query::Unknown,
            staff::{Offered, StaffList},
        },
    },
    tags::{TagColour, TagList},
    urls,
};
use askama::Template;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "customers/console/index.html")]
struct IndexPage {
    shell: Shell,
    query: ListQuery,
    found: RowsPage<Row>,
    known: Arc<StaffList>,
    tags: Arc<TagList>,
    filters: Filters,
    unknown: Unknown,
    may_manage_owners: bool,
    may_write: bool,
    previous: String,
    next: String,
}

/// `GET /console/customers`
pub async fn index(staff: Staff, list: ListRequest<Customers>) -> PageResult {
    let ListRequest { query, unknown, offer, .. } = list;
    let of_page = query.clone();
    let (found, known, tags, companies) = staff
        .read_planned(query.plan(), move |tx| {
            let found = listing::find(tx, &of_page)?;
            Ok((found, tx.cached::<StaffList>()?, tx.cached::<TagList>()?, tx.cached::<CompanyList>()?))
        })
        .await?;
    let mut shell = staff.shell(title(&query.text("q")));
    shell.query = query.text("q");
    let offered =
        [("tag", tags.offered()), ("company", companies.offered()), ("owner", known.offered(Offered::Reps))];
    let filters = query.filters(offer, &offered, &[], urls::customers_with);
    let (previous, next) =
        (query.previous(&found, urls::customers_with), query.next(&found, urls::customers_with));
    IndexPage {
        shell,
        query,
        found,
        known,
        tags,
        filters,
        unknown,
        may_manage_owners: staff.may(Permission::AssignmentManage),
        may_write: staff.may(Permission::CustomerWrite),
        previous,
        next,
    }
    .ok()
}

fn title(typed: &str) -> String {
    if typed.is_empty() { "Customers".into() } else { format!("{typed} · Customers") }
}

impl IndexPage {
    /// The list sorted by this column, or the other way round where it already is.
    fn sort_url(&self, word: &str) -> String {
        let current = self.sorted(word) == "ascending";
        let value = if current { format!("-{word}") } else { word.to_owned() };
        urls::customers_with(&self.query.query_with("sort", &value))
    }

    /// Times are sorted the latest first at the first click.
    fn sort_time_url(&self, word: &str) -> String {
        let current = self.sorted(word) == "descending";
        let value = if current { word.to_owned() } else { format!("-{word}") };
        urls::customers_with(&self.query.query_with("sort", &value))
    }

    fn sorted(&self, word: &str) -> &'static str {
        match self.query.order.code.strip_prefix('-') {
            Some(code) if code == word => "descending",
            None if self.query.order.code == word => "ascending",
            _ => "",
        }
    }

    /// The column of the creation is left to wide windows, unless the list is in its order.
    fn is_by_creation(&self) -> bool {
        self.query.order.code.ends_with("created")
    }

    fn owners(&self, row: &Row) -> Vec<&str> {
        self.known.owners(&row.owner_ids)
    }

    fn tags_of(&self, row: &Row) -> Vec<(&str, TagColour)> {
        self.tags.labels(&row.tag_ids)
    }

    /// Whether the list is in the order of the last contact, which it shows then in place of the last update.
    fn shows_contact(&self) -> bool {
        self.query.order.code.ends_with("contact")
    }

    fn show_url(&self, show: &str) -> String {
        urls::customers_with(&self.query.query_with("show", show))
    }

    fn sizes(&self) -> Vec<(String, String, bool)> {
        self.query.sizes(urls::customers_with)
    }

    fn summary(&self) -> String {
        let note =
            if self.query.is_on("q") { format!(", of the {BEST} that match best") } else { String::new() };
        self.found.summary(&note)
    }

    fn is(&self, show: &str) -> bool {
        self.query.code("show") == if show == "all" { "" } else { show }
    }

    /// Whether the tenant has no customer at all, rather than none that match.
    fn is_new(&self) -> bool {
        self.query.is_whole() && self.found.rows.is_empty()
    }

    /// Whether their own list is empty, rather than narrowed to nothing.
    fn is_unused(&self) -> bool {
        self.query.on().all(|(filter, _)| filter.parameter == "show") && !self.query.is_whole()
    }

    /// With what was passed over, so that nothing is done to all that match without it.
    fn carried(&self) -> String {
        self.unknown.carried_by(self.query.query())
    }
}
