//! The list.
use crate::{
    customers::listing::{self, BEST, Customers, Row},
    infra::{
        db::{Tx, sql::Statement},
        lists::{Filters, ListQuery, ListRequest, Page as RowsPage},
        web::{
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
    let wanted = query.clone();
    let (found, choices) = staff
        .read_planned(query.plan(), move |tx| Ok((listing::find(tx, &wanted)?, Choices::load(tx)?)))
        .await?;
    let mut shell = staff.shell(Section::Customers, title(&query.text("q")));
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

    fn options(self) -> Vec<(&'static str, Vec<(String, String)>)> {
        vec![("tag", split(self.tags)), ("company", split(self.companies)), ("owner", split(self.reps))]
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

    fn type_name(&self, row: &Row) -> String {
        kinds::name(kinds::CustomerType::WORDS, &row.customer_type)
    }

    /// With what was passed over, so that nothing is done to all that match without it.
    fn carried(&self) -> String {
        self.unknown.carried_by(self.query.query())
    }
}
