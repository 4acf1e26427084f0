//! Background work: each event gives rise to its tasks, and each task has its effect once.
use crate::support::TestApp;
use clientele::infra::{
    db::{Db, migrations},
    jobs::{self, Handler, Job, Tools, Workers},
    web::errors::{AppError, Result},
};
use diesel::RunQueryDsl;
use std::time::{Duration, Instant};

/// Writes a contact for the customer: an effect that shows if it comes twice.
fn greet(job: &mut Job) -> Result<()> {
    for id in job.entities() {
        diesel::sql_query(format!(
            "INSERT INTO contacts (customer_id, first_name) VALUES ('{id}', 'Greeter')"
        ))
        .execute(job.tx.conn)?;
    }
    Ok(())
}

fn refuse(job: &mut Job) -> Result<()> {
    greet(job)?;
    Err(AppError::internal("the other side is closed"))
}

/// Fails for the customer "Customer 00003" only.
fn be_picky(job: &mut Job) -> Result<()> {
    greet(job)?;
    for id in job.entities() {
        diesel::sql_query(format!(
            "SELECT 1 / (name <> 'Customer 00003')::integer FROM customers WHERE id = '{id}'"
        ))
        .execute(job.tx.conn)?;
    }
    Ok(())
}

fn panic_always(_: &mut Job) -> Result<()> {
    panic!("on purpose")
}

fn nothing(_: &mut Job) -> Result<()> {
    Ok(())
}

const CREATED: &[&str] = &["CUSTOMER_CREATED"];
static GREETING: &[Handler] = &[Handler::on("greet", "", CREATED, greet)];
static NEWER: &[Handler] = &[
    Handler { tries: 7, ..Handler::on("greet", "", CREATED, greet) },
    Handler::on("picky", "", CREATED, be_picky),
];
static REFUSING: &[Handler] = &[Handler { tries: 3, ..Handler::on("refuse", "", CREATED, refuse) }];
static PICKY: &[Handler] = &[Handler::on("picky", "", CREATED, be_picky)];
static PANICKING: &[Handler] = &[Handler { tries: 1, ..Handler::on("panic", "", CREATED, panic_always) }];
static FIELDS: &[Handler] =
    &[Handler::on("fields", "", &["CUSTOMER_UPDATED"], nothing).when_changed(&["products", "email"])];
static CLOCK: &[Handler] = &[Handler::clock("hourly", "", "0 * * * *", nothing)];

/// A server whose log feeds these handlers only.
async fn app_with(handlers: &[Handler]) -> TestApp {
    let app = TestApp::start().await;
    app.sql("DELETE FROM task_routes");
    jobs::sync(&mut app.database.owner(), handlers, "2026-01-01-000000_first").unwrap();
    app.sql("UPDATE tasks SET state = 'discarded', finished_at = now() WHERE state = 'queued'");
    app
}

fn run(app: &TestApp, handlers: &'static [Handler]) -> usize {
    jobs::run_all(&app.db, handlers, &Tools::default()).unwrap()
}

#[actix_web::test]
async fn an_older_server_beside_a_newer_one_takes_nothing_away() {
    let app = app_with(GREETING).await;
    let routes =
        || app.cell("SELECT string_agg(handler || ' ' || tries, ', ' ORDER BY handler) FROM task_routes");
    let tries = GREETING[0].tries;
    let sync = |handlers: &[Handler], last| jobs::sync(&mut app.database.owner(), handlers, last).unwrap();
    sync(NEWER, "2026-02-01-000000_second");
    assert_eq!(routes(), "greet 7, picky ".to_owned() + &PICKY[0].tries.to_string());
    // The older one is started again: it knows no picky handler, and other tries.
    sync(GREETING, "2026-01-01-000000_first");
    assert_eq!(routes(), "greet 7, picky ".to_owned() + &PICKY[0].tries.to_string());
    // Where the newer was given up, its successor decides.
    sync(GREETING, "2026-02-01-000000_second");
    assert_eq!(routes(), format!("greet {tries}, picky {}", PICKY[0].tries));
}

#[actix_web::test]
async fn a_server_that_is_too_old_for_the_schema_does_not_start() {
    let app = TestApp::start().await;
    let may_use =
        |version| migrations::may_use(&mut app.database.owner(), version).map_err(|error| error.to_string());
    assert_eq!(may_use(migrations::VERSION), Ok(()));
    app.sql("UPDATE schema_requirements SET oldest_server = '0.10.0'");
    assert!(may_use("0.9.5").unwrap_err().contains("needs Clientele 0.10.0"));
    assert_eq!(may_use("0.10.0"), Ok(()));
    assert_eq!(may_use("1.0.0"), Ok(()));
}

