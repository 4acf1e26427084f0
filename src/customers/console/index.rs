//! The list.
use crate::{
    customers::listing::{self, BEST, Customers, Row},
    infra::{
        db::{
            Tx,
            json_rows::{JsonRows, json_rows},
            sql::Statement,
        },
        lists::{Filters, ListQuery, ListRequest, Page as RowsPage},
        web::{prelude::*, query::Unknown, staff::Offered},
    },
    urls,
};
use askama::Template;
use diesel::{prelude::*, sql_types::Jsonb};

#[derive(Template)]
#[template(path = "customers/console/index.html")]
struct IndexPage {
    shell: Shell,
    query: ListQuery,
    found: RowsPage<Row>,
    filters: Filters,
    unknown: Unknown,
    may_manage_owners: bool,
    may_write: bool,
    previous: String,
    next: String,
}

/// `GET /console/customers`
pub async fn index(staff: Staff, list: ListRequest<Customers>) -> PageResult {
    let ListRequest { query, unknown, .. } = list;
    let of_page = query.clone();
    let (found, choices) = staff
        .read_planned(query.plan(), move |tx| Ok((listing::find(tx, &of_page)?, Choices::load(tx)?)))
        .await?;
    let mut shell = staff.shell(title(&query.text("q")));
    shell.query = query.text("q");
    let filters = query.filters(&choices.options(), &[], urls::customers_with);
    let (previous, next) =
        (query.previous(&found, urls::customers_with), query.next(&found, urls::customers_with));
    IndexPage {
        shell,
        query,
        found,
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

/// What the filters offer that the database knows: an id and a name each.
#[derive(QueryableByName)]
struct Choices {
    #[diesel(sql_type = Jsonb)]
    tags: JsonRows<(String, String)>,
    #[diesel(sql_type = Jsonb)]
    companies: JsonRows<(String, String)>,
    #[diesel(sql_type = Jsonb)]
    reps: JsonRows<(String, String)>,
}

impl Choices {
    /// One statement for the three lists.
    fn load(tx: &mut Tx) -> Result<Self> {
        Ok(Statement::new(&format!(
            "SELECT {} AS tags, {} AS companies, {} AS reps",
            json_rows("id, name", "FROM tags ORDER BY name_key LIMIT 500"),
            json_rows("id, name", "FROM companies ORDER BY name LIMIT 200"),
            Offered::Reps.rows()
        ))
        .get_result(tx.conn)?)
    }

    fn options(self) -> Vec<(&'static str, Vec<(String, String)>)> {
        vec![
            ("tag", self.tags.into_inner()),
            ("company", self.companies.into_inner()),
            ("owner", self.reps.into_inner()),
        ]
    }
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

    /// The column is left to wide windows, unless the list is in its order.
    fn created_class(&self) -> &'static str {
        if self.query.order.code.ends_with("created") { "num" } else { "num when-wide" }
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
