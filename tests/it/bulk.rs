//! Many customers changed at once, and changed back.
use crate::support::{Answer, Person, TestApp};
use clientele::infra::db::Tx;
use diesel::RunQueryDsl;

const BULK: &str = "/console/customers/bulk";

/// Answers the page that asks, as a browser does: with everything it holds, and what is chosen.
async fn confirm(person: &Person, asked: &Answer, chosen: &[(&str, &str)]) -> Answer {
    use scraper::{Html, Selector};
    asked.assert_ok();
    let fields: Vec<(String, String)> = {
        let html = Html::parse_document(&asked.body);
        html.select(&Selector::parse("main form input[type=hidden]").unwrap())
            .map(|input| {
                let part = |name| input.value().attr(name).unwrap_or_default().to_owned();
                (part("name"), part("value"))
            })
            .collect()
    };
    let mut form: Vec<(&str, &str)> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    form.extend(chosen);
    person.submit(BULK, &form).await
}

/// The ids of the first customers of the crowd.
fn ids(app: &TestApp, many: usize) -> Vec<String> {
    let found = app.cell(&format!(
        "SELECT string_agg(id::text, ' ') FROM (SELECT id FROM customers WHERE name LIKE 'Customer %' ORDER BY name LIMIT {many}) x"
    ));
    found.split(' ').map(str::to_owned).collect()
}

fn tagged(app: &TestApp, tag: &str) -> String {
    app.cell(&format!(
        "SELECT count(*) FROM customer_tags JOIN tags t ON t.id = tag_id WHERE t.name = '{tag}'"
    ))
}

#[actix_web::test]
async fn fifty_are_tagged_at_once_and_untagged_by_undo() {
    let app = TestApp::start().await;
    app.crowd(60);
    let ada = app.person("ada@acme.test").await;
    let picked = ids(&app, 50);
    let mut form: Vec<(&str, &str)> = picked.iter().map(|id| ("id", id.as_str())).collect();
    form.extend([("action", "tag"), ("query", "stage=active")]);
    let asked = ada.submit(BULK, &form).await;
    asked
        .assert_ok()
        .assert_text("Tag 50 customers")
        .assert_text("Customer 00001")
        .assert_text("and 45 others");
    assert_eq!(asked.all("datalist option").len(), 1);
    assert_eq!(tagged(&app, "vip"), "0", "asking changes nothing");

    confirm(&ada, &asked, &[("tag", "")]).await.assert_status(422).assert_text("Name a tag.");
    let done = confirm(&ada, &asked, &[("tag", " vip ")]).await;
    assert_eq!(done.location, "/console/customers?stage=active");
    let list = ada.get(&done.location).await;
    list.assert_text("50 customers tagged “vip”.");
    assert_eq!(tagged(&app, "vip"), "50");
    assert_eq!(
        app.cell("SELECT count(DISTINCT transaction_id) || ' ' || count(*) FROM events WHERE entity = 'customer_tag' AND actor_id IS NOT NULL"),
        "1 50"
    );

    let undo = list.attribute(".flash form", "action").unwrap();
    let undone = ada.submit_and_follow(&undo, &[]).await;
    undone.assert_text("50 customers are as they were.").assert_text("Stage Active");
    assert_eq!(tagged(&app, "vip"), "0");
    ada.submit_and_follow(&undo, &[]).await.assert_text("There is nothing left to undo.");
}

#[actix_web::test]
async fn all_that_match_are_meant_on_every_page() {
    let app = TestApp::start().await;
    app.crowd(240);
    let ada = app.person("ada@acme.test").await;
    let all = [("action", "tag"), ("all", "true"), ("query", "q=Customer&size=25")];
    let asked = ada.submit(BULK, &all).await;
    asked.assert_text("Tag 240 customers").assert_text("Search“Customer”").assert_text("and 235 others");
    assert!(asked.attribute("main form input[name=id]", "value").is_none(), "the ids stay on the server");
    let done = confirm(&ada, &asked, &[("tag", "Renewal")]).await;
    ada.get(&done.location).await.assert_text("240 customers tagged “Renewal”.");
    assert_eq!(tagged(&app, "renewal"), "242", "the tag that is there is taken, however it is spelt");

    let asked = ada.submit(BULK, &[("action", "tag"), ("all", "true"), ("query", "")]).await;
    let done = confirm(&ada, &asked, &[("tag", "renewal")]).await;
    ada.get(&done.location).await.assert_text("1 customer tagged “renewal”. 241 carried it already.");
}

