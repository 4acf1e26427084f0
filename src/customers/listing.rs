//! The list of customers, described once; [`crate::infra::lists`] runs it.
use super::entity::CUSTOMER;
use crate::{
    infra::{
        db::{
            Scope, Tx,
            ids::{CustomerId, TagId, UserId},
            sql::{Bind, Statement},
        },
        lists::{
            Beside, Filter, Key, List, ListQuery, Listing, Narrows, Offered, Order, Page, Select, Shown,
            Takes,
        },
        web::{errors::Result, filters, staff::OWNER_CAN_ACT},
    },
    values::{CustomerType, Stage, kinds::Word},
};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types};
use uuid::Uuid;

/// How many of the best matches a search considers.
pub const BEST: i64 = 500;

/// The tabs above the list.
pub const SHOWS: &[Word] = &[("all", "All"), ("mine", "Mine"), ("recent", "Recently viewed")];

const OWNERS: &[Word] = &[("@me", "Me"), ("none", "Nobody")];

/// The list of customers.
pub const CUSTOMERS: &Listing = &Listing::new("customers c", Key::uuid("c.id"))
    .of(&CUSTOMER)
    .in_chosen_sizes()
    .both_ways()
    .always(only_what_is_shown)
    .filters(&[
        Filter::search(Narrows::Joins(search)),
        Filter::new("show", "Customers", Takes::Codes(SHOWS), Narrows::Elsewhere)
            .single()
            .blank("all")
            .shown(Shown::Apart),
        Filter::of("stage", "lifecycle_stage", "c.lifecycle_stage"),
        Filter::of("type", "customer_type", "c.customer_type"),
        Filter::of("source", "source", "c.source"),
        Filter::new(
            "tag",
            "Tag",
            Takes::Ids("tags", &[]),
            Narrows::Each(
                " AND EXISTS (SELECT FROM customer_tags t WHERE t.tenant_id = c.tenant_id AND t.customer_id = c.id AND t.tag_id = ",
                ")",
            ),
        )
        .all_of_them(),
        Filter::of("company", "company_id", "c.company_id"),
        Filter::new("owner", "Owner", Takes::Ids("users", OWNERS), Narrows::By(owned)),
    ])
    .orders(&[
        Order::by(&[Key::number("hits.position")]).called("", "Best match").offered(Offered::With("q")),
        Order::by(NAME).called("name", "Name").index("customers_by_name"),
        Order::by(NAME).called("-name", "Name, Z to A").descending().index("customers_by_name"),
        Order::by(CREATED)
            .called("-created", "Created, latest first")
            .descending()
            .index("customers_by_creation"),
        Order::by(CREATED).called("created", "Created, oldest first").index("customers_by_creation"),
        Order::by(CHANGED).called("-changed", "Recently updated").descending().index("customers_by_change"),
        Order::by(CHANGED).called("changed", "Least recently updated").index("customers_by_change"),
        Order::by(WAIT).called("wait", "Longest waiting").index("customer_figures_by_wait").beside(FIGURES),
        Order::by(CONTACT)
            .called("-contact", "Latest contact")
            .descending()
            .index("customer_figures_by_contact")
            .beside(FIGURES),
        Order::by(CONTACT)
            .called("contact", "Oldest contact")
            .index("customer_figures_by_contact")
            .beside(FIGURES),
    ]);

/// What an order by figures goes along.
const FIGURES: Beside = Beside {
    table: "customer_figures",
    join: " JOIN customer_figures f ON f.tenant_id = c.tenant_id AND f.customer_id = c.id",
    id: Key::uuid("f.customer_id"),
};
const WAIT: &[Key] = &[Key::time("f.waiting_since")];
const CONTACT: &[Key] = &[Key::time("f.last_contact_at")];

const NAME: &[Key] = &[Key::text("c.name_key")];
const CREATED: &[Key] = &[Key::time("c.created_at")];
const CHANGED: &[Key] = &[Key::time("c.updated_at")];

/// The list of customers in the type of a handler.
pub struct Customers;

impl List for Customers {
    const LISTING: &'static Listing = CUSTOMERS;
}

fn search(query: &ListQuery, _: &Scope, sql: &mut Statement) {
    sql.push(" JOIN search_customers(")
        .bind(Bind::Text(crate::values::domain::searched(&query.text("q"))))
        .push(&format!(", {BEST}) WITH ORDINALITY AS hits (id, position) ON hits.id = c.id"));
}

fn me(scope: &Scope) -> Bind {
    Bind::Uuid(scope.user_id.map(|id| id.0).unwrap_or_default())
}

fn owned(query: &ListQuery, scope: &Scope, sql: &mut Statement) {
    let mut users: Vec<Uuid> = query.ids_of("owner");
    if query.has("owner", "@me") {
        users.push(scope.user_id.map(|id| id.0).unwrap_or_default());
    }
    sql.push(" AND (false");
    if !users.is_empty() {
        sql.push(
            " OR c.id IN (SELECT o.customer_id FROM customer_success_owned_customers o WHERE o.user_id = ANY(",
        );
        sql.bind(Bind::Uuids(users)).push("))");
    }
    if query.has("owner", "none") {
        sql.push(&format!(
            " OR NOT EXISTS (SELECT FROM customer_success_owned_customers o WHERE o.tenant_id = c.tenant_id AND o.customer_id = c.id AND {OWNER_CAN_ACT})"
        ));
    }
    sql.push(")");
}

