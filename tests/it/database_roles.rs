//! What somebody could do whose SQL ran in a request: as each of the server's two roles, with any scope.
use crate::support::TestDatabase;
use clientele::infra::{
    db::logins::{APP, Login, Logins, SIGN_IN},
    services::postgres::{Cluster, SUPERUSER, url},
};
use diesel::{
    Connection, OptionalExtension, PgConnection, RunQueryDsl, connection::SimpleConnection, sql_query,
    sql_types::Text,
};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

#[derive(diesel::QueryableByName)]
struct Found {
    #[diesel(sql_type = Text)]
    what: String,
}

fn all(conn: &mut PgConnection, query: &str) -> Vec<String> {
    let sql = format!("SELECT what::text AS what FROM ({query}) AS found (what) ORDER BY 1");
    let found: Vec<Found> = sql_query(sql).load(conn).unwrap_or_else(|e| panic!("{query}: {e}"));
    found.into_iter().map(|found| found.what).collect()
}

fn one(conn: &mut PgConnection, query: &str) -> String {
    all(conn, query).pop().unwrap_or_default()
}

fn roles(logins: &Logins) -> [(&'static str, &Login); 2] {
    [(APP, &logins.app), (SIGN_IN, &logins.sign_in)]
}

/// Scopes that an injection could claim: of the other tenant's admin, of its own background work, of the platform ...
fn forged(database: &TestDatabase) -> Vec<String> {
    let mut owner = database.owner();
    let tenant = one(&mut owner, "SELECT id FROM tenants WHERE slug = 'globex'");
    let user = one(&mut owner, "SELECT id FROM users WHERE email = 'eve@globex.test'");
    let mut scopes = vec![];
    for audience in ["", "staff", "portal", "platform", "system"] {
        for tenant in ["", tenant.as_str()] {
            scopes.push(format!(
                "SET app.audience = '{audience}'; SET app.tenant_id = '{tenant}'; SET app.user_id = '{user}';
                 SELECT set_config('app.permissions', permissions_of('{{tenant_admin,platform_admin,customer_admin}}'), false); SET app.purging = '{tenant}'"
            ));
        }
    }
    scopes
}

/// What PostgreSQL answers to a statement in a session of its own; nothing where it does it.
fn refusal(login: &Login, before: &str, sql: &str) -> Option<String> {
    let mut conn = login.establish().unwrap();
    if !before.is_empty() {
        conn.batch_execute(before).unwrap();
    }
    conn.batch_execute(sql).err().map(|error| error.to_string())
}

#[test]
fn no_statement_makes_a_session_somebody_elses() {
    let database = TestDatabase::new();
    let owner = one(&mut database.owner(), "SELECT current_user");
    let logins = database.logins();
    for (role, login) in roles(&logins) {
        let other = if role == APP { SIGN_IN } else { APP };
        for target in ["none", "postgres", &owner, other, "pg_execute_server_program"] {
            for way in [
                format!("SET ROLE {target}"),
                format!("SET SESSION AUTHORIZATION {target}"),
                format!("SELECT set_config('role', '{target}', false)"),
                "RESET ROLE".to_owned(),
                "RESET SESSION AUTHORIZATION".to_owned(),
                format!("GRANT {target} TO {role}"),
                format!("GRANT {role} TO {other}"),
            ] {
                let mut conn = login.establish().unwrap();
                // A refusal is as good as an order that changes nothing.
                let _ = conn.batch_execute(&way);
                assert_eq!(one(&mut conn, "SELECT current_user"), role, "{way}");
                assert_eq!(one(&mut conn, "SELECT session_user"), role, "{way}");
            }
        }
        // In one expression of one SELECT.
        let at_once = format!(
            "SELECT set_config('role', '{owner}', true), query_to_xml('SELECT current_user, count(password_hash) FROM users', true, true, '')"
        );
        assert!(refusal(login, "", &at_once).unwrap().contains("permission denied"));
    }
}

#[test]
fn the_roles_are_nothing_but_logins() {
    let database = TestDatabase::new();
    let wrong = all(
        &mut database.owner(),
        &format!(
            "SELECT rolname || ' may do too much' FROM pg_roles WHERE rolname IN ('{APP}', '{SIGN_IN}')
                 AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls OR NOT rolcanlogin)
             UNION ALL SELECT member::regrole || ' is a member of ' || roleid::regrole FROM pg_auth_members
                 WHERE member IN ('{APP}'::regrole, '{SIGN_IN}'::regrole)
             UNION ALL SELECT roleid::regrole || ' has the member ' || member::regrole FROM pg_auth_members
                 WHERE roleid IN ('{APP}'::regrole, '{SIGN_IN}'::regrole)
             UNION ALL SELECT refobjid::regrole || ' owns ' || classid::regclass || ' ' || objid FROM pg_shdepend
                 WHERE refclassid = 'pg_authid'::regclass AND deptype = 'o' AND refobjid IN ('{APP}'::regrole, '{SIGN_IN}'::regrole)
             UNION ALL SELECT current_user || ' may make roles' FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolcreaterole)"
        ),
    );
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn neither_role_changes_the_schema_or_leaves_the_database() {
    let database = TestDatabase::new();
    let logins = database.logins();
    let file = std::env::temp_dir().join(format!("clientele-copied-{}", std::process::id()));
    let file = file.display();
    for (role, login) in roles(&logins) {
        for sql in [
            "CREATE TABLE mine (id integer)",
            "CREATE SCHEMA mine",
            "CREATE FUNCTION mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
            "CREATE ROLE mine",
            "CREATE DATABASE mine",
            "CREATE EXTENSION dblink",
            "CREATE EXTENSION file_fdw",
            "CREATE EXTENSION postgres_fdw",
            "CREATE TRIGGER mine AFTER INSERT ON customers FOR EACH ROW EXECUTE FUNCTION touch()",
            "CREATE POLICY mine ON customers USING (true)",
            "ALTER TABLE events DISABLE TRIGGER append_only",
            "ALTER TABLE customers DISABLE ROW LEVEL SECURITY",
            "ALTER FUNCTION is_staff OWNER TO clientele_app",
            "ALTER ROLE clientele_app BYPASSRLS",
            "ALTER ROLE clientele_sign_in CREATEROLE",
            "ALTER SYSTEM SET log_statement = 'all'",
            "ALTER DATABASE postgres SET log_statement = 'all'",
            "CREATE OR REPLACE FUNCTION current_tenant() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid'",
            "DROP TABLE events",
            "DROP FUNCTION is_staff",
            "TRUNCATE customers CASCADE",
            "BEGIN; LOCK TABLE events IN ACCESS EXCLUSIVE MODE",
            "SET session_replication_role = replica",
            "SET row_security = off; SELECT count(*) FROM customers",
            "COPY (SELECT 1) TO PROGRAM 'id'",
            &format!("COPY (SELECT 1) TO '{file}'"),
            "COPY tags FROM '/etc/passwd'",
            "COPY tags FROM PROGRAM 'id'",
            "SELECT pg_read_file('/etc/passwd')",
            "SELECT pg_read_binary_file('postgresql.conf')",
            "SELECT pg_ls_dir('.')",
            "SELECT lo_import('/etc/passwd')",
            &format!("SELECT lo_export(1, '{file}')"),
            "SELECT pg_reload_conf()",
            "SELECT * FROM pg_authid",
            "SELECT * FROM pg_hba_file_rules",
            "LOAD 'auto_explain.so'; LOAD '/tmp/any.so'",
            "CALL purge_tenant(gen_random_uuid())",
        ] {
            let refused = refusal(login, "", sql).unwrap_or_else(|| panic!("{role} may: {sql}"));
            let is_refusal = [
                "permission denied",
                "must be",
                "not allowed",
                "row-level security policy",
                "access to library",
            ]
            .iter()
            .any(|words| refused.contains(words));
            assert!(is_refusal, "{role}: {sql}: {refused}");
        }
    }
    assert!(!Path::new(&file.to_string()).exists());
    assert!(refusal(&logins.sign_in, "", "CREATE TEMPORARY TABLE mine (id integer)").is_some());
}