#[actix_web::test]
async fn a_list_that_grew_meanwhile_is_asked_about_again() {
    let app = TestApp::start().await;
    app.crowd(30);
    let ada = app.person("ada@acme.test").await;
    let asked = ada.submit(BULK, &[("action", "stage"), ("all", "true"), ("query", "q=Customer")]).await;
    asked.assert_text("Change the stage of 30 customers");
    app.sql("UPDATE customers SET name = 'Customer ' || name WHERE name = 'Contoso'");
    let again = confirm(&ada, &asked, &[("choice", "churned")]).await;
    again.assert_status(409).assert_text("It was 30 customers when you were asked; now it is 31.");
    assert_eq!(app.cell("SELECT count(*) FROM customers WHERE lifecycle_stage = 'churned'"), "0");
    let again = Answer { status: reqwest::StatusCode::OK, ..again };
    confirm(&ada, &again, &[("choice", "churned")]).await.assert_status(303);
    assert_eq!(app.cell("SELECT count(*) FROM customers WHERE lifecycle_stage = 'churned'"), "31");
}

#[actix_web::test]
async fn stages_change_where_they_differ_and_go_back_where_nobody_changed_them_since() {
    let app = TestApp::start().await;
    app.crowd(3);
    let ada = app.person("ada@acme.test").await;
    app.sql("UPDATE customers SET lifecycle_stage = 'churned', churned_at = '2026-01-02' WHERE name = 'Customer 00001'");
    let picked = ids(&app, 3);
    let mut form: Vec<(&str, &str)> = picked.iter().map(|id| ("id", id.as_str())).collect();
    form.push(("action", "stage"));
    let asked = ada.submit(BULK, &form).await;
    confirm(&ada, &asked, &[("choice", "robot")]).await.assert_status(422).assert_text("Choose a stage.");
    let asked = ada.submit(BULK, &form).await;
    let done = confirm(&ada, &asked, &[("choice", "active")]).await;
    let list = ada.get(&done.location).await;
    list.assert_text("1 customer is now active. 2 were so before.");
    let first = list.attribute(".flash form", "action").unwrap();

    let asked = ada.submit(BULK, &form).await;
    let done = confirm(&ada, &asked, &[("choice", "inactive")]).await;
    let second = ada.get(&done.location).await.attribute(".flash form", "action").unwrap();
    app.sql("UPDATE customers SET lifecycle_stage = 'onboarding' WHERE name = 'Customer 00002'");
    ada.submit_and_follow(&first, &[]).await.assert_text("There is nothing left to undo.");
    ada.submit_and_follow(&second, &[])
        .await
        .assert_text("2 customers are as they were. 1 has been changed since, and stayed.");
    let stages =
        "SELECT string_agg(lifecycle_stage, ' ' ORDER BY name) FROM customers WHERE name LIKE 'Customer%'";
    assert_eq!(app.cell(stages), "active onboarding active");
    assert_eq!(app.cell("SELECT min(version) FROM customers WHERE name = 'Customer 00003'"), "3");
}

#[actix_web::test]
async fn going_back_to_churned_keeps_the_day_of_it() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    app.sql(
        "UPDATE customers SET lifecycle_stage = 'churned', churned_at = '2026-01-02' WHERE name = 'Contoso'",
    );
    let asked = ada.submit(BULK, &[("id", &app.customer("Contoso")), ("action", "stage")]).await;
    let done = confirm(&ada, &asked, &[("choice", "active")]).await;
    let undo = ada.get(&done.location).await.attribute(".flash form", "action").unwrap();
    ada.submit(&undo, &[]).await.assert_status(303);
    assert_eq!(
        app.cell("SELECT lifecycle_stage || ' ' || churned_at::date FROM customers WHERE name = 'Contoso'"),
        "churned 2026-01-02"
    );
}

#[actix_web::test]
async fn a_tag_is_taken_off_those_who_carry_it_and_put_back() {
    let app = TestApp::start().await;
    app.crowd(2);
    let ada = app.person("ada@acme.test").await;
    let asked = ada.submit(BULK, &[("all", "true"), ("action", "untag")]).await;
    asked.assert_text("Remove a tag from 4 customers").assert_text("renewal (1 of 4)");
    let theirs = app.cell("SELECT t.id FROM tags t JOIN tenants n ON n.id = tenant_id WHERE slug = 'globex'");
    confirm(&ada, &asked, &[("choice", &theirs)]).await.assert_status(422);
    let tag = asked.attribute("#choice option + option", "value").unwrap();
    let done = confirm(&ada, &asked, &[("choice", &tag)]).await;
    let list = ada.get(&done.location).await;
    list.assert_text("“renewal” removed from 1 customer. 3 did not carry it.");
    assert_eq!(tagged(&app, "renewal"), "1", "the other tenant's stays");
    let again = ada.submit(BULK, &[("all", "true"), ("action", "untag")]).await;
    again.assert_text("None of these customers carries a tag.");
    ada.submit(&list.attribute(".flash form", "action").unwrap(), &[]).await.assert_status(303);
    assert_eq!(tagged(&app, "renewal"), "2");
}

