//! What the log holds, who may read it, and what it never tells.
use crate::support::{TestApp, cast};
use clientele::infra::db::{Scope, Tx};
use diesel::{RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::Text};

#[derive(diesel::QueryableByName)]
struct Seen {
    #[diesel(sql_type = Text)]
    what: String,
}

/// What somebody sees of the log: the kinds of records, each with what it says of itself.
fn seen(app: &TestApp, scope: &Scope) -> Vec<String> {
    let told = "SELECT DISTINCT entity || ': ' || coalesce(coalesce(after, before)->>'name', coalesce(after, before)->>'first_name',
             coalesce(after, before)->>'agent', coalesce(after, before)->>'file_name',
             (SELECT name FROM users u WHERE u.id::text = coalesce(after, before)->>'user_id'), '') AS what
         FROM events WHERE entity NOT IN ('customer_tag', 'location', 'mail') ORDER BY 1";
    app.db
        .read_blocking(scope, |tx| Ok(sql_query(told).load::<Seen>(tx.conn)?))
        .unwrap()
        .into_iter()
        .map(|seen| seen.what)
        .collect()
}

/// Something of every kind, each the matter of somebody in particular.
async fn world() -> TestApp {
    let app = TestApp::start().await;
    app.sql(
        "INSERT INTO tags (tenant_id, name) SELECT id, slug || ' tag' FROM tenants;
         INSERT INTO saved_views (tenant_id, user_id, name, query, is_shared)
         SELECT tenant_id, id, split_part(email, '@', 1) || ' ' || kind, '', kind = 'shared' FROM users, unnest('{own,shared}'::text[]) kind
         WHERE email IN ('ada@acme.test', 'chloe@acme.test');
         UPDATE saved_views SET is_shared = true, name = 'ada opened' WHERE name = 'ada own';
         INSERT INTO imports (tenant_id, created_by, file_name) SELECT tenant_id, id, split_part(email, '@', 1) || '.csv' FROM users
         WHERE email IN ('grace@acme.test', 'chloe@acme.test', 'eve@globex.test');
         INSERT INTO customer_success_owned_customers (tenant_id, user_id, customer_id)
         SELECT u.tenant_id, u.id, c.id FROM users u, customers c WHERE u.email = 'grace@acme.test' AND c.name = 'Northwind Traders';
         INSERT INTO sessions (token_hash, tenant_id, user_id, agent, expires_at)
         SELECT sha256(email::bytea), tenant_id, id, email, now() + interval '1 day' FROM users;",
    );
    app
}

fn has(seen: &[String], what: &str) -> bool {
    seen.iter().any(|one| one == what)
}

#[actix_web::test]
async fn admins_read_all_of_their_tenant_and_nothing_of_another() {
    let app = world().await;
    let ada = seen(&app, &app.scope_of("ada@acme.test"));
    for what in [
        "customer: Contoso",
        "contact: Carol",
        "user: Grace Hill",
        "session: chloe@acme.test",
        "tag: acme tag",
        "import: chloe.csv",
        "saved_view: chloe own",
        "assignment: Grace Hill",
        "company: Acme Services",
        "tenant: Acme",
    ] {
        assert!(has(&ada, what), "{what} is not in {ada:?}");
    }
    let foreign = ["Globex", "Initech", "Iris", "Eve", "Gil", "globex", "eve.csv", "root@"];
    assert!(ada.iter().all(|what| foreign.iter().all(|name| !what.contains(name))), "{ada:?}");
    let all =
        app.cell("SELECT count(*) FROM events e JOIN tenants t ON t.id = e.tenant_id WHERE slug = 'acme'");
    let read = app
        .db
        .read_blocking(&app.scope_of("ada@acme.test"), |tx| {
            Ok(sql_query("SELECT count(*)::text AS what FROM events").get_result::<Seen>(tx.conn)?)
        })
        .unwrap();
    assert_eq!(read.what, all);
}

