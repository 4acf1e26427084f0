//! What changes nothing and still stands in the log: failed sign-ins, refusals, exports, files that were read, a platform admin's reads.
use crate::support::TestApp;
use clientele::infra::db::Scope;
use diesel::{RunQueryDsl, sql_query};

/// The accesses of a topic, as the log keeps them: who, and some of the detail.
fn log(app: &TestApp, topic: &str) -> Vec<String> {
    let all = app.cell(&format!(
        "SELECT coalesce(string_agg(concat_ws(' ', coalesce(u.email, 'nobody'), e.after->>'method', e.after->>'path', e.after->>'reason'), E'\n' ORDER BY e.id), '')
         FROM events e LEFT JOIN users u ON u.id = e.actor_id WHERE e.topic = '{topic}'"
    ));
    all.lines().map(str::to_owned).collect()
}

#[actix_web::test]
async fn every_file_that_leaves_is_in_the_log() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let customer = app.customer("Northwind Traders");
    let paths = [
        "/console/customers/export".to_owned(),
        format!("/console/customers/{customer}/export.json"),
        "/console/events/export.csv".to_owned(),
        "/console/events/export.jsonl".to_owned(),
        "/console/statistics/export.csv".to_owned(),
    ];
    let mut wanted = vec![];
    for path in paths {
        let answer = ada.get(&path).await;
        if answer.status == 200 {
            wanted.push(format!("ada@acme.test GET {path}"));
        }
    }
    assert!(wanted.len() >= 4, "{wanted:?}");
    assert_eq!(log(&app, "EXPORTED"), wanted);
    let page = ada.get("/console/events?topic=EXPORTED").await;
    page.assert_text("exported /console/customers/export");
    let one = format!("/console/events?record={customer}&topic=EXPORTED");
    assert_eq!(ada.get(&one).await.all("tbody tr").len(), 1);
    // It is nobody's change: the customer's timeline does not tell it.
    assert!(!ada.get(&format!("/console/customers/{customer}/timeline")).await.text().contains("exported"));
}

#[actix_web::test]
async fn what_a_page_is_made_of_is_no_file_that_leaves() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let page = ada.get("/console/customers").await;
    let mut parts = page.attributes("link[href^='/static/']", "href");
    parts.extend(page.attributes("script[src]", "src"));
    let icons = page.attributes("use", "href");
    parts.extend(icons.iter().filter_map(|href| href.split('#').next()).map(str::to_owned));
    parts.sort();
    parts.dedup();
    assert!(parts.iter().any(|part| part.ends_with(".svg")), "{parts:?}");
    for part in parts {
        ada.get(&part).await.assert_ok();
    }
    assert_eq!(log(&app, "EXPORTED"), Vec::<String>::new());
}

#[actix_web::test]
async fn a_refusal_is_in_the_log_of_the_tenant_and_on_the_account_it_happened_to() {
    let app = TestApp::start().await;
    let grace = app.person("grace@acme.test").await;
    let foreign = app.cell(
        "SELECT c.id FROM customers c JOIN tenants t ON t.id = c.tenant_id WHERE t.slug = 'globex' LIMIT 1",
    );
    grace.get("/console/settings").await.assert_status(403);
    grace.get(&format!("/console/customers/{foreign}")).await.assert_status(404);
    // A mistyped address is nobody's business.
    grace.get("/console/nothing").await.assert_status(404);
    let wanted = [
        "grace@acme.test GET /console/settings no permission".to_owned(),
        format!("grace@acme.test GET /console/customers/{foreign} no such record for them"),
    ];
    assert_eq!(log(&app, "ACCESS_REFUSED"), wanted);
    let ada = app.person("ada@acme.test").await;
    ada.get("/console/events?topic=ACCESS_REFUSED").await.assert_text("was refused GET /console/settings");
    grace.get("/account").await.assert_text("was refused GET /console/settings");
    let eve = app.person("eve@globex.test").await;
    assert_eq!(eve.get("/console/events?topic=ACCESS_REFUSED").await.all("tbody tr").len(), 0);
}

#[actix_web::test]
async fn a_token_that_is_none_and_a_request_from_another_site_are_in_the_log_of_the_platform() {
    let app = TestApp::start().await;
    app.program("x.y.z").get("/api/customers/me").await.assert_status(401);
    let root = app.person("root@clientele.test").await;
    root.get("/platform/events?topic=ACCESS_REFUSED").await.assert_text("invalid token");
}

#[actix_web::test]
async fn refusals_of_one_person_fill_nobodys_log() {
    let app = TestApp::start().await;
    let noel = app.person("cody@northwind.test").await;
    for _ in 0..70 {
        noel.get(&format!("/customer/tickets/{}", uuid::Uuid::from_u128(1))).await.assert_status(404);
    }
    assert_eq!(log(&app, "ACCESS_REFUSED").len(), 60);
}