const GREETERS: &str = "SELECT count(*) FROM contacts WHERE first_name = 'Greeter'";

#[actix_web::test]
async fn an_event_gives_rise_to_one_task_for_each_of_its_handlers() {
    let app = app_with(GREETING).await;
    app.crowd(5);
    assert_eq!(app.cell("SELECT count(*) FROM tasks WHERE handler = 'greet' AND state = 'queued'"), "5");
    assert_eq!(run(&app, GREETING), 5);
    assert_eq!(app.cell(GREETERS), "5");
    assert_eq!(
        app.cell("SELECT count(*) FROM tasks t JOIN events e ON (e.id, e.occurred_at) = (t.event_id, t.event_at)
                  WHERE t.state = 'done' AND t.attempts = 1 AND t.entity_id = e.entity_id AND t.handler = 'greet'"),
        "5"
    );
    assert_eq!(run(&app, GREETING), 0, "nothing is left");
}

#[actix_web::test]
async fn a_change_that_is_taken_back_leaves_no_task() {
    let app = app_with(GREETING).await;
    app.sql("BEGIN; INSERT INTO customers (tenant_id, name, customer_type) SELECT id, 'Gone', 'business' FROM tenants WHERE slug = 'acme'; ROLLBACK");
    assert_eq!(app.cell("SELECT count(*) FROM tasks WHERE handler = 'greet'"), "0");
}

#[actix_web::test]
async fn an_update_counts_only_where_it_changed_the_fields_that_matter() {
    let app = app_with(FIELDS).await;
    let queued = "SELECT count(*) FROM tasks WHERE handler = 'fields'";
    app.sql("UPDATE customers SET notes = 'other' WHERE name = 'Contoso'");
    assert_eq!(app.cell(queued), "0");
    app.sql("UPDATE customers SET products = '{crm}' WHERE name = 'Contoso'");
    assert_eq!(app.cell(queued), "1");
}

#[actix_web::test]
async fn a_failure_leaves_nothing_behind_is_tried_again_later_and_ends_dead() {
    let app = app_with(REFUSING).await;
    app.crowd(1);
    for attempt in 1..=3 {
        assert_eq!(run(&app, REFUSING), 1);
        assert_eq!(app.cell(GREETERS), "0");
        assert_eq!(app.cell("SELECT attempts FROM tasks WHERE handler = 'refuse'"), attempt.to_string());
        assert_eq!(run(&app, REFUSING), 0, "it waits before it is tried again");
        app.sql("UPDATE tasks SET run_at = now() WHERE state = 'queued'");
    }
    let told = app.cell("SELECT state || ': ' || error FROM tasks WHERE handler = 'refuse'");
    assert_eq!(told, "dead: the other side is closed");
}

#[actix_web::test]
async fn each_try_waits_longer_than_the_one_before() {
    let app = app_with(REFUSING).await;
    app.crowd(1);
    app.sql("UPDATE tasks SET tries = 12, attempts = 9");
    run(&app, REFUSING);
    let wait: f64 = app
        .cell("SELECT extract(epoch FROM run_at - now()) FROM tasks WHERE state = 'queued'")
        .parse()
        .unwrap();
    // 2^9 seconds after the tenth try, give or take half.
    assert!((250.0..=768.0).contains(&wait), "{wait}");
}

#[actix_web::test]
async fn one_that_fails_does_not_hold_up_those_beside_it() {
    let app = app_with(PICKY).await;
    app.crowd(10);
    run(&app, PICKY);
    assert_eq!(app.cell(GREETERS), "9");
    assert_eq!(
        app.cell("SELECT count(*) FROM tasks WHERE state = 'queued' AND error LIKE '%division by zero%'"),
        "1"
    );
    assert_eq!(app.cell("SELECT count(*) FROM tasks WHERE state = 'done' AND handler = 'picky'"), "9");
}

#[actix_web::test]
async fn a_panic_is_a_failure() {
    let app = app_with(PANICKING).await;
    app.crowd(2);
    run(&app, PANICKING);
    assert_eq!(
        app.cell("SELECT count(*) FROM tasks WHERE state = 'dead' AND error = 'panicked: on purpose'"),
        "2"
    );
}

#[actix_web::test]
async fn what_was_given_to_somebody_else_meanwhile_has_no_effect() {
    fn be_late(job: &mut Job) -> Result<()> {
        greet(job)?;
        // As if this worker had been taken for dead, and its task been given away.
        diesel::sql_query("UPDATE tasks SET worker = worker + 1 WHERE state = 'running'")
            .execute(job.tx.conn)?;
        Ok(())
    }
    static LATE: &[Handler] = &[Handler::on("late", "", CREATED, be_late)];
    let app = app_with(LATE).await;
    app.crowd(1);
    run(&app, LATE);
    assert_eq!(app.cell(GREETERS), "0");
    assert_ne!(app.cell("SELECT state FROM tasks WHERE handler = 'late'"), "done");
}

#[actix_web::test]
async fn a_dead_worker_s_tasks_are_given_back_and_a_living_one_s_are_not() {
    let app = app_with(GREETING).await;
    app.crowd(2);
    let mut living = app.database.owner();
    #[derive(diesel::QueryableByName)]
    struct Number {
        #[diesel(sql_type = diesel::sql_types::Integer)]
        number: i32,
    }
    let entered: Number =
        diesel::sql_query("SELECT enter_task_worker() AS number").get_result(&mut living).unwrap();
    app.sql(&format!(
        "UPDATE tasks SET state = 'running', started_at = now(), attempts = 1,
             worker = CASE WHEN id = (SELECT min(id) FROM tasks WHERE state = 'queued') THEN {} ELSE 99999 END WHERE state = 'queued'",
        entered.number
    ));
    assert_eq!(app.cell("SELECT requeue_abandoned_tasks()"), "1");
    drop(living);
    let back = || app.cell("SELECT requeue_abandoned_tasks()") == "1";
    let patience = Instant::now();
    while !back() {
        assert!(patience.elapsed() < Duration::from_secs(20), "PostgreSQL never let go of the lock");
    }
    assert_eq!(run(&app, GREETING), 2);
    assert_eq!(app.cell(GREETERS), "2");
}

#[actix_web::test]
async fn one_that_takes_its_worker_down_again_and_again_ends_dead() {
    let app = app_with(GREETING).await;
    app.crowd(1);
    app.sql("UPDATE tasks SET state = 'running', started_at = now(), attempts = tries, worker = 99999 WHERE state = 'queued'");
    assert_eq!(app.cell("SELECT requeue_abandoned_tasks()"), "1");
    assert_eq!(app.cell("SELECT state FROM tasks WHERE handler = 'greet'"), "dead");
}

#[actix_web::test]
async fn a_change_of_many_lets_others_pass() {
    let app = app_with(GREETING).await;
    app.crowd(150);
    app.sql("INSERT INTO customers (tenant_id, name, customer_type) SELECT id, 'Late but alone', 'business' FROM tenants WHERE slug = 'acme'");
    let first =
        app.cell("SELECT c.name FROM claim_tasks(0, '{greet}', 1) t JOIN customers c ON c.id = t.entity_id");
    assert_eq!(first, "Late but alone");
}

#[actix_web::test]
async fn a_time_is_kept_once_however_many_ask() {
    let app = app_with(CLOCK).await;
    let ask = "SELECT schedule_task('hourly', '2026-03-01 10:00Z', 5::smallint)";
    assert_eq!(app.cell(ask), "true");
    assert_eq!(app.cell(ask), "false");
    assert_eq!(run(&app, CLOCK), 1);
    assert_eq!(app.cell(ask), "false", "also when it is done");
}

/// Several real workers, woken by PostgreSQL.
#[actix_web::test]
async fn workers_share_what_there_is_and_none_does_another_s() {
    let app = app_with(GREETING).await;
    let workers: Vec<Workers> = (0..2)
        .map(|_| {
            let db = Db::connect(&app.database.logins(), 4, clientele::ENTITIES).unwrap();
            let signals = clientele::infra::jobs::listening::start(db.login()).unwrap();
            Workers::start(db, signals.tasks, GREETING, Tools::default(), 2).unwrap()
        })
        .collect();
    app.crowd(2000);
    let patience = Instant::now();
    while app.cell("SELECT count(*) FROM tasks WHERE handler = 'greet' AND state = 'done'") != "2000" {
        assert!(patience.elapsed() < Duration::from_secs(60), "the workers are too slow, or asleep");
    }
    workers.into_iter().for_each(Workers::stop);
    assert_eq!(app.cell(GREETERS), "2000");
    assert_eq!(app.cell("SELECT count(*) FROM tasks WHERE handler = 'greet' AND attempts > 1"), "0");
}

#[actix_web::test]
async fn a_new_business_customer_gets_a_headquarters_at_its_address_once() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let form = [
        ("name", "Litware"),
        ("customer_type", "business"),
        ("billing_street", "1 Quay"),
        ("billing_city", "Galway"),
        ("billing_country", "ie"),
    ];
    ada.submit("/console/customers", &form).await.assert_status(303);
    ada.submit("/console/customers", &[("name", "No Place"), ("customer_type", "business")])
        .await
        .assert_status(303);
    ada.submit(
        "/console/customers",
        &[("name", "A Person"), ("customer_type", "consumer"), ("billing_city", "Cork")],
    )
    .await
    .assert_status(303);
    app.run_tasks().await;
    let places = "SELECT string_agg(concat_ws(' ', c.name, l.name, l.address->>'city', l.country_code, l.is_hq), ', ')
                  FROM locations l JOIN customers c ON c.id = l.customer_id WHERE c.name IN ('Litware', 'No Place', 'A Person')";
    assert_eq!(app.cell(places), "Litware Litware Galway IE t");
    // Once only in effect, also where it runs again.
    app.sql("UPDATE tasks SET state = 'queued', finished_at = NULL WHERE handler = 'add_headquarters'");
    app.run_tasks().await;
    assert_eq!(app.cell(places), "Litware Litware Galway IE t");
    let page = ada.get(&format!("/console/customers/{}", app.customer("Litware"))).await;
    page.assert_ok().assert_text("Headquarters");
}

