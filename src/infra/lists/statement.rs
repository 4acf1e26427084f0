//! A list as SQL. The text comes from the program only; values of a request are bound.
use super::{Beyond, Filter, Key, ListQuery, Narrows, Order, Value};
use crate::infra::db::{
    Scope,
    sql::{Bind, Fragment, Statement},
};
use diesel::sql_types::{Bool, Jsonb, Untyped};

/// What is read of each row. Its page is found first, by LIMIT in a subquery: joined to its parents before, it would get a Memoize node
/// that costs more than the query.
#[derive(Clone, Copy, Debug)]
pub struct Select<'a> {
    /// Columns of the list's table besides its id, which the page brings along: empty, or ending in a comma.
    pub columns: &'a str,
    /// What the page is called in what follows.
    pub page: &'a str,
    pub shown: &'a str,
    /// What is joined to the page.
    pub joined: &'a str,
}

impl ListQuery {
    /// The statement of `most` rows, each with its `place`: an array of the keys and the id.
    pub fn select(&self, scope: &Scope, select: &Select<'_>, most: usize) -> Statement {
        let page = select.page;
        let keys: Vec<String> = self.key_names().map(|name| format!("{page}.{name}")).collect();
        let mut sql = Statement::new(&format!(
            "SELECT {}, jsonb_build_array({}) AS place FROM (",
            select.shown,
            keys.join(", ")
        ));
        sql.append(self.rows(scope, select.columns, most));
        sql.push(&format!(") {page} {} ORDER BY {}", select.joined, self.directed(&keys)));
        sql
    }

    /// The statement that selects the ids of everything that matches, at most `most`, in no order.
    pub fn ids(&self, scope: &Scope, most: usize) -> Statement {
        let mut sql = Statement::new(&format!("SELECT {} AS id", self.listing.id.column));
        sql.append(self.source(scope)).append(self.conditions(scope)).push(&format!(" LIMIT {most}"));
        sql
    }

    /// The statement of the ids of this page and one more, in order.
    pub fn ids_of_page(&self, scope: &Scope) -> Statement {
        self.rows(scope, "", self.size + 1)
    }

    /// What its rows have in common, for a query that Diesel checks.
    pub fn condition(&self, scope: &Scope) -> Fragment<Bool> {
        let mut sql = Statement::new("(true");
        sql.append(self.narrowed(scope));
        self.beyond(&mut sql);
        sql.push(")");
        Fragment::new(sql)
    }

    /// Its order, for such a query.
    pub fn order_by(&self) -> Fragment<Untyped> {
        let keys: Vec<String> = self.keys().map(|key| key.column.to_owned()).collect();
        Fragment::new(Statement::new(&self.directed(&keys)))
    }

    /// The place of each row, for such a query.
    pub fn place(&self) -> Fragment<Jsonb> {
        let keys: Vec<&str> = self.keys().map(|key| key.column).collect();
        Fragment::new(Statement::new(&format!("jsonb_build_array({})", keys.join(", "))))
    }

    /// How many rows such a query is to find: a page and one more, which shows that there is a next one.
    pub fn limit(&self) -> i64 {
        self.size as i64 + 1
    }

    /// Id and keys of `most` rows in order.
    fn rows(&self, scope: &Scope, columns: &str, most: usize) -> Statement {
        let select = format!("SELECT {}{}", columns, self.selected_keys());
        let end = |keys: &[String]| format!(" ORDER BY {} LIMIT {most}", self.directed(keys));
        let columns: Vec<String> = self.keys().map(|key| key.column.to_owned()).collect();
        let walk = |value: Option<(&str, &str)>| {
            let mut sql = Statement::new(&select);
            sql.append(self.source(scope)).push(" WHERE true");
            if let Some((column, value)) = value {
                sql.push(&format!(" AND {column} = ")).bind(Bind::Text(value.to_owned()));
            }
            sql.append(self.narrowed(scope));
            self.beyond(&mut sql);
            sql.push(&end(&columns));
            sql
        };
        let Some(walks) = self.listing.walks else { return walk(None) };
        let values = (walks.values)(self);
        if let [value] = values[..] {
            return walk(Some((walks.column, value)));
        }
        let mut sql = Statement::new("SELECT * FROM (");
        for (n, value) in values.into_iter().enumerate() {
            sql.push(if n > 0 { " UNION ALL (" } else { "(" });
            sql.append(walk(Some((walks.column, value)))).push(")");
        }
        let names: Vec<String> = self.key_names().collect();
        sql.push(") walks").push(&end(&names));
        sql
    }

    /// `FROM`, with what a search joins.
    fn source(&self, scope: &Scope) -> Statement {
        let mut sql = Statement::new(&format!(" FROM {}", self.listing.from));
        if let Some(beside) = self.order.beside {
            sql.push(beside.join);
        }
        for (filter, _) in self.on() {
            if let Narrows::Joins(join) = filter.narrows {
                join(self, scope, &mut sql);
            }
        }
        sql
    }

    /// The conditions, with those of the walks, beginning with `WHERE`.
    fn conditions(&self, scope: &Scope) -> Statement {
        let mut sql = Statement::new(" WHERE true");
        if let Some(walks) = self.listing.walks {
            let values = (walks.values)(self).into_iter().map(str::to_owned).collect();
            sql.push(&format!(" AND {} = ANY (", walks.column)).bind(Bind::Texts(values)).push(")");
        }
        sql.append(self.narrowed(scope));
        sql
    }