#[test]
fn in_no_scope_does_either_role_write_the_log() {
    let database = TestDatabase::new();
    let before = one(&mut database.owner(), "SELECT md5(string_agg(e::text, '' ORDER BY id)) FROM events e");
    let logins = database.logins();
    for scope in forged(&database) {
        for (role, login) in roles(&logins) {
            for sql in [
                "UPDATE events SET topic = 'FORGED'",
                "DELETE FROM events",
                "TRUNCATE events",
                "TRUNCATE event_months.other",
                "INSERT INTO events (topic, entity, entity_id, audience, operation) VALUES ('X', 'x', gen_random_uuid(), 'staff', 'insert')",
                "DELETE FROM event_months.other",
                "SELECT nextval('events_id_seq')",
                "DELETE FROM platform.events",
            ] {
                let refused = refusal(login, &scope, sql).unwrap_or_else(|| panic!("{role} may: {sql}"));
                assert!(refused.contains("permission denied"), "{role}: {sql}: {refused}");
            }
        }
    }
    assert_eq!(
        one(&mut database.owner(), "SELECT md5(string_agg(e::text, '' ORDER BY id)) FROM events e"),
        before
    );
}

/// Every column that holds or carries what opens an account, by its name.
#[test]
fn neither_role_reads_what_opens_accounts() {
    let database = TestDatabase::new();
    let secrets = "SELECT c.oid, c.relname, a.attname, a.attnum FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                   WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
                     AND (a.attname ~ 'hash|secret|password|token' AND a.attname NOT IN ('password_changed_at') OR c.relname = 'mails' AND a.attname ~ 'body'
                          OR c.relname = 'sessions' AND a.attname = 'state')";
    let known = all(&mut database.owner(), &format!("SELECT relname || '.' || attname FROM ({secrets}) s"));
    for column in [
        "users.password_hash",
        "sessions.token_hash",
        "signing_keys.secret",
        "mails.body_html",
        "registrations.token_hash",
    ] {
        assert!(known.iter().any(|known| known == column), "{column} is not found: {known:?}");
    }
    let read = all(
        &mut database.owner(),
        &format!(
            "SELECT r.role || ' reads ' || s.relname || '.' || s.attname FROM ({secrets}) s, unnest(ARRAY['{APP}', '{SIGN_IN}']) AS r (role)
             WHERE has_column_privilege(r.role, s.oid, s.attnum, 'SELECT')"
        ),
    );
    assert_eq!(read, Vec::<String>::new());
    let logins = database.logins();
    for scope in forged(&database) {
        for sql in [
            "SELECT own_password_hash()",
            "SELECT set_own_password('x', true)",
            "SELECT * FROM sign_in_candidates('eve@globex.test', '')",
            "SELECT token_key()",
            "SELECT token_open(current_actor(), '', '', 300)",
            "SELECT session_open('x', current_actor(), '{}', '', '', 300)",
            "SELECT give_reset_token(current_actor(), sha256('x'))",
            "SELECT give_token(current_actor(), 'reset', sha256('x'))",
            "SELECT * FROM accounts_to_reset(gen_random_uuid())",
            "SELECT ask_for_email('eve@evil.test', sha256('x'))",
            "SELECT * FROM mail_to_send(gen_random_uuid())",
            "INSERT INTO sessions (token_hash, user_id, expires_at) VALUES (sha256('x'), current_actor(), now() + interval '1 day')",
            "INSERT INTO account_tokens (token_hash, user_id, purpose, expires_at) VALUES (sha256('x'), current_actor(), 'reset', now() + interval '1 day')",
            "UPDATE users SET password_hash = 'x'",
            "UPDATE users SET roles = '{tenant_admin}'",
            "UPDATE mails SET sent_at = NULL",
            "DELETE FROM sign_in_failures",
            "SELECT * FROM sign_in_failures",
            "INSERT INTO reset_requests (email, host) VALUES ('eve@globex.test', '')",
        ] {
            let refused = refusal(&logins.app, &scope, sql).unwrap_or_else(|| panic!("it may: {sql}"));
            assert!(refused.contains("permission denied"), "{sql}: {refused}");
        }
    }
}