fn only_what_is_shown(query: &ListQuery, scope: &Scope, sql: &mut Statement) {
    match query.code("show") {
        "recent" => {
            sql.push(" AND c.id IN (SELECT v.customer_id FROM customer_visits v WHERE v.user_id = ");
            sql.bind(me(scope)).push(" ORDER BY v.visited_at DESC LIMIT 100)");
        }
        "" if scope.sees_all_customers() => {}
        // The policy alone would let a rep see the same rows, but only by going through everybody's.
        _ => {
            sql.push(
                " AND c.id IN (SELECT o.customer_id FROM customer_success_owned_customers o WHERE o.user_id = ",
            );
            sql.bind(me(scope)).push(" UNION ALL SELECT m.id FROM customers m WHERE m.created_by = ");
            sql.bind(me(scope)).push(")");
        }
    }
}

/// A row of the list.
#[derive(QueryableByName, Clone, Debug)]
pub struct Row {
    #[diesel(sql_type = sql_types::Uuid)]
    pub id: CustomerId,
    #[diesel(sql_type = sql_types::Text)]
    pub name: String,
    #[diesel(sql_type = sql_types::Text)]
    pub customer_type: CustomerType,
    #[diesel(sql_type = sql_types::Text)]
    pub lifecycle_stage: Stage,
    /// Its users have no access: deactivated.
    #[diesel(sql_type = sql_types::Bool)]
    pub is_disabled: bool,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Text>)]
    pub email_domain: Option<String>,
    #[diesel(sql_type = sql_types::Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = sql_types::Timestamptz)]
    pub updated_at: DateTime<Utc>,
    #[diesel(sql_type = sql_types::Array<sql_types::Uuid>)]
    pub tag_ids: Vec<TagId>,
    /// Whoever looks after it, as far as the user at work may know.
    #[diesel(sql_type = sql_types::Array<sql_types::Uuid>)]
    pub owner_ids: Vec<UserId>,
    #[diesel(sql_type = sql_types::Integer)]
    open_tickets: i32,
    /// Since when they wait for an answer to one of their tickets, the longest.
    #[diesel(sql_type = sql_types::Nullable<sql_types::Timestamptz>)]
    pub waiting_since: Option<DateTime<Utc>>,
    /// When one side last wrote to the other, or a call took place.
    #[diesel(sql_type = sql_types::Nullable<sql_types::Timestamptz>)]
    pub last_contact_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = sql_types::Timestamptz)]
    pub now: DateTime<Utc>,
}

impl Row {
    /// How many of its tickets are open: "3", "99+", or nothing.
    pub fn open_tickets(&self) -> String {
        filters::few(self.open_tickets.into())
    }
}

/// A page of the list: one statement.
pub fn find(tx: &mut Tx, query: &ListQuery) -> Result<Page<Row>> {
    let shown = "page.*, now() AS now, f.tag_ids, f.open_tickets, nullif(f.waiting_since, 'infinity') AS waiting_since, \
                 nullif(f.last_contact_at, '-infinity') AS last_contact_at, \
                 ARRAY(SELECT o.user_id FROM customer_success_owned_customers o \
                       WHERE o.tenant_id = page.tenant_id AND o.customer_id = page.id) AS owner_ids";
    let columns = "c.tenant_id, c.name, c.customer_type, c.lifecycle_stage, c.is_disabled, c.email_domain, c.created_at, c.updated_at, ";
    let joined = "JOIN customer_figures f ON f.tenant_id = page.tenant_id AND f.customer_id = page.id";
    query.load(tx, &Select { columns, page: "page", shown, joined })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> ListQuery {
        CUSTOMERS.read(text).0
    }

    #[test]
    fn nonsense_is_left_out_and_the_rest_is_put_in_order() {
        let params = query(
            "stage=churned&stage=robot&stage=active&tag=x&owner=@me&owner=@me&size=7&sort=-changed&show=?",
        );
        assert_eq!(params.query(), "stage=active&stage=churned&owner=%40me&sort=-changed");
    }

    #[test]
    fn the_usual_order_is_not_written() {
        assert_eq!(query("sort=name").query(), "");
        assert_eq!(query("q=a&sort=name").query(), "q=a&sort=name");
        assert_eq!(query("sort=-name").query(), "sort=-name");
        assert!(query("").is_whole());
    }

    #[test]
    fn a_filter_is_taken_off_and_put_on() {
        let params = query("stage=active&stage=churned");
        assert_eq!(params.query_with("sort", "-name"), "stage=active&stage=churned&sort=-name");
    }

    #[test]
    fn a_list_is_described_in_words() {
        let facts = |text: &str| query(text).facts(&crate::infra::lists::Names::default());
        let fact = |label: &str, value: &str| (label.to_owned(), value.to_owned());
        assert_eq!(
            facts("q=north&stage=churned&stage=active&owner=@me&owner=none&sort=-changed"),
            [fact("Search", "“north”"), fact("Stage", "Active or Churned"), fact("Owner", "Me or Nobody")]
        );
        assert_eq!(facts("sort=-name"), [fact("Customers", "All")]);
        assert_eq!(facts(&format!("tag={}", Uuid::nil())), [fact("Tag", "(no longer there)")]);
    }
}
