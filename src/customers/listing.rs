//! The list of customers as its URL describes it: search, filters, order, page. The same description selects the rows of a page, an
//! export and a bulk action.
use super::kinds;
use crate::platform::{
    db::{Plan, Scope, Tx},
    errors::Result,
    filters,
    ids::{CustomerId, UserId},
    narrowing::{self, Pairs},
    paging,
    sql::{Bind, Statement},
};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types};
use serde::Deserialize;
use uuid::Uuid;

/// How many of the best matches a search considers.
pub const BEST: i64 = 500;

/// The query string as it arrives.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asking {
    pub q: String,
    pub stage: Vec<String>,
    pub r#type: Vec<String>,
    pub source: Vec<String>,
    pub tag: Vec<String>,
    pub company: Vec<String>,
    pub owner: Vec<String>,
    pub show: String,
    pub sort: String,
    pub after: String,
    pub before: String,
    pub size: String,
}

/// An order of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    Name,
    Created,
    Changed,
    Best,
}

/// Who owns the customers that are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    Me,
    Nobody,
    User(UserId),
}

/// What is asked for, with everything that makes no sense left out.
#[derive(Clone, Debug)]
pub struct Listing {
    pub q: String,
    pub stages: Vec<&'static str>,
    pub types: Vec<&'static str>,
    pub sources: Vec<&'static str>,
    pub tags: Vec<Uuid>,
    pub companies: Vec<Uuid>,
    pub owners: Vec<Owner>,
    pub show: Show,
    pub order: Order,
    pub descending: bool,
    pub size: usize,
    after: Option<Key>,
    before: Option<Key>,
}

/// Which customers at all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    All,
    Mine,
    Recent,
}

/// Where a page ends: the sorted value and the id.
type Key = (String, Uuid);

/// A row of the list.
#[derive(QueryableByName, Clone, Debug)]
pub struct Row {
    #[diesel(sql_type = sql_types::Uuid)]
    pub id: CustomerId,
    #[diesel(sql_type = sql_types::Text)]
    pub name: String,
    #[diesel(sql_type = sql_types::Text)]
    pub name_key: String,
    #[diesel(sql_type = sql_types::Text)]
    pub customer_type: String,
    #[diesel(sql_type = sql_types::Text)]
    pub lifecycle_stage: String,
    /// Its users have no access: deactivated.
    #[diesel(sql_type = sql_types::Bool)]
    pub is_disabled: bool,
    #[diesel(sql_type = sql_types::Text)]
    pub source: String,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Text>)]
    pub email: Option<String>,
    #[diesel(sql_type = sql_types::Nullable<sql_types::Text>)]
    pub email_domain: Option<String>,
    #[diesel(sql_type = sql_types::Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = sql_types::Timestamptz)]
    pub updated_at: DateTime<Utc>,
    #[diesel(sql_type = sql_types::BigInt)]
    pub position: i64,
    #[diesel(sql_type = sql_types::Array<sql_types::Text>)]
    tags: Vec<String>,
    #[diesel(sql_type = sql_types::Array<sql_types::Text>)]
    pub owners: Vec<String>,
    /// Counted up to a hundred.
    #[diesel(sql_type = sql_types::BigInt)]
    open_tickets: i64,
    /// Since when they wait for an answer to one of their tickets, the longest.
    #[diesel(sql_type = sql_types::Nullable<sql_types::Timestamptz>)]
    pub waiting_since: Option<DateTime<Utc>>,
    #[diesel(sql_type = sql_types::Timestamptz)]
    pub now: DateTime<Utc>,
}

/// Where a row stands, whatever the order.
#[derive(QueryableByName, Clone, Debug)]
pub struct Place {
    #[diesel(sql_type = sql_types::Uuid)]
    pub id: CustomerId,
    #[diesel(sql_type = sql_types::Text)]
    pub name_key: String,
    #[diesel(sql_type = sql_types::Timestamptz)]
    pub created_at: DateTime<Utc>,
    #[diesel(sql_type = sql_types::Timestamptz)]
    pub updated_at: DateTime<Utc>,
    #[diesel(sql_type = sql_types::BigInt)]
    pub position: i64,
}