#[actix_web::test]
async fn what_a_platform_admin_reads_in_a_tenant_is_in_its_log() {
    let app = TestApp::start().await;
    let root = app.person("root@clientele.test").await;
    root.get("/platform/tenants").await.assert_status(200);
    assert_eq!(log(&app, "TENANT_READ").len(), 0);
    let tenant = app.cell("SELECT id FROM tenants WHERE slug = 'acme'");
    root.submit(&format!("/platform/tenants/{tenant}/entries"), &[("reason", "a look")])
        .await
        .assert_status(303);
    let customer = format!("/console/customers/{}", app.customer("Northwind Traders"));
    root.get("/console/customers?q=north").await.assert_status(200);
    root.get(&customer).await.assert_status(200);
    let wanted = [
        "root@clientele.test GET /console/customers".to_owned(),
        format!("root@clientele.test GET {customer}"),
    ];
    assert_eq!(log(&app, "TENANT_READ"), wanted);
    assert_eq!(
        app.cell("SELECT after->>'query' FROM events WHERE topic = 'TENANT_READ' ORDER BY id LIMIT 1"),
        "q=north"
    );
    let ada = app.person("ada@acme.test").await;
    ada.get("/console/events?topic=TENANT_READ").await.assert_text(&format!("read {customer}"));
}

#[actix_web::test]
async fn accesses_are_kept_as_long_as_the_tenant_says_and_changes_for_good() {
    let app = TestApp::start().await;
    app.sql(
        "UPDATE tenants SET access_log_days = 30 WHERE slug = 'acme';
         INSERT INTO events (tenant_id, topic, entity, entity_id, audience, operation, after, occurred_at)
         SELECT t.id, topic, 'user', gen_random_uuid(), 'staff', operation, '{}', now() - days * interval '1 day'
         FROM tenants t, (VALUES ('EXPORTED', 'access', 29), ('EXPORTED', 'access', 31), ('SIGN_IN_FAILED', 'access', 400),
                                 ('TAG_DELETED', 'delete', 400)) AS v (topic, operation, days)
         WHERE t.slug IN ('acme', 'globex')",
    );
    let kept = "SELECT count(*) FROM events e JOIN tenants t ON t.id = e.tenant_id WHERE e.occurred_at < now() - interval '1 day' AND t.slug = ";
    app.sql(
        "INSERT INTO tasks (handler, due_for, tries, run_at) VALUES ('forget_accesses', now(), 1, now())",
    );
    app.run_tasks().await;
    assert_eq!(app.cell(&format!("{kept}'acme'")), "2", "the fresh export and the change");
    assert_eq!(app.cell(&format!("{kept}'globex'")), "3", "a year is kept by default");
    // And by nobody else.
    let refused = app.db.write_blocking(&app.system("acme"), |tx| {
        Ok(sql_query("DELETE FROM events WHERE operation = 'access'").execute(tx.conn).is_err())
    });
    assert!(refused.unwrap_or(true));
    let asked = app.db.write_blocking(&Scope::nobody(), |tx| {
        Ok(sql_query("SELECT forget_accesses(10)").execute(tx.conn).is_err())
    });
    assert!(asked.unwrap_or(true));
}

#[actix_web::test]
async fn a_failed_sign_in_is_in_the_log_of_the_account_and_a_burst_is_mailed_to_the_admins() {
    let app = TestApp::start().await;
    let visitor = app.visitor();
    let wrong = [("email", "grace@acme.test"), ("password", "wrong")];
    visitor.submit("/login", &wrong).await.assert_status(422);
    visitor
        .submit("/login", &[("email", "nobody@acme.test"), ("password", "hunter2hunter2")])
        .await
        .assert_status(422);
    let grace = app.person("grace@acme.test").await;
    grace.get("/account").await.assert_text("wrong email or password");
    let ada = app.person("ada@acme.test").await;
    ada.get("/console/events?topic=SIGN_IN_FAILED")
        .await
        .assert_text("failed to sign in to the account of Grace");
    let known = "SELECT string_agg(after::text, ' ') FROM events WHERE topic = 'SIGN_IN_FAILED'";
    assert!(
        !app.cell(known).contains("nobody@acme.test") && !app.cell(known).contains("hunter2"),
        "no secret, no unknown address"
    );
    let form = [("current_password", "wrong"), ("new_password", "quiet-marble-walnut-77")];
    grace.submit("/account/password", &form).await.assert_status(422);
    grace.get("/account").await.assert_text("wrong current password");
    app.sql(
        "INSERT INTO events (tenant_id, topic, entity, entity_id, audience, operation, after)
         SELECT tenant_id, 'SIGN_IN_FAILED', 'user', id, 'nobody', 'access', '{\"address\": \"203.0.113.7\"}'
         FROM users, generate_series(1, 30) WHERE email = 'grace@acme.test';
         UPDATE tasks SET run_at = now() WHERE state = 'queued'",
    );
    app.run_tasks().await;
    app.sql("UPDATE tasks SET run_at = now() WHERE state = 'queued'");
    app.run_tasks().await;
    let mails: Vec<_> = app
        .mailer
        .kept()
        .unwrap()
        .into_iter()
        .filter(|mail| mail.subject.contains("Unusual sign-in activity"))
        .collect();
    assert_eq!(mails.iter().map(|mail| mail.to_address.as_str()).collect::<Vec<_>>(), ["ada@acme.test"]);
    assert!(mails[0].text.contains("203.0.113.7"));
}