#[actix_web::test]
async fn an_agent_reads_of_every_customer_but_nothing_that_is_a_colleagues_alone() {
    let app = world().await;
    let grace = seen(&app, &app.scope_of("grace@acme.test"));
    let wanted = [
        "customer: Contoso",
        "contact: Carol",
        "user: Carol Winter",
        "user: Grace Hill",
        "session: grace@acme.test",
        "tag: acme tag",
        "company: Acme Services",
        "import: chloe.csv",
        "saved_view: ada shared",
        "assignment: Chloe Marsh",
    ];
    for what in wanted {
        assert!(has(&grace, what), "{what} is not in {grace:?}");
    }
    for what in [
        "session: ada@acme.test",
        "session: carol@northwind.test",
        "user: Ada Park",
        "saved_view: ada own",
        // It tells what the view was when nobody else might see it.
        "saved_view: ada opened",
        "tenant: Acme",
        "customer: Initech",
    ] {
        assert!(!has(&grace, what), "{what} is in {grace:?}");
    }
}

#[actix_web::test]
async fn a_rep_reads_of_their_own_customers_and_their_own_assignments() {
    let app = world().await;
    let rep = app.scope_of("chloe@acme.test");
    let chloe = seen(&app, &rep);
    assert_eq!(
        chloe,
        [
            "assignment: Chloe Marsh",
            "company: Acme Services",
            "contact: Carol",
            "customer: Northwind Traders",
            "import: chloe.csv",
            "saved_view: ada shared",
            "saved_view: chloe own",
            "saved_view: chloe shared",
            "session: chloe@acme.test",
            "tag: acme tag",
            "tag: renewal",
            "user: Carol Winter",
            "user: Chloe Marsh",
            "user: Cody Lane",
        ]
    );
    app.sql("DELETE FROM customer_success_owned_customers");
    let after = seen(&app, &rep);
    assert!(
        !after.iter().any(|what| what.starts_with("customer:") || what.starts_with("contact:")),
        "{after:?}"
    );
}

#[actix_web::test]
async fn in_the_portal_one_reads_of_oneself_and_signed_out_nothing() {
    let app = world().await;
    let carol = seen(&app, &app.scope_of("carol@northwind.test"));
    assert_eq!(carol, ["session: carol@northwind.test", "user: Carol Winter"]);
    // Who is signed out works as a role that can't read the log at all.
    let read = |tx: &mut Tx| Ok(tx.conn.batch_execute("SELECT FROM events")?);
    assert!(app.db.read_blocking(&Scope::nobody(), read).is_err());
    // Without its user a scope is nobody's.
    let mut nobody_in_particular = app.scope_of("carol@northwind.test");
    nobody_in_particular.principal.user_id = None;
    assert_eq!(seen(&app, &nobody_in_particular), Vec::<String>::new());
}

#[actix_web::test]
async fn a_platform_admin_reads_of_the_platform_and_that_there_are_tenants() {
    let app = world().await;
    let root = app.scope_of("root@clientele.test");
    let read = seen(&app, &root);
    assert_eq!(read, ["session: root@clientele.test", "tenant: Acme", "tenant: Globex", "user: Root"]);
    // Only they look into the view; and it can't be written.
    let ada = app.scope_of("ada@acme.test");
    let through = "SELECT count(*)::text AS what FROM platform.events";
    let rows = |scope: &Scope| {
        app.db.read_blocking(scope, |tx| Ok(sql_query(through).get_result::<Seen>(tx.conn)?.what))
    };
    assert_eq!(rows(&ada).unwrap(), "0");
    assert_ne!(rows(&root).unwrap(), "0");
    let written = app.db.write_blocking(&root, |tx| Ok(sql_query("DELETE FROM events").execute(tx.conn)?));
    assert!(written.is_err());
}

/// Columns that hold secrets, by their names; the excused say why they don't.
const NO_SECRETS: &[(&str, &str)] = &[
    ("companies.name_key", "the name, folded"),
    ("customers.name_key", "the name, folded"),
    ("tags.name_key", "the name, folded"),
    ("users.password_changed_at", "a time"),
];

#[actix_web::test]
async fn no_table_logs_a_column_that_sounds_like_a_secret() {
    let app = TestApp::start().await;
    let logged = app.cell(
        "SELECT string_agg(c.relname || '.' || a.attname, ',' ORDER BY 1) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
         WHERE a.attnum > 0 AND NOT a.attisdropped AND a.attname ~ '(hash|token|secret|password|key|cookie|credential|cipher|salt)'
           AND EXISTS (SELECT FROM pg_trigger g JOIN pg_proc p ON p.oid = g.tgfoid WHERE g.tgrelid = c.oid AND p.proname = 'log_change'
                       AND NOT (encode(a.attname::bytea, 'escape') = ANY ((string_to_array(encode(g.tgargs, 'escape'), '\\000'))[3:])))",
    );
    let found: Vec<&str> = logged.split(',').filter(|what| !what.is_empty()).collect();
    let open: Vec<&&str> =
        found.iter().filter(|what| NO_SECRETS.iter().all(|(known, _)| known != *what)).collect();
    assert!(open.is_empty(), "the log would tell {open:?}");
}

