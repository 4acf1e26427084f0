//! The log as a page, and what it must never hold.
use crate::support::{Person, TestApp};
use clientele::ENTITIES;

async fn customer_named(ada: &Person, name: &str) -> String {
    let made = ada.submit("/console/customers", &[("name", name), ("billing_city", "Cork")]).await;
    made.assert_status(303);
    made.location.clone()
}

#[actix_web::test]
async fn a_change_is_told_in_a_sentence_and_field_by_field() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let path = customer_named(&ada, "Litware").await;
    let form =
        [("name", "Litware"), ("lifecycle_stage", "active"), ("billing_city", "Galway"), ("version", "1")];
    ada.submit(&path, &form).await.assert_status(303);
    let list = ada.get("/console/events").await;
    list.assert_ok().assert_text("Ada Park made the customer Litware");
    list.assert_text("Ada Park changed the billing address and the stage of the customer Litware");
    let newest = list.attribute("tbody th a", "href").unwrap();
    let page = ada.get(&newest).await;
    page.assert_ok();
    let rows = page.all("tbody tr");
    assert_eq!(rows, ["Billing address: cityCorkGalway", "StageOnboardingActive"]);
    let record = page.attribute(".page-head__actions a", "href").unwrap();
    assert_eq!(record, path);
}

#[actix_web::test]
async fn the_filters_find_by_topic_actor_record_day_and_what_was_done_together() {
    let app = TestApp::start().await;
    let (ada, grace) = (app.person("ada@acme.test").await, app.person("grace@acme.test").await);
    let path = customer_named(&grace, "Litware").await;
    let id = path.rsplit('/').next().unwrap().to_owned();
    let grace_id = app.cell("SELECT id FROM users WHERE email = 'grace@acme.test'");
    let sentences =
        async |query: String| ada.get(&format!("/console/events?{query}")).await.assert_ok().all("tbody th");
    let made = "Grace Hill made the customer Litware";
    assert_eq!(sentences(format!("record={id}")).await, [made]);
    assert_eq!(sentences(format!("topic=CUSTOMER_CREATED&actor={grace_id}")).await, [made]);
    assert!(
        sentences("topic=CUSTOMER_CREATED&actor=system".into())
            .await
            .iter()
            .all(|s| s.starts_with("Clientele "))
    );
    assert!(sentences(format!("record={id}&to=2020-01-01")).await.is_empty());
    assert_eq!(sentences(format!("record={id}&from=2020-01-01")).await, [made]);
    app.sql(
        "BEGIN; UPDATE customers SET notes = 'x' WHERE name = 'Litware'; UPDATE customers SET notes = 'y' WHERE name = 'Contoso'; COMMIT",
    );
    let together = app.cell("SELECT max(transaction_id) FROM events");
    assert_eq!(sentences(format!("together={together}")).await.len(), 2);
    let nonsense =
        ada.get("/console/events?record=x&from=yesterday&actor=%27&topic=%00&together=x&before=zz").await;
    nonsense.assert_ok().assert_text("A filter can't be used").assert_text("Give a day like 2026-03-31.");
    ada.get("/events?topic=CUSTOMER_CREATED").await.assert_status(303);
}

#[actix_web::test]
async fn it_goes_on_page_by_page_and_misses_nothing() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    app.crowd(180);
    let (mut url, mut seen) = ("/console/events".to_owned(), vec![]);
    loop {
        let page = ada.get(&url).await;
        seen.extend(page.assert_ok().all("tbody th a").iter().map(|_| ()));
        match page.attribute("a[rel=next]", "href") {
            Some(next) => url = next,
            None => break,
        }
    }
    let all =
        app.cell("SELECT count(*) FROM events e JOIN tenants t ON t.id = e.tenant_id WHERE t.slug = 'acme'");
    assert_eq!(seen.len().to_string(), all);
}