#[actix_web::test]
async fn claims_follow_the_products_of_the_customer_and_nothing_else() {
    let app = TestApp::start().await;
    app.run_tasks().await;
    let claims = "SELECT string_agg(u.products::text || u.claims_version, ' ' ORDER BY u.email) FROM users u
                  JOIN customers c ON c.id = u.customer_id WHERE c.name = 'Northwind Traders'";
    assert_eq!(app.cell(claims), "{}1 {}1");
    app.sql("UPDATE customers SET notes = 'hello', phone = '+12125550199' WHERE name = 'Northwind Traders'");
    let renewals = "SELECT count(*) FROM tasks WHERE handler = 'renew_claims'";
    assert_eq!(app.cell(renewals), "0");
    app.sql("UPDATE customers SET products = '{crm,desk}' WHERE name = 'Northwind Traders'");
    app.run_tasks().await;
    assert_eq!(app.cell(claims), "{crm,desk}2 {crm,desk}2");
    assert_eq!(app.cell("SELECT count(*) FROM users WHERE claims_version > 1"), "2", "nobody else's");
    // A customer without users is ordinary.
    app.sql("UPDATE customers SET products = '{crm}' WHERE name = 'Contoso'");
    assert_eq!(app.run_tasks().await, 1);
    // An open session sees it at its next request.
    let carol = app.person("carol@northwind.test").await;
    carol.get("/account").await.assert_ok().assert_text("crm, desk");
    app.sql("UPDATE customers SET products = '{desk}' WHERE name = 'Northwind Traders'");
    app.run_tasks().await;
    carol.get("/account").await.assert_ok().assert_no_text("crm, desk");
}