#[actix_web::test]
async fn only_who_manages_assignments_assigns_and_only_to_reps() {
    let app = TestApp::start().await;
    app.crowd(3);
    let (ada, grace) = (app.person("ada@acme.test").await, app.person("grace@acme.test").await);
    for action in ["assign", "unassign"] {
        grace.submit(BULK, &[("all", "true"), ("action", action)]).await.assert_status(403);
    }
    let asked = ada.submit(BULK, &[("all", "true"), ("action", "assign")]).await;
    assert_eq!(asked.all("#choice option"), ["Choose…", "Chloe Marsh", "Otto Reed"]);
    for wrong in ["grace@acme.test", "iris@initech.test", "ada@acme.test"] {
        let id = app.cell(&format!("SELECT id FROM users WHERE email = '{wrong}'"));
        confirm(&ada, &asked, &[("choice", &id)]).await.assert_status(422);
    }
    let chloe = app.cell("SELECT id FROM users WHERE email = 'chloe@acme.test'");
    let done = confirm(&ada, &asked, &[("choice", &chloe)]).await;
    let list = ada.get(&done.location).await;
    list.assert_text("4 customers assigned to Chloe Marsh. 1 was already.");
    assert_eq!(app.cell("SELECT count(*) FROM customer_success_owned_customers"), "5");
    let assigned = list.attribute(".flash form", "action").unwrap();

    let asked = ada.submit(BULK, &[("all", "true"), ("action", "unassign")]).await;
    asked.assert_text("Chloe Marsh (5 of 5)");
    let before = app.cell(
        "SELECT string_agg(id::text || created_at, ' ' ORDER BY id) FROM customer_success_owned_customers",
    );
    let done = confirm(&ada, &asked, &[("choice", &chloe)]).await;
    assert_eq!(app.cell("SELECT count(*) FROM customer_success_owned_customers"), "0");
    let undo = ada.get(&done.location).await.attribute(".flash form", "action").unwrap();
    grace.submit(&undo, &[]).await.assert_not_found();
    ada.submit(&undo, &[]).await.assert_status(303);
    assert_eq!(
        app.cell(
            "SELECT string_agg(id::text || created_at, ' ' ORDER BY id) FROM customer_success_owned_customers"
        ),
        before,
        "the very same assignments"
    );
    ada.submit(&assigned, &[]).await.assert_status(303);
    assert_eq!(app.cell("SELECT count(*) FROM customer_success_owned_customers"), "1");
}

#[actix_web::test]
async fn ids_of_another_tenant_are_never_among_them() {
    let app = TestApp::start().await;
    let (ada, initech, contoso) =
        (app.person("ada@acme.test").await, app.customer("Initech"), app.customer("Contoso"));
    let none = ada.submit_and_follow(BULK, &[("id", &initech), ("action", "stage")]).await;
    none.assert_text("Select at least one customer first.").assert_no_text("Initech");
    let asked = ada.submit(BULK, &[("id", &initech), ("id", &contoso), ("action", "stage")]).await;
    asked.assert_text("Change the stage of 1 customer").assert_no_text("Initech");
    confirm(&ada, &asked, &[("choice", "churned")]).await.assert_status(303);
    assert_eq!(
        app.cell("SELECT string_agg(name, ', ') FROM customers WHERE lifecycle_stage = 'churned'"),
        "Contoso"
    );
    let forced = [
        ("id", initech.as_str()),
        ("action", "tag"),
        ("tag", "stolen"),
        ("confirmed", "true"),
        ("count", "1"),
    ];
    ada.submit(BULK, &forced).await.assert_status(303);
    assert_eq!(app.cell("SELECT count(*) FROM tags WHERE name = 'stolen'"), "0");

    let transaction =
        app.cell("SELECT max(transaction_id) FROM events WHERE actor_id IS NOT NULL AND entity = 'customer'");
    let eve = app.person("eve@globex.test").await;
    for path in [transaction.as_str(), "0", "-1", "x", "99999999999999999999"] {
        eve.submit(&format!("{BULK}/{path}/undo"), &[]).await.assert_not_found();
    }
}

