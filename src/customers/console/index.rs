//! The list.
use crate::{
    customers::{
        listing::{Asking, BEST, Found, Listing, Order, Row, Show},
        telling,
    },
    infra::{
        db::{Tx, paging, sql::Statement},
        web::{
            narrowing::{self, Filter, Narrowing},
            prelude::*,
            query::Unknown,
            staff::{Offered, split},
        },
    },
    urls,
    values::kinds,
};
use askama::Template;
use diesel::{
    prelude::*,
    sql_types::{Array, Text},
};

#[derive(Template)]
#[template(path = "customers/console/index.html")]
struct IndexPage {
    shell: Shell,
    listing: Listing,
    found: Found,
    narrowing: Narrowing,
    unknown: Unknown,
    may_manage_owners: bool,
    may_write: bool,
    previous: String,
    next: String,
}

/// `GET /console/customers`
pub async fn index(staff: Staff, params: Asked<Asking>) -> PageResult {
    let Asked(params, unknown) = params;
    let listing = Listing::of(params);
    let asking = listing.clone();
    let (found, choices) =
        staff.read_planned(listing.plan(), move |tx| Ok((asking.find(tx)?, Choices::load(tx)?))).await?;
    let mut shell = staff.shell(Section::Customers, title(&listing));
    shell.query.clone_from(&listing.q);
    let narrowing = Narrowing::new(
        listing.pairs(),
        choices.filters(),
        orders(&listing),
        &[("q", "Search", listing.q.clone())],
        urls::customers_with,
    );
    let page = |parameter, cursor: &Option<String>| {
        let at = |cursor: &String| urls::customers_with(&listing.query_with(parameter, cursor));
        cursor.as_ref().map_or(String::new(), at)
    };
    let (previous, next) = (page("before", &found.previous), page("after", &found.next));
    IndexPage {
        shell,
        listing,
        found,
        narrowing,
        unknown,
        may_manage_owners: staff.may(Permission::AssignmentManage),
        may_write: staff.may(Permission::CustomerWrite),
        previous,
        next,
    }
    .ok()
}

fn title(listing: &Listing) -> String {
    if listing.q.is_empty() { "Customers".into() } else { format!("{} · Customers", listing.q) }
}

/// What the filters offer that the database knows, each as "id name".
#[derive(QueryableByName)]
struct Choices {
    #[diesel(sql_type = Array<Text>)]
    tags: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    companies: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    reps: Vec<String>,
}

impl Choices {
    /// One statement for the three lists.
    fn load(tx: &mut Tx) -> Result<Self> {
        Ok(Statement::new(&format!(
            "SELECT ARRAY(SELECT id || ' ' || name FROM tags ORDER BY name_key LIMIT 500) AS tags, \
             ARRAY(SELECT id || ' ' || name FROM companies ORDER BY name LIMIT 200) AS companies, \
             {} AS reps",
            Offered::Reps.array()
        ))
        .get_result(tx.conn)?)
    }

    fn filters(self) -> Vec<Filter> {
        let mut owners = vec![("@me".to_owned(), "Me".to_owned()), ("none".to_owned(), "Nobody".to_owned())];
        owners.extend(split(self.reps));
        let filter = |name, label, options| Filter { name, label, options };
        vec![
            filter("stage", "Stage", kinds::options(kinds::STAGES)),
            filter("type", "Type", kinds::options(kinds::TYPES)),
            filter("source", "Source", kinds::options(kinds::SOURCES)),
            filter("tag", "Tag", split(self.tags)),
            filter("company", "Company", split(self.companies)),
            filter("owner", "Owner", owners),
        ]
    }
}

/// The orders of the list; the first is the usual one.
fn orders(listing: &Listing) -> Vec<narrowing::Order> {
    let best = (!listing.q.is_empty()).then_some(("", Order::Best, false));
    let others = [
        ("name", Order::Name, false),
        ("-name", Order::Name, true),
        ("-created", Order::Created, true),
        ("created", Order::Created, false),
        ("-changed", Order::Changed, true),
        ("changed", Order::Changed, false),
    ];
    best.into_iter()
        .chain(others)
        .map(|(value, order, descending)| narrowing::Order {
            value,
            label: telling::order(order, descending),
            is_on: (order, descending) == (listing.order, listing.descending),
        })
        .collect()
}

impl IndexPage {
    /// The list sorted by this column, or the other way round where it already is.
    fn sort_url(&self, word: &str) -> String {
        let current = self.sorted(word) == "ascending";
        let value = if current { format!("-{word}") } else { word.to_owned() };
        urls::customers_with(&self.listing.query_with("sort", &value))
    }

    /// Times are sorted the latest first at the first click.
    fn sort_time_url(&self, word: &str) -> String {
        let current = self.sorted(word) == "descending";
        let value = if current { word.to_owned() } else { format!("-{word}") };
        urls::customers_with(&self.listing.query_with("sort", &value))
    }

    fn sorted(&self, word: &str) -> &'static str {
        match (self.listing.order.word() == word, self.listing.descending) {
            (false, _) => "",
            (true, false) => "ascending",
            (true, true) => "descending",
        }
    }

    /// The column is left to wide windows, unless the list is in its order.
    fn created_class(&self) -> &'static str {
        if self.listing.order == Order::Created { "num" } else { "num when-wide" }
    }

    fn show_url(&self, show: &str) -> String {
        urls::customers_with(&self.listing.query_with("show", show))
    }

    fn sizes(&self) -> Vec<(String, String, bool)> {
        paging::sizes(self.listing.size, |size| urls::customers_with(&self.listing.query_with("size", size)))
    }

    /// What a search leaves out, where it is long.
    fn limits(&self) -> String {
        if self.listing.q.is_empty() { String::new() } else { format!(", of the {BEST} that match best") }
    }

    fn summary(&self) -> String {
        match self.found.rows.len() {
            1 => "1 customer".into(),
            n if self.found.next.is_some() || self.found.previous.is_some() => {
                format!("{n} customers on this page{}", self.limits())
            }
            n => format!("{n} customers"),
        }
    }

    fn is(&self, show: &str) -> bool {
        self.listing.show
            == match show {
                "mine" => Show::Mine,
                "recent" => Show::Recent,
                _ => Show::All,
            }
    }

    /// Whether the tenant has no customer at all, rather than none that match.
    fn is_new(&self) -> bool {
        self.listing.is_whole() && self.found.rows.is_empty()
    }

    /// Whether their own list is empty, rather than narrowed to nothing.
    fn is_unused(&self) -> bool {
        let Listing { show, q, .. } = &self.listing;
        *show != Show::All && q.is_empty() && !self.listing.has_filters()
    }

    fn type_name(&self, row: &Row) -> String {
        kinds::name(kinds::TYPES, &row.customer_type)
    }

    /// With what was passed over, so that nothing is done to all that match without it.
    fn query(&self) -> String {
        self.unknown.carried_by(self.listing.query())
    }
}
