//! What PostgreSQL itself says of the tables that hold tenants' data.
use diesel::{
    PgConnection, QueryableByName, RunQueryDsl,
    sql_types::{Bool, Nullable, Text},
};

/// A table that belongs to tenants.
#[derive(QueryableByName, Debug)]
pub struct Table {
    #[diesel(sql_type = Text)]
    pub name: String,
    /// The column that says whose a row is: `tenant_id`, or `id` of the tenants themselves.
    #[diesel(sql_type = Text)]
    pub key: String,
    /// A column that the server may update.
    #[diesel(sql_type = Nullable<Text>)]
    pub updatable: Option<String>,
}

/// A column that a row can't do without.
#[derive(QueryableByName, Debug)]
pub struct Column {
    #[diesel(sql_type = Text)]
    pub table: String,
    #[diesel(sql_type = Text)]
    pub name: String,
    #[diesel(sql_type = Text)]
    pub kind: String,
}

/// A column that refers to another table of tenants.
#[derive(QueryableByName, Clone, Debug)]
pub struct Reference {
    #[diesel(sql_type = Text)]
    pub table: String,
    #[diesel(sql_type = Text)]
    pub column: String,
    #[diesel(sql_type = Text)]
    pub to: String,
    #[diesel(sql_type = Bool)]
    pub is_needed: bool,
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    name: String,
}

/// The tables, in an order in which their rows can be made.
pub struct Catalog {
    pub tables: Vec<Table>,
    pub columns: Vec<Column>,
    pub references: Vec<Reference>,
    /// The tables with a `customer_id`.
    of_customers: Vec<String>,
}

impl Catalog {
    /// Reads it.
    pub fn load(owner: &mut PgConnection) -> anyhow::Result<Self> {
        let tables: Vec<Table> = diesel::sql_query(
            "SELECT c.relname::text AS name, a.attname::text AS key,
                    (SELECT u.attname::text FROM pg_attribute u
                     WHERE u.attrelid = c.oid AND u.attnum > 0 AND NOT u.attisdropped AND u.attgenerated = ''
                       AND (has_column_privilege('clientele_app', c.oid, u.attnum, 'UPDATE')
                            OR has_column_privilege('clientele_sign_in', c.oid, u.attnum, 'UPDATE')) ORDER BY u.attnum LIMIT 1) AS updatable
             FROM pg_class c
             JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped
                  AND a.attname = CASE c.relname WHEN 'tenants' THEN 'id' ELSE 'tenant_id' END
             WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
             ORDER BY 1",
        )
        .load(owner)?;
        let columns = diesel::sql_query(
            "SELECT c.relname::text AS table, a.attname::text AS name, format_type(a.atttypid, NULL) AS kind
             FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
             WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
               AND a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' ORDER BY c.relname, a.attnum",
        )
        .load(owner)?;
        let references: Vec<Reference> = diesel::sql_query(
            "SELECT k.conrelid::regclass::text AS table, a.attname::text AS column, k.confrelid::regclass::text AS to,
                    -- A token is somebody's, unless it was withdrawn; a submission, unless nobody was signed in.
                    a.attnotnull AND NOT a.atthasdef OR k.conname IN ('account_tokens_user', 'submissions_user') AS is_needed
             FROM pg_constraint k
             CROSS JOIN LATERAL unnest(k.conkey, k.confkey) AS pair (own, other)
             JOIN pg_attribute o ON o.attrelid = k.confrelid AND o.attnum = pair.other AND o.attname = 'id'
             JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = pair.own AND a.attname <> 'tenant_id'
             WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace ORDER BY 1, k.conname",
        )
        .load(owner)?;
        let of_customers: Vec<Named> = diesel::sql_query(
            "SELECT c.relname::text AS name FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'customer_id' AND NOT a.attisdropped
             WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace",
        )
        .load(owner)?;
        let of_customers = of_customers.into_iter().map(|table| table.name).collect();
        Ok(Self { tables: in_order(tables, &references)?, columns, references, of_customers })
    }

    /// Whether rows of a table belong to a customer.
    pub fn has_customer(&self, table: &str) -> bool {
        self.of_customers.iter().any(|name| name == table)
    }

    /// The references of a table.
    pub fn references_of<'a>(&'a self, table: &'a str) -> impl Iterator<Item = &'a Reference> {
        self.references.iter().filter(move |reference| reference.table == table)
    }
}

/// Each table after those whose rows it can't do without.
fn in_order(mut left: Vec<Table>, references: &[Reference]) -> anyhow::Result<Vec<Table>> {
    let mut ordered: Vec<Table> = vec![];
    let known: Vec<String> = left.iter().map(|table| table.name.clone()).collect();
    // The tenants come first: every other table refers to them, some without a constraint.
    left.sort_by_key(|table| table.name != "tenants");
    while !left.is_empty() {
        let is_ready = |table: &Table| {
            references
                .iter()
                .filter(|r| {
                    r.table == table.name && r.to != table.name && r.is_needed && known.contains(&r.to)
                })
                .all(|reference| ordered.iter().any(|made| made.name == reference.to))
        };
        let Some(next) = left.iter().position(is_ready) else {
            let names: Vec<&str> = left.iter().map(|table| table.name.as_str()).collect();
            anyhow::bail!("tables that need each other: {}", names.join(", "));
        };
        ordered.push(left.remove(next));
    }
    Ok(ordered)
}
