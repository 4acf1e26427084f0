//! What PostgreSQL itself says of the tables that hold tenants' data.
use super::Findings;
use diesel::{
    PgConnection, QueryableByName, RunQueryDsl,
    sql_types::{Array, Bool, Nullable, Text},
};

/// Every policy there is. One that is missing shows nothing to those whom it was for, and no try can tell that from an empty table;
/// one that is not known here has not been thought of.
const POLICIES: &[(&str, &[&str])] = &[
    ("account_tokens", &["admins", "team"]),
    ("attachments", &["portal_read", "portal_write", "staff_read", "staff_write"]),
    ("api_keys", &["staff"]),
    ("bootstrap_keys", &["admins"]),
    ("call_notes", &["staff"]),
    ("calls", &["portal_cancel", "portal_read", "portal_request", "staff"]),
    ("companies", &["staff"]),
    ("contacts", &["portal", "staff"]),
    ("customer_success_owned_customers", &["admins_delete", "admins_insert", "staff_read"]),
    ("customer_tags", &["staff"]),
    ("customer_visits", &["self"]),
    ("customers", &["portal", "staff"]),
    ("deactivations", &["staff"]),
    ("events", &["self", "staff"]),
    ("import_files", &["staff"]),
    ("imports", &["staff"]),
    ("locations", &["portal", "staff"]),
    ("mails", &["admins", "background", "platform", "writers"]),
    ("notification_choices", &["background", "own"]),
    ("notifications", &["background", "made_in_background", "own"]),
    ("registration_domains", &["admins", "team"]),
    ("registration_settings", &["admins", "team"]),
    ("registrations", &["admins"]),
    ("saved_replies", &["staff"]),
    ("saved_view_pins", &["self"]),
    ("saved_views", &["owner", "readers"]),
    ("search_documents", &["background", "staff"]),
    ("search_words", &["staff"]),
    ("sessions", &["self"]),
    ("submissions", &["own"]),
    ("tags", &["staff"]),
    ("tasks", &["admins", "background", "platform"]),
    ("tenant_entries", &["admins", "platform"]),
    ("tenants", &["admins", "own", "platform"]),
    ("ticket_copies", &["whoever_sees_the_ticket"]),
    ("ticket_drafts", &["own"]),
    ("ticket_messages", &["portal_read", "portal_write", "staff_read", "staff_write"]),
    ("ticket_numbers", &["staff"]),
    ("ticket_readers", &["colleagues", "own"]),
    ("ticket_search", &["background", "staff"]),
    ("ticket_tags", &["staff"]),
    ("tickets", &["portal_move", "portal_open", "portal_read", "staff"]),
    ("users", &["self", "staff", "team"]),
];

/// A table that belongs to tenants.
#[derive(QueryableByName, Debug)]
pub struct Table {
    #[diesel(sql_type = Text)]
    pub name: String,
    /// The column that says whose a row is: `tenant_id`, or `id` of the tenants themselves.
    #[diesel(sql_type = Text)]
    pub key: String,
    #[diesel(sql_type = Bool)]
    is_secured: bool,
    #[diesel(sql_type = Array<Text>)]
    policies: Vec<String>,
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
struct AppRole {
    #[diesel(sql_type = Bool)]
    is_bound: bool,
}

/// The tables, in an order in which their rows can be made.
pub struct Catalog {
    pub tables: Vec<Table>,
    pub columns: Vec<Column>,
    pub references: Vec<Reference>,
    is_bound: bool,
}

impl Catalog {
    /// Reads it.
    pub fn load(owner: &mut PgConnection) -> anyhow::Result<Self> {
        let tables: Vec<Table> = diesel::sql_query(
            "SELECT c.relname::text AS name, a.attname::text AS key, c.relrowsecurity AS is_secured,
                    ARRAY(SELECT p.polname::text FROM pg_policy p WHERE p.polrelid = c.oid ORDER BY 1) AS policies,
                    (SELECT u.attname::text FROM pg_attribute u
                     WHERE u.attrelid = c.oid AND u.attnum > 0 AND NOT u.attisdropped AND u.attgenerated = ''
                       AND has_column_privilege('clientele_app', c.oid, u.attnum, 'UPDATE') ORDER BY u.attnum LIMIT 1) AS updatable
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
        let role: AppRole = diesel::sql_query(
            "SELECT NOT (r.rolsuper OR r.rolbypassrls OR r.rolcanlogin)
                    AND NOT EXISTS (SELECT FROM pg_class c WHERE c.relowner = r.oid) AS is_bound
             FROM pg_roles r WHERE r.rolname = 'clientele_app'",
        )
        .get_result(owner)?;
        Ok(Self { tables: in_order(tables, &references)?, columns, references, is_bound: role.is_bound })
    }

    /// Notes what is wrong before anything is tried.
    pub fn judge(&self, findings: &mut Findings) -> anyhow::Result<()> {
        let wrong = if self.is_bound { "" } else { "it owns tables, or no policy binds it" };
        findings.note("role clientele_app: bound by the policies", wrong)?;
        for table in &self.tables {
            let wrong = if table.is_secured { "" } else { "row-level security is off" };
            findings.note(&format!("table {}: row-level security", table.name), wrong)?;
            let known =
                POLICIES.iter().find(|(name, _)| *name == table.name).map_or(&[][..], |(_, known)| known);
            let mut wrong: Vec<String> = vec![];
            let missing = known.iter().filter(|policy| !table.policies.iter().any(|p| p == *policy));
            wrong.extend(missing.map(|policy| format!("policy “{policy}” is missing")));
            let unknown = table.policies.iter().filter(|policy| !known.contains(&policy.as_str()));
            wrong.extend(
                unknown.map(|policy| format!("policy “{policy}” is not in src/isolation/catalog.rs")),
            );
            if table.policies.is_empty() {
                wrong.push("it has no policy".into());
            }
            findings.note(&format!("table {}: its policies", table.name), &wrong.join(", "))?;
        }
        Ok(())
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
