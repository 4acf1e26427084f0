//! How a list finds its rows.
use super::{BEST, Key, Listing, Order, Owner, Show};
use crate::infra::{
    db::{
        Scope, Tx,
        ids::CustomerId,
        paging,
        sql::{Bind, Statement},
    },
    web::{errors::Result, filters, staff::OWNER_CAN_ACT},
};
use chrono::{DateTime, Utc};
use diesel::{prelude::*, sql_types};
use uuid::Uuid;

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
                sql.push(&format!(
                    " OR NOT EXISTS (SELECT FROM customer_success_owned_customers o WHERE o.tenant_id = c.tenant_id AND o.customer_id = c.id AND {OWNER_CAN_ACT})"
                ));
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
            sql.push(" JOIN search_customers(").bind(Bind::Text(crate::values::domain::searched(&self.q)));
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
        let mut sql = Statement::new(&format!(
            "SELECT page.*, now() AS now, \
             ARRAY(SELECT t.colour || ' ' || t.name FROM customer_tags ct JOIN tags t ON t.tenant_id = ct.tenant_id AND t.id = ct.tag_id \
                   WHERE ct.tenant_id = page.tenant_id AND ct.customer_id = page.id ORDER BY t.name_key) AS tags, \
             ARRAY(SELECT u.name FROM customer_success_owned_customers o JOIN users u ON u.id = o.user_id \
                   WHERE o.tenant_id = page.tenant_id AND o.customer_id = page.id AND {OWNER_CAN_ACT} ORDER BY u.name) AS owners, \
             (SELECT count(*) FROM (SELECT FROM tickets k WHERE k.tenant_id = page.tenant_id AND k.customer_id = page.id \
                   AND k.status IN ('open', 'pending') LIMIT 100) x) AS open_tickets, \
             (SELECT min(k.waiting_since) FROM tickets k WHERE k.tenant_id = page.tenant_id AND k.customer_id = page.id \
                   AND k.waiting_since IS NOT NULL) AS waiting_since FROM (",
        ));
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