/// The whole of what the second role reaches: whoever adds to it says so here.
#[test]
fn the_role_of_sign_in_reaches_no_more_than_it_needs() {
    let database = TestDatabase::new();
    let granted = all(
        &mut database.owner(),
        &format!(
            "SELECT c.relname || ': ' || string_agg(p.privilege || coalesce(' ' || columns.names, ''), ', ' ORDER BY p.privilege)
             FROM pg_class c CROSS JOIN unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) AS p (privilege)
             CROSS JOIN LATERAL (SELECT has_table_privilege('{SIGN_IN}', c.oid, p.privilege) AS whole) AS t
             CROSS JOIN LATERAL (
                 SELECT '(' || string_agg(a.attname, ' ' ORDER BY a.attnum) || ')' AS names FROM pg_attribute a
                 WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND NOT t.whole AND p.privilege IN ('SELECT', 'INSERT', 'UPDATE')
                   AND has_column_privilege('{SIGN_IN}', c.oid, a.attnum, p.privilege)) AS columns
             WHERE c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
               AND (t.whole OR columns.names IS NOT NULL)
             GROUP BY c.relname"
        ),
    );
    assert_eq!(
        granted,
        [
            "mails: INSERT (id kind from_name to_name to_address subject body_text body_html file_name file_type file_body), SELECT (id), UPDATE (sent_at body_text body_html file_body)",
            "reset_requests: INSERT (email host)",
            "sessions: DELETE, SELECT (id user_id)",
            "submissions: DELETE, INSERT, SELECT, UPDATE (result)",
            "tasks: SELECT (id state worker), UPDATE (state error finished_at)",
        ]
    );
}