    /// The conditions of all filters, each beginning with `AND`.
    fn narrowed(&self, scope: &Scope) -> Statement {
        let mut sql = Statement::default();
        if let Some(customer) = self.customer {
            let column = self.listing.entity.and_then(|entity| entity.customer).unwrap_or("customer_id");
            sql.push(&format!(" AND {}.{column} = ", self.listing.alias())).bind(Bind::Uuid(customer.0));
        }
        for filter in self.listing.filters {
            match (filter.narrows, self.values(filter.parameter)) {
                (Narrows::Column(column), values) => self.one_of(filter, column, values, &mut sql),
                (_, []) => {}
                (Narrows::By(add), _) => add(self, scope, &mut sql),
                (Narrows::Each(before, after), values) => {
                    for value in values.iter().filter_map(bound) {
                        sql.push(before).bind(value).push(after);
                    }
                }
                (Narrows::Joins(_) | Narrows::Elsewhere, _) => {}
            }
        }
        if let Some(add) = self.listing.always {
            add(self, scope, &mut sql);
        }
        sql
    }

    fn one_of(&self, filter: &Filter, column: &str, values: &[Value], sql: &mut Statement) {
        let code = |value: &Value| if let Value::Code(code) = value { Some(*code) } else { None };
        let mut codes: Vec<&str> = values.iter().filter_map(code).collect();
        if values.is_empty() {
            codes.extend(filter.assumed);
        }
        if let Some(first) = codes.first() {
            let list = codes.iter().map(|code| format!("'{code}'")).collect::<Vec<_>>().join(", ");
            sql.push(&match codes.len() {
                1 => format!(" AND {column} = '{first}'"),
                _ => format!(" AND {column} IN ({list})"),
            });
            return;
        }
        let ids = self.ids_of(filter.parameter);
        match (ids.len(), values.first().and_then(bound)) {
            (2.., _) => sql.push(&format!(" AND {column} = ANY (")).bind(Bind::Uuids(ids)).push(")"),
            (_, Some(value)) => sql.push(&format!(" AND {column} = ")).bind(value),
            (_, None) => sql,
        };
    }

    /// The rows beyond the place from which the page goes on.
    fn beyond(&self, sql: &mut Statement) {
        let Some(position) = &self.position else { return };
        let sign = if self.ascends() { ">" } else { "<" };
        let keys: Vec<&Key> = self.order.keys.iter().chain([self.order.id(&self.listing.id)]).collect();
        let bind = |sql: &mut Statement, n: usize| {
            if let (Some(key), Some(value)) = (keys.get(n), position.keys.get(n)) {
                sql.bind(value.clone()).push("::").push(key.kind.cast());
            }
        };
        if let Some(first) = self.order.first {
            sql.push(&format!(" AND {} = false", first.column));
        }
        match (self.order.beyond, &keys[..]) {
            (Beyond::Partition, [key, id]) => {
                sql.push(&format!(" AND {} {sign}= ", key.column));
                bind(sql, 0);
                sql.push(&format!(" AND ({} {sign} ", key.column));
                bind(sql, 0);
                sql.push(&format!(" OR {} {sign} ", id.column));
                bind(sql, 1);
                sql.push(")");
            }
            _ => {
                let columns = keys.iter().map(|key| key.column).collect::<Vec<_>>().join(", ");
                sql.push(&format!(" AND ({columns}) {sign} ("));
                for n in 0..keys.len() {
                    sql.push(if n > 0 { ", " } else { "" });
                    bind(sql, n);
                }
                sql.push(")");
            }
        }
    }

    /// Whether the statement goes up the order of the keys.
    fn ascends(&self) -> bool {
        let is_backwards = self.position.as_ref().is_some_and(|position| position.is_backwards);
        self.order.is_descending == is_backwards
    }

    /// All keys: the flag, those of the order, the id.
    fn keys(&self) -> impl Iterator<Item = &'static Key> {
        let Order { first, keys, .. } = self.order;
        first.iter().chain(*keys).chain([self.order.id(&self.listing.id)])
    }

    /// What the keys are called in a subquery.
    fn key_names(&self) -> impl Iterator<Item = String> {
        let last = self.keys().count() - 1;
        (0..=last).map(move |n| if n == last { "id".to_owned() } else { format!("key_{n}") })
    }

    fn selected_keys(&self) -> String {
        let all = self.keys().zip(self.key_names());
        all.map(|(key, name)| format!("{} AS {name}", key.column)).collect::<Vec<_>>().join(", ")
    }

    /// These expressions of the keys with their directions.
    fn directed(&self, keys: &[String]) -> String {
        let direction = if self.ascends() { "ASC" } else { "DESC" };
        let flag = usize::from(self.order.first.is_some());
        let all = keys.iter().enumerate();
        all.map(|(n, key)| format!("{key} {}", if n < flag { "DESC" } else { direction }))
            .collect::<Vec<_>>()
            .join(", ")
    }
}

/// A value as it is bound; `None` for what can't be understood.
fn bound(value: &Value) -> Option<Bind> {
    Some(match value {
        Value::Code(code) => Bind::Text((*code).to_owned()),
        Value::Id(id) => Bind::Uuid(*id),
        Value::Text(text) => Bind::Text(text.clone()),
        Value::Number(number) => Bind::Int(*number),
        Value::Day(_) | Value::Unclear(_) => return None,
    })
}
