//! The proof that tenants are kept apart holds, and fails as soon as anything is taken from what keeps them so.
use crate::support::TestDatabase;
use clientele::isolation;
use diesel::{Connection, RunQueryDsl, connection::SimpleConnection, sql_query};

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

/// Whether nothing leaked, and the lines about what did.
fn check(database: &TestDatabase) -> (bool, Vec<String>, String) {
    let mut out = vec![];
    let is_tight = isolation::check(&database.url(), &database.logins(), &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    let leaks = out.lines().filter(|line| line.starts_with("LEAK")).map(str::to_owned).collect();
    (is_tight, leaks, out)
}

/// What is left once something was done by hand.
fn leaks_after(sql: &str) -> Vec<String> {
    let database = TestDatabase::new();
    database.owner().batch_execute(sql).unwrap();
    let (is_tight, leaks, _) = check(&database);
    assert_eq!(is_tight, leaks.is_empty());
    leaks
}

#[test]
fn nothing_leaks_and_nothing_is_left_behind() {
    let database = TestDatabase::new();
    let count = |sql: &str| sql_query(sql).get_result::<Count>(&mut database.owner()).unwrap().n;
    let events = "SELECT count(*) AS n FROM events";
    let before = count(events);
    let customers = "SELECT ('x' || substr(md5(string_agg(c::text, ' ' ORDER BY c.id)), 1, 8))::bit(32)::bigint AS n FROM customers c";
    let everybody = count(customers);
    let (is_tight, leaks, out) = check(&database);
    assert_eq!(leaks, Vec::<String>::new());
    assert!(is_tight);
    for told in [
        "ok    table customers, as an admin: read",
        "ok    table contacts, as a rep: insert",
        "ok    search: their word misspelt, as an admin",
        "ok    table tags: unchanged through the routes",
    ] {
        assert!(out.contains(told), "{told} was not tried");
    }
    assert_eq!(count("SELECT count(*) AS n FROM tenants WHERE is_throwaway"), 0);
    assert_eq!(count(events), before);
    assert_eq!(count(customers), everybody);
    assert_eq!(count("SELECT count(*) AS n FROM users WHERE email LIKE '%@isolation.test'"), 0);
}

#[test]
fn a_table_without_row_level_security_leaks() {
    let leaks = leaks_after("ALTER TABLE contacts DISABLE ROW LEVEL SECURITY");
    for told in [
        "table contacts: row-level security: ",
        "table contacts, as an admin: list: Rows(",
        "table contacts, as nobody: insert: Rows(1)",
        "table contacts, as a customer: delete: Rows(",
    ] {
        assert!(leaks.iter().any(|line| line.contains(told)), "{told} is not in {leaks:#?}");
    }
}

#[test]
fn a_policy_that_lets_everything_through_leaks() {
    let leaks = leaks_after("ALTER POLICY staff ON customers USING (true)");
    assert!(leaks.iter().any(|line| line.contains("table customers, as nobody: list: Rows(")), "{leaks:#?}");
    assert!(leaks.iter().any(|line| line.contains("/console/customers/")), "no route shows it: {leaks:#?}");
}

#[test]
fn every_policy_is_missed() {
    let database = TestDatabase::new();
    #[derive(diesel::QueryableByName, Debug)]
    struct Policy {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
        #[diesel(sql_type = diesel::sql_types::Text)]
        of: String,
    }
    let policies: Vec<Policy> = sql_query(
        "SELECT policyname::text AS name, tablename::text AS of FROM pg_policies WHERE schemaname = 'public'",
    )
    .load(&mut database.owner())
    .unwrap();
    assert!(policies.len() > 15, "{policies:?}");
    let mut owner = database.owner();
    for Policy { name, of } in policies {
        // Judged without walking: each try would find the table empty and call that well kept.
        let wrong = owner.test_transaction::<_, diesel::result::Error, _>(|owner| {
            owner.batch_execute(&format!("DROP POLICY {name} ON {of}"))?;
            Ok(isolation::judge(owner).unwrap())
        });
        assert!(
            wrong
                .iter()
                .any(|line| line.contains(&format!("table {of}: its policies: policy “{name}” is missing"))),
            "{wrong:?}"
        );
    }
}

#[test]
fn a_function_that_looks_past_the_policies_is_found_out() {
    let leaks = leaks_after(
        "CREATE OR REPLACE FUNCTION search_customers(typed text, most integer) RETURNS SETOF uuid
         LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS 'SELECT id FROM customers LIMIT most'",
    );
    assert!(leaks.iter().any(|line| line.contains("search: a word of both, as nobody")), "{leaks:#?}");
}

#[test]
fn a_wall_within_a_tenant_that_falls_is_found_out() {
    let leaks = leaks_after(
        "ALTER POLICY staff ON tickets USING (tenant_id = current_tenant());
         CREATE OR REPLACE VIEW portal.contacts WITH (security_barrier) AS
             SELECT id, tenant_id, customer_id, first_name, last_name, email, phone, job_role, contact_type, location, ''::text AS notes, is_primary,
                    NULL::uuid AS created_by, NULL::uuid AS updated_by, created_at, updated_at, version
             FROM public.contacts WHERE tenant_id = current_tenant()",
    );
    for told in [
        "table tickets, as a rep who owns nothing: read",
        "table tickets, as a user of another customer: read",
        "table contacts, as an admin of another customer: read by its bare name",
        "/console/tickets/",
    ] {
        assert!(leaks.iter().any(|line| line.contains(told)), "{told} is not in {leaks:#?}");
    }
}