impl Row {
    /// Name and colour of each tag.
    pub fn tags(&self) -> Vec<(String, String)> {
        crate::tags::named(&self.tags)
    }

    /// How many of its tickets are open: "3", "99+", or nothing.
    pub fn open_tickets(&self) -> String {
        filters::few(self.open_tickets)
    }
}

/// A page of the list.
pub struct Found {
    pub rows: Vec<Row>,
    pub next: Option<String>,
    pub previous: Option<String>,
}

impl Listing {
    /// Reads a query string that a form or a saved view carries, as leniently as the list reads its own.
    pub fn read(query: &str) -> Self {
        let pairs = crate::platform::forms::clean(query.as_bytes());
        let encoded = serde_html_form::to_string(pairs).unwrap_or_default();
        Self::of(serde_html_form::from_str(&encoded).unwrap_or_default())
    }

    /// What is asked for, of what arrived.
    pub fn of(asking: Asking) -> Self {
        let codes = |words, written: &[String]| -> Vec<&'static str> {
            let mut codes: Vec<_> = written.iter().filter_map(|w| kinds::code(words, w)).collect();
            codes.sort_unstable();
            codes.dedup();
            codes
        };
        let ids = |written: &[String]| -> Vec<Uuid> {
            let mut ids: Vec<Uuid> = written.iter().filter_map(|w| w.parse().ok()).collect();
            ids.sort_unstable();
            ids.dedup();
            ids.truncate(20);
            ids
        };
        let mut owners: Vec<Owner> = vec![];
        for written in asking.owner.iter().take(20) {
            let owner = match written.as_str() {
                "@me" => Some(Owner::Me),
                "none" => Some(Owner::Nobody),
                id => id.parse().ok().map(Owner::User),
            };
            owners.extend(owner.filter(|o| !owners.contains(o)));
        }
        let q: String = asking.q.trim().chars().take(200).collect();
        let (descending, word) = match asking.sort.strip_prefix('-') {
            Some(word) => (true, word),
            None => (false, asking.sort.as_str()),
        };
        let order = match word {
            "name" => Order::Name,
            "created" => Order::Created,
            "changed" => Order::Changed,
            _ if !q.is_empty() => Order::Best,
            _ => Order::Name,
        };
        Self {
            q,
            stages: codes(kinds::STAGES, &asking.stage),
            types: codes(kinds::TYPES, &asking.r#type),
            sources: codes(kinds::SOURCES, &asking.source),
            tags: ids(&asking.tag),
            companies: ids(&asking.company),
            owners,
            show: match asking.show.as_str() {
                "mine" => Show::Mine,
                "recent" => Show::Recent,
                _ => Show::All,
            },
            order,
            descending: descending && order != Order::Best,
            size: paging::size(&asking.size),
            after: paging::keys(&asking.after),
            before: paging::keys(&asking.before),
        }
    }

    /// Whether nothing narrows the list.
    pub fn is_whole(&self) -> bool {
        self.q.is_empty() && self.show == Show::All && !self.has_filters()
    }

    /// Whether a filter is on, apart from search and scope.
    pub fn has_filters(&self) -> bool {
        !(self.stages.is_empty()
            && self.types.is_empty()
            && self.sources.is_empty()
            && self.tags.is_empty()
            && self.companies.is_empty()
            && self.owners.is_empty())
    }

    /// The plan suits every value where only the page differs; elsewhere the values decide.
    pub fn plan(&self) -> Plan {
        if self.is_whole() { Plan::Generic } else { Plan::Custom }
    }

    /// The query string in canonical order, without the page.
    pub fn query(&self) -> String {
        serde_html_form::to_string(self.pairs()).unwrap_or_default()
    }

    /// The same list with one parameter set, or taken off where the value is empty.
    pub fn query_with(&self, name: &str, value: &str) -> String {
        narrowing::with(&self.pairs(), name, value)
    }