#[actix_web::test]
async fn a_secret_in_a_hidden_column_is_in_no_event() {
    let app = TestApp::start().await;
    // A mark in every hidden column that can be written, of every table that is logged, by an insert, an update and a delete.
    app.sql(
        "UPDATE users SET password_hash = 'SECRET-of-a-user', password_changed_at = now();
         INSERT INTO users (tenant_id, email, name, roles, password_hash) SELECT id, 'new@acme.test', 'New', '{agent}', 'SECRET-of-a-new-user' FROM tenants WHERE slug = 'acme';
         DELETE FROM users WHERE email = 'new@acme.test';
         INSERT INTO sessions (token_hash, tenant_id, user_id, state, expires_at)
         SELECT convert_to(rpad('SECRET-' || left(id::text, 8), 32, 'S'), 'UTF8'), tenant_id, id, '{\"flash\": \"SECRET-of-a-session\"}', now() + interval '1 day' FROM users;
         UPDATE sessions SET state = '{\"flash\": \"SECRET-of-another\"}';
         DELETE FROM sessions WHERE tenant_id IS NULL;",
    );
    assert_ne!(
        app.cell("SELECT count(*) FROM events WHERE entity = 'session' AND operation = 'delete'"),
        "0"
    );
    assert_ne!(app.cell("SELECT count(*) FROM events WHERE 'password_changed_at' = ANY (changed)"), "0");
    let telling = "SELECT count(*) FROM events e WHERE e::text ~ 'SECRET' OR e::text ~ encode('SECRET', 'hex') OR e::text ~ encode('SECRET', 'base64')";
    assert_eq!(app.cell(telling), "0");
    let hidden = app.cell("SELECT string_agg(key, ',' ORDER BY key) FROM (SELECT DISTINCT key FROM events, jsonb_object_keys(coalesce(after, before)) key WHERE entity IN ('session', 'user')) k");
    assert!(hidden.contains("email") && hidden.contains("address"), "{hidden}");
}

#[actix_web::test]
async fn signing_in_and_out_stand_under_the_account() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    ada.submit("/logout", &[]).await.assert_status(303);
    let of_ada = "FROM events e JOIN users u ON u.id = e.entity_id AND u.id = e.actor_id AND u.email = 'ada@acme.test'";
    assert_eq!(
        app.cell(&format!("SELECT string_agg(topic, ',' ORDER BY e.id) {of_ada}")),
        "SESSION_CREATED,SESSION_DELETED"
    );
}

#[actix_web::test]
async fn the_owner_of_the_log_can_not_change_it_either() {
    let app = TestApp::start().await;
    for sql in [
        "UPDATE events SET before = NULL",
        "DELETE FROM events",
        "TRUNCATE events",
        "TRUNCATE tenants CASCADE; TRUNCATE events",
        "SET app.purging = '00000000-0000-0000-0000-000000000000'; DELETE FROM events",
        "MERGE INTO events e USING tenants t ON t.id = e.tenant_id WHEN MATCHED THEN DELETE",
        "UPDATE platform.events SET topic = 'X'",
        "DELETE FROM platform.events",
    ] {
        let mut owner = app.database.owner();
        let before = app.cell("SELECT count(*) FROM events");
        let refused =
            owner.batch_execute(&format!("BEGIN; SET LOCAL app.audience = 'platform'; {sql}; COMMIT"));
        assert!(refused.unwrap_err().to_string().contains("append-only"), "{sql}");
        assert_eq!(app.cell("SELECT count(*) FROM events"), before);
    }
}