#[actix_web::test]
async fn a_rep_changes_their_own_only() {
    let app = TestApp::start().await;
    app.crowd(5);
    let chloe = app.person("chloe@acme.test").await;
    let contoso = app.customer("Contoso");
    chloe
        .submit_and_follow(BULK, &[("id", &contoso), ("action", "tag")])
        .await
        .assert_text("Select at least one customer first.");
    let asked = chloe.submit(BULK, &[("all", "true"), ("action", "tag")]).await;
    asked.assert_text("Tag 1 customer").assert_text("Northwind Traders");
    let done = confirm(&chloe, &asked, &[("tag", "mine")]).await;
    let undo = chloe.get(&done.location).await.attribute(".flash form", "action").unwrap();
    assert_eq!(tagged(&app, "mine"), "1");
    chloe.submit_and_follow(&undo, &[]).await.assert_text("1 customer is as it was.");
    assert_eq!(tagged(&app, "mine"), "0");
    chloe.submit(BULK, &[("all", "true"), ("action", "assign")]).await.assert_status(403);
}

#[actix_web::test]
async fn what_is_no_bulk_action_is_not_undone_here() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let id = app.customer("Contoso");
    let (name, version) = ("Contoso Two", app.cell("SELECT version FROM customers WHERE name = 'Contoso'"));
    ada.submit(
        &format!("/console/customers/{id}"),
        &[("name", name), ("lifecycle_stage", "active"), ("version", &version)],
    )
    .await
    .assert_status(303);
    let transaction = app.cell("SELECT max(transaction_id) FROM events WHERE entity = 'customer'");
    ada.submit(&format!("{BULK}/{transaction}/undo"), &[]).await.assert_not_found();
    assert_eq!(app.cell("SELECT lifecycle_stage FROM customers WHERE name = 'Contoso Two'"), "active");

    let asked = ada.submit(BULK, &[("id", &id), ("action", "stage")]).await;
    let done = confirm(&ada, &asked, &[("choice", "churned")]).await;
    let undo = ada.get(&done.location).await.attribute(".flash form", "action").unwrap();
    app.sql("ALTER TABLE events DISABLE TRIGGER USER; UPDATE events SET occurred_at = occurred_at - interval '31 days'");
    ada.submit(&undo, &[]).await.assert_status(409).assert_text("more than 30 days ago");
}

#[actix_web::test]
async fn nonsense_is_told_back_on_the_list() {
    let app = TestApp::start().await;
    app.crowd(101);
    let ada = app.person("ada@acme.test").await;
    for (form, told) in [
        (vec![("action", "")], "Choose what to do"),
        (vec![("action", "explode"), ("all", "true")], "Choose what to do"),
        (vec![("action", "tag")], "Select at least one customer first."),
        (vec![("action", "tag"), ("id", "'; DROP TABLE customers"), ("id", "\0")], "Select at least one"),
        (
            vec![("action", "tag"), ("all", "true"), ("query", "q=nobodyhasthis")],
            "No customer matches any more.",
        ),
        (
            vec![("action", "tag"), ("all", "true"), ("query", "q=%00nobodyhasthis")],
            "No customer matches any more.",
        ),
    ] {
        ada.submit_and_follow(BULK, &form).await.assert_text(told);
    }
    let picked = ids(&app, 101);
    let mut form: Vec<(&str, &str)> = picked.iter().map(|id| ("id", id.as_str())).collect();
    form.push(("action", "tag"));
    ada.submit_and_follow(BULK, &form).await.assert_text("Pick at most 100 customers");
    for (name, status) in [("<script>alert(1)</script>", 303), (&"é".repeat(51), 422), ("🦀 \u{202e}x", 303)]
    {
        let asked = ada.submit(BULK, &[("action", "tag"), ("all", "true")]).await;
        confirm(&ada, &asked, &[("tag", name)]).await.assert_status(status);
    }
    let list = ada.get("/console/customers").await;
    assert!(!list.body.contains("<script>alert"));
}

#[actix_web::test]
async fn many_are_changed_as_fast_after_one_on_the_same_connection() {
    let app = TestApp::start().await;
    app.crowd(3000);
    // The triggers keep the plan of the first update that a connection makes: it must do for the second.
    let work = |tx: &mut Tx| {
        for sql in [
            "SET LOCAL statement_timeout = '20s'",
            "UPDATE customers SET notes = 'one' WHERE name = 'Contoso'",
            "UPDATE customers SET notes = 'many' WHERE name LIKE 'Customer %'",
        ] {
            diesel::sql_query(sql).execute(tx.conn)?;
        }
        Ok(())
    };
    app.db.write_blocking(&app.system("acme"), work).unwrap();
    assert_eq!(app.cell("SELECT count(*) FROM events WHERE after->>'notes' = 'many'"), "3000");
}