#[actix_web::test]
async fn the_file_holds_what_is_filtered_and_nothing_that_a_spreadsheet_runs() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    customer_named(&ada, "=cmd()").await;
    app.crowd(60);
    let csv = ada.get("/console/events/export.csv?topic=CUSTOMER_CREATED").await;
    let rows: Vec<csv::StringRecord> =
        csv::Reader::from_reader(csv.csv().as_bytes()).records().map(Result::unwrap).collect();
    let all = app.cell("SELECT count(*) FROM events e JOIN tenants t ON t.id = e.tenant_id WHERE t.slug = 'acme' AND topic = 'CUSTOMER_CREATED'");
    assert_eq!(rows.len().to_string(), all);
    assert!(rows.iter().all(|row| row.iter().all(|cell| !cell.starts_with('='))));
    let lines = ada.get("/console/events/export.jsonl?topic=CUSTOMER_CREATED").await;
    let parsed: Vec<serde_json::Value> =
        lines.assert_ok().body.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(parsed.len().to_string(), all);
    assert!(parsed.iter().any(|event| event["after"]["name"] == "=cmd()"));
    ada.get("/console/events/export.xml").await.assert_not_found();
}

#[actix_web::test]
async fn the_log_of_another_tenant_does_not_exist() {
    let app = TestApp::start().await;
    let eve = app.person("eve@globex.test").await;
    let id =
        app.cell("SELECT max(e.id) FROM events e JOIN tenants t ON t.id = e.tenant_id WHERE t.slug = 'acme'");
    eve.get(&format!("/console/events/{id}")).await.assert_not_found();
    let northwind = app.customer("Northwind Traders");
    assert!(
        eve.get(&format!("/console/events?record={northwind}")).await.assert_ok().all("tbody th").is_empty()
    );
    assert!(!eve.get("/console/events/export.jsonl").await.assert_ok().body.contains("Northwind"));
    // A platform admin reads what belongs to no tenant, and none of what a tenant holds.
    let root = app.person("root@clientele.test").await;
    root.get("/platform/events").await.assert_ok().assert_text("signed in").assert_no_text("Northwind");
}

#[actix_web::test]
async fn every_kind_of_record_that_is_logged_has_its_words() {
    let app = TestApp::start().await;
    let logged = app.cell(
        "SELECT string_agg(DISTINCT split_part(encode(tgargs, 'escape'), chr(92) || '000', 2), ',') FROM pg_trigger WHERE tgname = 'log_insert'",
    );
    let logged: Vec<&str> = if logged.is_empty() { vec![] } else { logged.split(',').collect() };
    assert!(logged.len() > 10, "{logged:?}");
    let silent: Vec<&&str> =
        logged.iter().filter(|kind| ENTITIES.iter().all(|entity| entity.code != **kind)).collect();
    assert!(silent.is_empty(), "src/lib.rs lists no entity for {silent:?}");
}

#[actix_web::test]
async fn nobody_can_change_or_forget_the_log() {
    use diesel::RunQueryDsl;
    let app = TestApp::start().await;
    for statement in [
        "UPDATE events SET topic = 'X'",
        "DELETE FROM events",
        "TRUNCATE events",
        "INSERT INTO events (topic, entity, entity_id, audience, operation) VALUES ('X', 'x', gen_random_uuid(), 'staff', 'insert')",
    ] {
        let refused = app
            .db
            .write_blocking(&app.system("acme"), |tx| Ok(diesel::sql_query(statement).execute(tx.conn)?));
        assert!(refused.is_err(), "as the server: {statement}");
    }
    for statement in ["UPDATE events SET topic = 'X'", "DELETE FROM events", "TRUNCATE events"] {
        let refused = diesel::sql_query(statement).execute(&mut app.database.owner());
        assert!(refused.unwrap_err().to_string().contains("append-only"), "as the owner: {statement}");
    }
}

#[actix_web::test]
async fn no_secret_is_in_the_log() {
    let app = TestApp::start().await;
    // After people have signed in, failed to, and changed their password.
    let ada = app.person("ada@acme.test").await;
    let new = "quiet-harbour-lamp-77";
    ada.submit(
        "/account/password",
        &[("current_password", crate::support::cast::PASSWORD), ("new_password", new)],
    )
    .await
    .assert_status(303);
    app.visitor().submit("/login", &[("email", "ada@acme.test"), ("password", "wrong-but-typed-here")]).await;
    for secret in [crate::support::cast::PASSWORD, new, "wrong-but-typed-here", "$argon2"] {
        assert_eq!(
            app.cell(&format!("SELECT count(*) FROM events e WHERE position('{secret}' IN e::text) > 0")),
            "0",
            "{secret}"
        );
    }
    let hashes = "SELECT count(*) FROM events e, sessions s WHERE position(encode(s.token_hash, 'hex') IN e::text) > 0";
    assert_eq!(app.cell(hashes), "0");
}