#[actix_web::test]
async fn every_page_of_a_record_tells_its_history() {
    let app = TestApp::start().await;
    let (ada, chloe) = (app.person("ada@acme.test").await, app.person("chloe@acme.test").await);
    let contacts = format!("/console/customers/{}/contacts", app.customer("Northwind Traders"));
    ada.submit(&contacts, &[("first_name", "Dana"), ("job_role", "CFO")]).await.assert_status(303);
    let dana = app.cell("SELECT id FROM contacts WHERE first_name = 'Dana'");
    let edit = format!("{contacts}/{dana}");
    chloe
        .submit(&edit, &[("first_name", "Dana"), ("job_role", "CEO"), ("version", "1")])
        .await
        .assert_status(303);
    let page = chloe.get(&format!("{edit}/edit")).await;
    assert_eq!(
        page.assert_ok().all(".timeline p:not(.event__time)"),
        ["Chloe Marsh changed the job role", "Job role: from CFO to CEO", "Ada Park added this contact"]
    );
    // Only those who read the log are led there.
    let link = "section:has(.timeline) .panel__head a";
    assert_eq!(page.attribute(link, "href"), None);
    let led = ada.get(&format!("{edit}/edit")).await.attribute(link, "href");
    assert_eq!(led, Some(format!("/console/events?record={dana}")));
    assert_eq!(ada.get(&led.unwrap()).await.assert_ok().all("tbody th").len(), 2);

    let tag = app.cell("SELECT id FROM tags WHERE tenant_id = (SELECT id FROM tenants WHERE slug = 'acme')");
    ada.submit(&format!("/console/tags/{tag}"), &[("name", "renews soon"), ("colour", "2")])
        .await
        .assert_status(303);
    ada.get(&format!("/console/tags/{tag}/edit"))
        .await
        .assert_text("Ada Park changed the name Name: from renewal to renews soon");

    chloe.submit("/console/views", &[("name", "Mine"), ("query", "stage=active")]).await.assert_status(303);
    let view = app.cell("SELECT id FROM saved_views WHERE name = 'Mine'");
    chloe
        .submit(&format!("/console/views/{view}/query"), &[("query", "stage=churned")])
        .await
        .assert_status(303);
    let page = chloe.get(&format!("/console/views/{view}/edit")).await;
    page.assert_text("Chloe Marsh changed what this view selects").assert_text("Chloe Marsh added this view");

    ada.upload("/console/imports/new", "file", "new.csv", b"Name\nLitware\n".to_vec())
        .await
        .assert_status(303);
    let import = app.cell("SELECT id FROM imports");
    ada.submit(&format!("/console/imports/{import}/check"), &[]).await;
    app.sql("UPDATE imports SET state = 'mapped' WHERE state = 'uploaded'");
    ada.get(&format!("/console/imports/{import}"))
        .await
        .assert_ok()
        .assert_text("Ada Park uploaded this file");
}

#[actix_web::test]
async fn everybody_sees_their_own_security_history_and_nobody_elses() {
    let app = TestApp::start().await;
    for email in ["chloe@acme.test", "carol@northwind.test", "root@clientele.test"] {
        app.person("ada@acme.test").await;
        let person = app.person(email).await;
        let elsewhere = app.person(email).await;
        elsewhere.submit("/logout", &[]).await.assert_status(303);
        let form = [("current_password", cast::PASSWORD), ("new_password", "quiet-harbour-lamp-77")];
        person.submit("/account/password", &form).await.assert_status(303);
        let told = person.get("/account").await.assert_ok().all(".timeline p:not(.event__time)");
        let name = app.cell(&format!("SELECT name FROM users WHERE email = '{email}'"));
        let verbs: Vec<String> = told
            .iter()
            .map(|line| line.strip_prefix(&name).unwrap_or(line).trim().to_owned())
            .map(|line| line.split(" with ").next().unwrap_or_default().to_owned())
            .collect();
        assert!(told.iter().all(|line| line.starts_with(&name) || line.starts_with("Clientele")), "{told:?}");
        assert_eq!(verbs[..4], ["signed in", "signed out", "changed the password", "signed out"], "{told:?}");
    }
}

#[actix_web::test]
async fn a_platform_admin_sees_the_history_of_a_tenant() {
    let app = TestApp::start().await;
    let root = app.person("root@clientele.test").await;
    let acme = app.cell("SELECT id FROM tenants WHERE slug = 'acme'");
    app.sql("UPDATE tenants SET country = 'IE' WHERE slug = 'acme'");
    let page = root.get(&format!("/platform/tenants/{acme}")).await;
    page.assert_ok()
        .assert_text("changed the country Country: from US to IE")
        .assert_text("added this tenant");
    page.assert_no_text("Northwind");
    root.get("/platform/tenants/00000000-0000-7000-8000-000000000000").await.assert_not_found();
    app.person("ada@acme.test").await.get(&format!("/platform/tenants/{acme}")).await.assert_not_found();
}