    /// Its parameters without the page.
    pub fn pairs(&self) -> Pairs {
        let mut pairs = Pairs::new();
        let mut add = |name, value: String| {
            if !value.is_empty() {
                pairs.push((name, value));
            }
        };
        add("q", self.q.clone());
        match self.show {
            Show::All => {}
            Show::Mine => add("show", "mine".into()),
            Show::Recent => add("show", "recent".into()),
        }
        for stage in &self.stages {
            add("stage", (*stage).into());
        }
        for kind in &self.types {
            add("type", (*kind).into());
        }
        for source in &self.sources {
            add("source", (*source).into());
        }
        for tag in &self.tags {
            add("tag", tag.to_string());
        }
        for company in &self.companies {
            add("company", company.to_string());
        }
        for owner in &self.owners {
            add("owner", owner.written());
        }
        add("sort", self.sort());
        if self.size != paging::SIZES[0] {
            add("size", self.size.to_string());
        }
        pairs
    }

    /// The order as it is written in the URL; empty for the usual one.
    fn sort(&self) -> String {
        let word = match self.order {
            Order::Best => return String::new(),
            Order::Name if !self.descending && self.q.is_empty() => return String::new(),
            Order::Name => "name",
            Order::Created => "created",
            Order::Changed => "changed",
        };
        format!("{}{word}", if self.descending { "-" } else { "" })
    }

    /// The conditions, beginning with `WHERE`, on `customers c`, joined to `hits` where something is searched for.
    fn conditions(&self, scope: &Scope) -> Statement {
        let mut sql = Statement::new(" WHERE true");
        // Words of ours stand in the text itself, so that PostgreSQL plans for them.
        let mut words = |column: &str, codes: &[&'static str]| {
            if !codes.is_empty() {
                let list = codes.iter().map(|code| format!("'{code}'")).collect::<Vec<_>>().join(", ");
                sql.push(&format!(" AND c.{column} IN ({list})"));
            }
        };
        words("lifecycle_stage", &self.stages);
        words("customer_type", &self.types);
        words("source", &self.sources);
        if !self.companies.is_empty() {
            sql.push(" AND c.company_id = ANY(").bind(Bind::Uuids(self.companies.clone())).push(")");
        }
        for tag in &self.tags {
            sql.push(" AND EXISTS (SELECT FROM customer_tags t WHERE t.tenant_id = c.tenant_id AND t.customer_id = c.id AND t.tag_id = ");
            sql.bind(Bind::Uuid(*tag)).push(")");
        }
        let me = scope.user_id.map(|id| id.0).unwrap_or_default();
        if !self.owners.is_empty() {
            let users: Vec<Uuid> = self
                .owners
                .iter()
                .filter_map(|owner| match owner {
                    Owner::Me => Some(me),
                    Owner::User(id) => Some(id.0),
                    Owner::Nobody => None,
                })
                .collect();
            sql.push(" AND (false");
            if !users.is_empty() {
                sql.push(" OR c.id IN (SELECT o.customer_id FROM customer_success_owned_customers o WHERE o.user_id = ANY(");
                sql.bind(Bind::Uuids(users)).push("))");
            }
            if self.owners.contains(&Owner::Nobody) {
                sql.push(" OR NOT EXISTS (SELECT FROM customer_success_owned_customers o WHERE o.tenant_id = c.tenant_id AND o.customer_id = c.id)");
            }
            sql.push(")");
        }
        match self.show {
            Show::All if scope.sees_all_customers() => {}
            // The policy alone would let a rep see the same rows, but only by going through everybody's.
            Show::All | Show::Mine => {
                sql.push(" AND c.id IN (SELECT o.customer_id FROM customer_success_owned_customers o WHERE o.user_id = ");
                sql.bind(Bind::Uuid(me))
                    .push(" UNION ALL SELECT m.id FROM customers m WHERE m.created_by = ");
                sql.bind(Bind::Uuid(me)).push(")");
            }
            Show::Recent => {
                sql.push(" AND c.id IN (SELECT v.customer_id FROM customer_visits v WHERE v.user_id = ");
                sql.bind(Bind::Uuid(me)).push(" ORDER BY v.visited_at DESC LIMIT 100)");
            }
        }
        sql
    }

