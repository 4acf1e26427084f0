//! Row-level security, and the policies that each table is to have.
use super::Findings;
use crate::infra::entity::{Entity, by_table};
use diesel::{
    PgConnection, QueryableByName, RunQueryDsl,
    sql_types::{Array, Bool, Text},
};

/// Every policy of the tables that are not described as things; those say theirs themselves. One that is missing shows nothing to those whom it was for, and no try can tell that from an empty table;
/// one that is not known here has not been thought of.
const POLICIES: &[(&str, &[&str])] = &[
    ("access_alerts", &["admins", "background"]),
    ("account_tokens", &["admins", "team"]),
    ("customer_figures", &["staff"]),
    ("customer_visits", &["self"]),
    ("events", &["self", "staff"]),
    ("import_files", &["staff"]),
    ("search_documents", &["background", "staff"]),
    ("search_words", &["staff"]),
    ("submissions", &["own"]),
    ("tasks", &["admins", "background", "platform"]),
    ("tenant_versions", &["own"]),
    ("ticket_drafts", &["own"]),
    ("ticket_numbers", &["staff"]),
    ("ticket_readers", &["colleagues", "own"]),
    ("ticket_search", &["background", "staff"]),
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
pub(super) fn judge(
    owner: &mut PgConnection,
    entities: &'static [Entity],
    findings: &mut Findings,
) -> anyhow::Result<()> {
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
        findings
            .note(&format!("table {}: its policies", table.name), &wrongs_of(table, entities).join(", "))?;
    }
    Ok(())
}

fn wrongs_of(table: &Guarded, entities: &'static [Entity]) -> Vec<String> {
    let described = by_table(entities, &table.name).map(|entity| entity.policies);
    let beside = POLICIES.iter().find(|(name, _)| *name == table.name).map(|(_, known)| *known);
    let known = described.or(beside).unwrap_or_default();
    let mut wrong: Vec<String> = vec![];
    let missing = known.iter().filter(|policy| !table.policies.iter().any(|p| p == *policy));
    wrong.extend(missing.map(|policy| format!("policy “{policy}” is missing")));
    let unknown = table.policies.iter().filter(|policy| !known.contains(&policy.as_str()));
    wrong.extend(unknown.map(|policy| {
        format!("policy “{policy}” is neither in its entity.rs nor in src/isolation/policies.rs")
    }));
    if table.policies.is_empty() && table.needs_policies {
        wrong.push("it has no policy".into());
    }
    wrong
}