/// A table without policies that a role reaches would be everybody's.
#[test]
fn every_table_that_a_role_reaches_is_behind_row_level_security() {
    let database = TestDatabase::new();
    let bare = all(
        &mut database.owner(),
        &format!(
            "SELECT DISTINCT c.oid::regclass FROM pg_class c, unnest(ARRAY['{APP}', '{SIGN_IN}']) AS r (role)
             WHERE c.relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace) AND c.relkind IN ('r', 'p', 'm', 'f')
               AND (has_table_privilege(r.role, c.oid, 'SELECT, INSERT, UPDATE, DELETE') OR has_any_column_privilege(r.role, c.oid, 'SELECT, INSERT, UPDATE'))
               AND NOT (c.relrowsecurity AND EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid))"
        ),
    );
    assert_eq!(bare, Vec::<String>::new());
}

#[test]
fn a_new_function_is_for_nobody_until_it_is_granted() {
    let database = TestDatabase::new();
    let mut owner = database.owner();
    owner.batch_execute("CREATE FUNCTION forgotten() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(password_hash) FROM users'").unwrap();
    let logins = database.logins();
    for (role, login) in roles(&logins) {
        let refused = refusal(login, "", "SELECT forgotten()");
        assert!(refused.is_some_and(|refused| refused.contains("permission denied")), "{role}");
    }
}