    /// `FROM` with the search, if there is one.
    fn source(&self) -> Statement {
        let mut sql = Statement::new(" FROM customers c");
        if !self.q.is_empty() {
            sql.push(" JOIN search_customers(").bind(Bind::Text(self.q.clone()));
            sql.push(&format!(", {BEST}) WITH ORDINALITY AS hits (id, position) ON hits.id = c.id"));
        }
        sql
    }

    fn position(&self) -> &'static str {
        if self.q.is_empty() { "0::bigint" } else { "hits.position" }
    }

    /// The statement that selects the ids of everything that matches, at most `most`.
    pub fn ids(&self, scope: &Scope, most: usize) -> Statement {
        let mut sql = Statement::new("SELECT c.id");
        sql.append(self.source()).append(self.conditions(scope)).push(&format!(" LIMIT {most}"));
        sql
    }

    /// The statement of `size` rows with what orders them, and that order for a query around it, which calls it `page`.
    fn page(&self, scope: &Scope, size: usize) -> (Statement, String) {
        let backwards = self.before.is_some();
        let (column, cast) = match self.order {
            Order::Name => ("c.name_key", "text"),
            Order::Created => ("c.created_at", "timestamptz"),
            Order::Changed => ("c.updated_at", "timestamptz"),
            Order::Best => ("hits.position", "bigint"),
        };
        let ascending = self.descending == backwards;
        let mut inner = Statement::new(
            "SELECT c.tenant_id, c.id, c.name, c.name_key, c.customer_type, c.lifecycle_stage, c.is_disabled, c.source, c.email, c.email_domain, c.created_at, c.updated_at, ",
        );
        inner.push(self.position()).push(" AS position");
        inner.append(self.source()).append(self.conditions(scope));
        if let Some((value, id)) = self.before.as_ref().or(self.after.as_ref()) {
            inner.push(&format!(" AND ({column}, c.id) {} (", if ascending { ">" } else { "<" }));
            match (self.order, value.parse::<DateTime<Utc>>(), value.parse::<i64>()) {
                (Order::Name, ..) => inner.bind(Bind::Text(value.clone())),
                (Order::Created | Order::Changed, Ok(time), _) => inner.bind(Bind::Time(time)),
                (Order::Best, _, Ok(position)) => inner.bind(Bind::Int(position)),
                _ => inner.push("NULL"),
            };
            inner.push(&format!("::{cast}, ")).bind(Bind::Uuid(*id)).push(")");
        }
        let direction = if ascending { "ASC" } else { "DESC" };
        inner.push(&format!(" ORDER BY {column} {direction}, c.id {direction} LIMIT {size}"));

        let outer = column.replace("c.", "page.").replace("hits.", "page.");
        (inner, format!(" ORDER BY {outer} {direction}, page.id {direction}"))
    }

    /// The statement of a page.
    fn rows(&self, scope: &Scope, size: usize) -> Statement {
        let (page, order) = self.page(scope, size);
        let mut sql = Statement::new(
            "SELECT page.*, now() AS now, \
             ARRAY(SELECT t.colour || ' ' || t.name FROM customer_tags ct JOIN tags t ON t.tenant_id = ct.tenant_id AND t.id = ct.tag_id \
                   WHERE ct.tenant_id = page.tenant_id AND ct.customer_id = page.id ORDER BY t.name_key) AS tags, \
             ARRAY(SELECT u.name FROM customer_success_owned_customers o JOIN users u ON u.id = o.user_id \
                   WHERE o.tenant_id = page.tenant_id AND o.customer_id = page.id ORDER BY u.name) AS owners, \
             (SELECT count(*) FROM (SELECT FROM tickets k WHERE k.tenant_id = page.tenant_id AND k.customer_id = page.id \
                   AND k.status IN ('open', 'pending') LIMIT 100) x) AS open_tickets, \
             (SELECT min(k.waiting_since) FROM tickets k WHERE k.tenant_id = page.tenant_id AND k.customer_id = page.id \
                   AND k.waiting_since IS NOT NULL) AS waiting_since FROM (",
        );
        sql.append(page).push(") page").push(&order);
        sql
    }

    /// The page that is asked for.
    pub fn find(&self, tx: &mut Tx) -> Result<Found> {
        let mut rows: Vec<Row> = self.rows(tx.scope, self.size + 1).load(tx.conn)?;
        let more = rows.len() > self.size;
        rows.truncate(self.size);
        let backwards = self.before.is_some();
        if backwards {
            rows.reverse();
        }
        let (has_next, has_previous) = if backwards { (true, more) } else { (more, self.after.is_some()) };
        let next = has_next.then(|| rows.last().map(|row| self.cursor(row))).flatten();
        let previous = has_previous.then(|| rows.first().map(|row| self.cursor(row))).flatten();
        Ok(Found { rows, next, previous })
    }

    /// Everything that matches, in order, at most `most` rows, from `after` on.
    pub fn chunk(&self, tx: &mut Tx, after: Option<&Row>, most: usize) -> Result<Vec<Row>> {
        let mut from = self.clone();
        from.before = None;
        from.after = after.map(|row| self.key(row));
        Ok(from.rows(tx.scope, most).load(tx.conn)?)
    }

    /// A statement of everything that matches, in order, at most `most` rows from `after` on: `select` from `page`, which has the
    /// columns of [`Place`], and from what `joined` adds to it.
    pub fn around(
        &self,
        scope: &Scope,
        after: Option<&Place>,
        most: usize,
        select: &str,
        joined: &str,
    ) -> Statement {
        let mut from = self.clone();
        from.before = None;
        from.after = after.map(|place| self.key_of(place));
        let (page, order) = from.page(scope, most);
        let mut sql = Statement::new(select);
        sql.push(" FROM (").append(page).push(") page ").push(joined).push(&order);
        sql
    }

    fn key(&self, row: &Row) -> Key {
        self.key_of(&Place {
            id: row.id,
            name_key: row.name_key.clone(),
            created_at: row.created_at,
            updated_at: row.updated_at,
            position: row.position,
        })
    }

    fn key_of(&self, place: &Place) -> Key {
        let value = match self.order {
            Order::Name => place.name_key.clone(),
            Order::Created => place.created_at.to_rfc3339(),
            Order::Changed => place.updated_at.to_rfc3339(),
            Order::Best => place.position.to_string(),
        };
        (value, place.id.0)
    }

    fn cursor(&self, row: &Row) -> String {
        paging::cursor(&self.key(row))
    }
}

impl Owner {
    /// As it is written in the URL.
    pub fn written(&self) -> String {
        match self {
            Self::Me => "@me".into(),
            Self::Nobody => "none".into(),
            Self::User(id) => id.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn listing(query: &str) -> Listing {
        Listing::read(query)
    }

    #[test]
    fn nonsense_is_left_out_and_the_rest_is_put_in_order() {
        let asked = listing(
            "stage=churned&stage=robot&stage=active&tag=x&owner=@me&owner=@me&size=7&sort=-changed&show=?",
        );
        assert_eq!(asked.query(), "stage=active&stage=churned&owner=%40me&sort=-changed");
    }

    #[test]
    fn the_usual_order_is_not_written() {
        assert_eq!(listing("sort=name").query(), "");
        assert_eq!(listing("q=a&sort=name").query(), "q=a&sort=name");
        assert_eq!(listing("sort=-name").query(), "sort=-name");
        assert!(listing("").is_whole());
    }

    #[test]
    fn a_filter_is_taken_off_and_put_on() {
        let asked = listing("stage=active&stage=churned");
        assert_eq!(asked.query_with("sort", "-name"), "stage=active&stage=churned&sort=-name");
    }
}
