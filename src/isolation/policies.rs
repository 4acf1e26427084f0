//! Row-level security, and the policies that each table is to have.
use super::Findings;
use diesel::{
    PgConnection, QueryableByName, RunQueryDsl,
    sql_types::{Array, Bool, Text},
};

/// Every policy there is. One that is missing shows nothing to those whom it was for, and no try can tell that from an empty table;
/// one that is not known here has not been thought of.
const POLICIES: &[(&str, &[&str])] = &[
    ("access_alerts", &["admins", "background"]),
    ("account_tokens", &["admins", "team"]),
    ("attachments", &["portal_read", "portal_write", "restoring", "staff_read", "staff_write"]),
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
    ("reset_requests", &["sign_in"]),
    ("saved_replies", &["staff"]),
    ("saved_view_pins", &["self"]),
    ("saved_views", &["orphaned", "owner", "readers"]),
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
    ("ticket_messages", &["portal_read", "portal_write", "restoring", "staff_read", "staff_write"]),
    ("ticket_numbers", &["staff"]),
    ("ticket_readers", &["colleagues", "own"]),
    ("ticket_search", &["background", "staff"]),
    ("ticket_tags", &["staff"]),
    ("tickets", &["portal_move", "portal_open", "portal_read", "staff"]),
    ("users", &["self", "staff", "team"]),
];

/// A table as PostgreSQL keeps it.
#[derive(QueryableByName, Debug)]
struct Guarded {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Bool)]
    is_secured: bool,
    #[diesel(sql_type = Array<Text>)]
    policies: Vec<String>,
    /// One of tenants, or one that a role of the server reaches: without a policy it is no use, or not thought of.
    #[diesel(sql_type = Bool)]
    needs_policies: bool,
}

/// Notes for each table whether it is guarded as it is to be.
pub(super) fn judge(owner: &mut PgConnection, findings: &mut Findings) -> anyhow::Result<()> {
    let tables: Vec<Guarded> = diesel::sql_query(
        "SELECT c.relname::text AS name, c.relrowsecurity AS is_secured,
                ARRAY(SELECT p.polname::text FROM pg_policy p WHERE p.polrelid = c.oid ORDER BY 1) AS policies,
                EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped)
                OR EXISTS (SELECT FROM unnest(ARRAY['clientele_app', 'clientele_sign_in']) AS r (role)
                           WHERE has_table_privilege(r.role, c.oid, 'SELECT, INSERT, UPDATE, DELETE')
                              OR has_any_column_privilege(r.role, c.oid, 'SELECT, INSERT, UPDATE')) AS needs_policies
         FROM pg_class c
         WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND c.relnamespace = 'public'::regnamespace
           AND c.relname <> '__diesel_schema_migrations'
         ORDER BY 1",
    )
    .load(owner)?;
    for table in &tables {
        let wrong = if table.is_secured { "" } else { "row-level security is off" };
        findings.note(&format!("table {}: row-level security", table.name), wrong)?;
        findings.note(&format!("table {}: its policies", table.name), &wrongs_of(table).join(", "))?;
    }
    Ok(())
}

fn wrongs_of(table: &Guarded) -> Vec<String> {
    let known = POLICIES.iter().find(|(name, _)| *name == table.name).map_or(&[][..], |(_, known)| known);
    let mut wrong: Vec<String> = vec![];
    let missing = known.iter().filter(|policy| !table.policies.iter().any(|p| p == *policy));
    wrong.extend(missing.map(|policy| format!("policy “{policy}” is missing")));
    let unknown = table.policies.iter().filter(|policy| !known.contains(&policy.as_str()));
    wrong.extend(unknown.map(|policy| format!("policy “{policy}” is not in src/isolation/policies.rs")));
    if table.policies.is_empty() && table.needs_policies {
        wrong.push("it has no policy".into());
    }
    wrong
}