/// Background functions look past the policies of all tenants: a request in which nothing was forged can't call them.
#[test]
fn what_works_for_all_tenants_is_for_background_work_alone() {
    let database = TestDatabase::new();
    let app = database.logins().app;
    for sql in [
        "SELECT count(*) FROM claim_tasks(1, '{send_mail}', 1)",
        "SELECT count(*) FROM claim_task_groups(1, '{send_mail}', '{1}', '{1}', '{f}', '{00000000-0000-0000-0000-000000000000}', '{1}')",
        "SELECT enter_task_worker()",
        "SELECT log_position(0)",
        "SELECT set_listeners_asleep(true)",
        "SELECT make_coming_event_partitions()",
        "SELECT requeue_abandoned_tasks()",
        "SELECT schedule_task('forget_finished_tasks', now(), 1::smallint)",
        "SELECT forget_finished_tasks(now())",
        "SELECT count(*) FROM count_tasks()",
        "SELECT forget_expired_sessions()",
        "SELECT forget_registrations(now())",
        "SELECT wipe_unsent_mails(now())",
        "SELECT fail_abandoned_imports()",
        "SELECT renew_claims('{}', 1)",
        "SELECT end_grace_periods(now(), 1)",
        "SELECT live_changes(NULL, '{}')",
        "SELECT count(*) FROM kept_files('{}', '{}')",
    ] {
        for audience in ["", "portal"] {
            let refused = refusal(&app, &format!("SET app.audience = '{audience}'"), sql);
            assert!(refused.is_some(), "{audience}: {sql}");
        }
        assert_eq!(refusal(&app, "SET app.audience = 'system'", sql), None, "{sql}");
    }
}

fn mode(file: &Path) -> u32 {
    fs::metadata(file).unwrap().permissions().mode() & 0o777
}

fn enter(cluster: &Cluster, role: &str) -> Result<PgConnection, diesel::ConnectionError> {
    PgConnection::establish(&url(cluster.socket(), role, "clientele"))
}

/// A cluster that an older version made let in everybody, as an owner who makes roles; its log was anybody's to read.
#[test]
fn an_older_private_cluster_is_put_right_while_it_runs() {
    let data: PathBuf = std::env::temp_dir().join(format!("clientele-roles-{}", std::process::id()));
    let _ = fs::remove_dir_all(&data);
    let cluster = Cluster::start(&data).unwrap();
    let mut superuser = enter(&cluster, SUPERUSER).unwrap();
    superuser
        .batch_execute(
            "ALTER ROLE clientele CREATEROLE; ALTER ROLE clientele_app NOLOGIN; GRANT clientele_app TO clientele;
             DROP OWNED BY clientele_sign_in; DROP ROLE clientele_sign_in; CREATE ROLE stranger LOGIN",
        )
        .unwrap();
    let rules = data.join("postgres/pg_hba.conf");
    fs::write(&rules, "local all all trust\n").unwrap();
    fs::set_permissions(data.join("postgres.log"), fs::Permissions::from_mode(0o644)).unwrap();
    superuser.batch_execute("SELECT pg_reload_conf()").unwrap();
    drop(superuser);
    // As after a SIGKILL: its PostgreSQL goes on.
    drop(cluster);

    let cluster = Cluster::start(&data).unwrap();
    for role in ["clientele", APP, SIGN_IN] {
        assert_eq!(one(&mut enter(&cluster, role).unwrap(), "SELECT current_user"), role);
    }
    let mut owner = enter(&cluster, "clientele").unwrap();
    let powers = "SELECT rolname FROM pg_roles WHERE rolname LIKE 'clientele%' AND (rolcreaterole OR rolsuper OR NOT rolcanlogin)
                  UNION ALL SELECT member::regrole::text FROM pg_auth_members WHERE roleid = 'clientele_app'::regrole";
    assert_eq!(all(&mut owner, powers), Vec::<String>::new());
    assert!(!fs::read_to_string(&rules).unwrap().contains("trust"));
    assert_eq!(mode(&data.join("postgres.log")), 0o600);
    let verbosity: Option<Found> =
        sql_query("SELECT setting AS what FROM pg_settings WHERE name = 'log_error_verbosity'")
            .get_result(&mut owner)
            .optional()
            .unwrap();
    assert_eq!(verbosity.unwrap().what, "terse");
    // PostgreSQL reads the rules when it gets to it.
    let begun = Instant::now();
    while PgConnection::establish(&url(cluster.socket(), "stranger", "postgres")).is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(60), "everybody is still let in");
    }
    drop(owner);
    cluster.stop().unwrap();
    fs::remove_dir_all(&data).unwrap();
}