/// Puts one of Acme's tasks in a state, and returns its id.
fn one_that_is(app: &TestApp, set: &str) -> String {
    let id =
        app.cell("SELECT min(k.id) FROM tasks k JOIN tenants t ON t.id = k.tenant_id WHERE t.slug = 'acme'");
    app.sql(&format!("UPDATE tasks SET {set} WHERE id = {id}"));
    id
}

#[actix_web::test]
async fn an_admin_sees_why_a_task_is_dead_and_has_it_run_again() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let id = one_that_is(
        &app,
        "state = 'dead', attempts = 10, finished_at = now(), error = 'the <other> side is closed'",
    );
    // Without a choice the page shows what needs somebody.
    let list = ada.get("/console/tasks").await;
    list.assert_ok().assert_text("the <other> side is closed").assert_text("10 of 10");
    let page = ada.get(&format!("/console/tasks/{id}")).await;
    page.assert_ok().assert_text("Why it failed").assert_text("CUSTOMER_CREATED").assert_text("10 of 10");
    let after = ada.submit_and_follow(&format!("/console/tasks/{id}"), &[("decision", "retry")]).await;
    after
        .assert_ok()
        .assert_text("The task runs again now.")
        .assert_text("0 of 10")
        .assert_text("Last decided byAda");
    app.run_tasks().await;
    ada.get(&format!("/console/tasks/{id}")).await.assert_text("Done");
    // What is done can't be decided about any more.
    ada.submit(&format!("/console/tasks/{id}"), &[("decision", "discard")]).await.assert_status(409);
    ada.submit(&format!("/console/tasks/{id}"), &[("decision", "burn")]).await.assert_status(400);
}

#[actix_web::test]
async fn a_discarded_task_never_runs() {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    let id = one_that_is(&app, "attempts = 1, error = 'no'");
    ada.get("/console/tasks?list=failed").await.assert_ok().assert_text("Failed, will be tried again");
    let after = ada.submit_and_follow(&format!("/console/tasks/{id}"), &[("decision", "discard")]).await;
    after.assert_ok().assert_text("is discarded");
    app.run_tasks().await;
    assert_eq!(app.cell(&format!("SELECT state FROM tasks WHERE id = {id}")), "discarded");
}

#[actix_web::test]
async fn all_dead_ones_are_retried_together_and_none_of_another_tenant() {
    let app = TestApp::start().await;
    app.sql("UPDATE tasks SET state = 'dead', attempts = 10, finished_at = now(), error = 'no'");
    let acme = "SELECT count(*) FROM tasks k JOIN tenants t ON t.id = k.tenant_id WHERE t.slug = 'acme' AND k.state = 'dead'";
    let others = "SELECT count(*) FROM tasks k LEFT JOIN tenants t ON t.id = k.tenant_id WHERE t.slug IS DISTINCT FROM 'acme' AND k.state = 'dead'";
    let (before, foreign) = (app.cell(acme), app.cell(others));
    assert!(before != "0" && foreign != "0");
    let ada = app.person("ada@acme.test").await;
    let after = ada.submit_and_follow("/console/tasks", &[("decision", "retry"), ("list", "dead")]).await;
    after.assert_ok().assert_text(&format!("{before} tasks run again now."));
    assert_eq!((app.cell(acme), app.cell(others)), ("0".into(), foreign));
    ada.submit("/console/tasks", &[("decision", "retry"), ("list", "done")]).await.assert_status(400);
}

#[actix_web::test]
async fn the_list_goes_on_page_by_page() {
    let app = TestApp::start().await;
    app.crowd(120);
    let ada = app.person("ada@acme.test").await;
    let (mut url, mut seen) = ("/console/tasks?list=queued".to_owned(), vec![]);
    loop {
        let page = ada.get(&url).await;
        seen.extend(page.assert_ok().all("tbody tr th a[href]"));
        match page.attribute("a[rel=next]", "href") {
            Some(next) => url = next,
            None => break,
        }
    }
    let queued = app.cell("SELECT count(*) FROM tasks k JOIN tenants t ON t.id = k.tenant_id WHERE t.slug = 'acme' AND k.state = 'queued'");
    assert_eq!(seen.len().to_string(), queued);
}

#[actix_web::test]
async fn a_platform_admin_sees_the_tasks_of_every_tenant_and_the_platform_s_own() {
    let app = TestApp::start().await;
    app.sql("SELECT schedule_task('forget_expired_sessions', now(), 5::smallint)");
    let root = app.person("root@clientele.test").await;
    let list = root.get("/platform/tasks?list=queued").await;
    list.assert_ok()
        .assert_text("Acme")
        .assert_text("Globex")
        .assert_text("Forgets sessions that have ended");
}

#[actix_web::test]
async fn whatever_watches_the_server_reads_how_much_waits_and_how_much_was_done() {
    let app = TestApp::start().await;
    let address =
        clientele::infra::services::metrics::start("127.0.0.1:0".parse().unwrap(), app.db.clone()).unwrap();
    let read =
        async || reqwest::get(format!("http://{address}/metrics")).await.unwrap().text().await.unwrap();
    let queued = app.cell("SELECT count(*) FROM tasks WHERE state = 'queued'");
    let before = read().await;
    assert!(before.contains(&format!("clientele_tasks{{state=\"queued\"}} {queued}\n")), "{before}");
    app.run_tasks().await;
    app.visitor().get("/login").await.assert_ok();
    let after = read().await;
    assert!(after.contains("clientele_tasks{state=\"queued\"} 0\n"), "{after}");
    assert!(
        after.contains("clientele_tasks_ended_total{handler=\"index_customers\",outcome=\"done\"}"),
        "{after}"
    );
    assert!(after.contains("route=\"/login\",status=\"200\""), "{after}");
}
