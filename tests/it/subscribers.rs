//! Every subscriber is run twice and has its effect once.
use crate::support::{TestApp, cast};
use clientele::{
    infra::jobs::{self, Handler, Tools, Work},
    routing::HANDLERS,
};

/// Handlers that would do it twice, were not their work and the mark that it is done one transaction: a second worker that was given the
/// task meanwhile is refused, with all that it did.
const ONE_TRANSACTION: &[&str] = &[
    "notify_of_tickets",
    "notify_of_messages",
    "notify_of_assignments",
    "notify_of_calls",
    "tell_of_arranged_calls",
    "answer_registrations",
    "tell_of_returns",
];

/// Takes each task away from its worker just before it is marked as done.
const THEFT: &str = "CREATE FUNCTION steal() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
    CREATE TRIGGER steal BEFORE UPDATE ON tasks FOR EACH ROW WHEN (NEW.state = 'done') EXECUTE FUNCTION steal()";

/// Something that each handler has to do with.
async fn world() -> TestApp {
    let app = TestApp::start().await;
    let ada = app.person("ada@acme.test").await;
    app.sql(&crate::access::things());
    let ticket = app.open_ticket("cody@northwind.test", "For everybody");
    app.write_to(ticket, "cody@northwind.test", "Is anybody there?");
    app.write_to(ticket, "ada@acme.test", "Yes.");
    app.assign(ticket, "ada@acme.test", "grace@acme.test");
    work(&app).await;
    app.sql(
        "UPDATE customers SET name = name || ' Ltd', products = '{crm}' WHERE name = 'Northwind Traders';
         UPDATE contacts SET email = 'access@northwind.test' WHERE first_name = 'Access';
         DELETE FROM customer_success_owned_customers WHERE id = '00000000-0000-7000-8000-00000000000f';
         DELETE FROM attachments;
         UPDATE imports SET state = 'running', started_at = now() WHERE file_name = 'access.csv';
         INSERT INTO calls (tenant_id, customer_id, requester_id, requester_name, phone, topic, time_zone)
             SELECT tenant_id, customer_id, id, name, '+12125550188', 'Call me', 'UTC' FROM users WHERE email = 'cody@northwind.test';
         INSERT INTO registration_domains (tenant_id, customer_id, domain, verified_at, verified_by, verified_until)
             SELECT tenant_id, id, 'northwind.test', now(), 'dns', now() + interval '1 year' FROM customers WHERE name LIKE 'Northwind%' ON CONFLICT DO NOTHING;",
    );
    let registration = format!("/console/customers/{}/registration", app.customer("Northwind Traders Ltd"));
    let form = [("is_on", "true"), ("domains", "northwind.test"), ("role", "customer_user")];
    ada.submit(&registration, &form).await.assert_status(303);
    app.sql("UPDATE registration_domains SET verified_at = now(), verified_by = 'dns', verified_until = now() + interval '1 year'");
    let form =
        [("name", "Nora Quill"), ("email", "nora@northwind.test"), ("new_password", "violet-harbour-signal")];
    app.visitor().submit("/register", &form).await;
    app.visitor().submit("/forgotten-password", &[("email", "grace@acme.test")]).await;
    app.visitor().submit("/login", &[("email", "grace@acme.test"), ("password", "wrong")]).await;
    let form = [("current_password", cast::PASSWORD), ("new_password", "violet-harbour-signal")];
    app.person("cody@northwind.test").await.submit("/account/password", &form).await.assert_status(303);
    work(&app).await;
    // Customers that go, ask, come back; and one whose time is over.
    app.sql("INSERT INTO deactivations (tenant_id, customer_id, grace_ends_at, reason) SELECT tenant_id, id, now() + interval '1 day', 'price' FROM customers WHERE name LIKE 'Northwind%' OR name = 'Contoso'");
    work(&app).await;
    app.sql("UPDATE deactivations SET asked_at = now(), asked_words = 'Please' WHERE customer_id = (SELECT id FROM customers WHERE name LIKE 'Northwind%')");
    work(&app).await;
    app.sql(
        "UPDATE deactivations SET reactivated_at = now() WHERE customer_id = (SELECT id FROM customers WHERE name LIKE 'Northwind%');
         UPDATE deactivations SET churned_at = now() WHERE customer_id = (SELECT id FROM customers WHERE name = 'Contoso')",
    );
    for handler in HANDLERS.iter().filter(|handler| !handler.at.is_empty()) {
        app.sql(&format!("SELECT schedule_task('{}', now(), 5::smallint)", handler.name));
    }
    work(&app).await;
    app
}

/// Does all there is, also what waits for its time.
async fn work(app: &TestApp) {
    loop {
        app.sql("UPDATE tasks SET run_at = now() WHERE state = 'queued' AND attempts = 0");
        if app.run_tasks().await == 0 {
            return;
        }
    }
}

/// What there is, but for the log and the queue.
fn fingerprint(app: &TestApp) -> Vec<String> {
    let tables = app.rows(
        "SELECT c.relname FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace
         AND c.relname NOT IN ('tasks', 'task_routes', '__diesel_schema_migrations') ORDER BY 1",
    );
    tables
        .iter()
        .map(|table| {
            let content = format!("SELECT count(*) || ' ' || md5(coalesce(string_agg(t::text, '' ORDER BY t::text), '')) FROM {table} t");
            format!("{table} {}", app.cell(&content))
        })
        .collect()
}

#[actix_web::test]
async fn each_is_run_twice_and_has_its_effect_once() {
    let app = world().await;
    let idle: Vec<&str> = HANDLERS
        .iter()
        .map(|handler| handler.name)
        .filter(|name| {
            app.cell(&format!("SELECT count(*) FROM tasks WHERE handler = '{name}' AND state = 'done'"))
                == "0"
        })
        .collect();
    assert_eq!(
        idle,
        [""; 0],
        "a case is missing in the world of this test: {}",
        app.rows(
            "SELECT handler || ' ' || state || ' ' || coalesce(error, '') FROM tasks WHERE state <> 'done'"
        )
        .join("; ")
    );
    let mut wrong = vec![];
    for handler in HANDLERS {
        let name = handler.name;
        if ONE_TRANSACTION.contains(&name) {
            assert!(matches!(handler.work, Work::Inside(_)), "{name} leaves the database");
            app.sql(THEFT);
            let changed = changed_by_another_run(&app, handler).await;
            app.sql("DROP FUNCTION steal CASCADE");
            if !changed.is_empty() {
                wrong.push(format!("{name}, by a worker that has lost the task: {changed:?}"));
            }
        }
        let changed = changed_by_another_run(&app, handler).await;
        match ONE_TRANSACTION.contains(&name) {
            true if changed.is_empty() => wrong.push(format!("{name} is excused without need")),
            false if !changed.is_empty() => wrong.push(format!("{name}: {changed:?}")),
            _ => {}
        }
    }
    assert_eq!(wrong, [""; 0]);
}

/// Runs its tasks again, and returns what is another than before.
async fn changed_by_another_run(app: &TestApp, handler: &'static Handler) -> Vec<String> {
    work(app).await;
    let (before, mails) = (fingerprint(app), app.mailer.kept().unwrap().len());
    app.sql(&format!(
        "UPDATE tasks SET state = 'queued', finished_at = NULL, attempts = 0, run_at = now() WHERE handler = '{}' AND attempts > 0",
        handler.name
    ));
    let tools = Tools { mailer: app.mailer.clone(), files: app.files.clone(), ..Tools::default() };
    let (db, only) = (app.db.clone(), std::slice::from_ref(handler));
    let ran = actix_web::web::block(move || jobs::run_all(&db, only, &tools)).await.unwrap().unwrap();
    assert!(ran > 0, "{}", handler.name);
    let after = fingerprint(app);
    let changed = before.iter().zip(&after).filter(|(was, is)| was != is);
    let mut changed: Vec<String> = changed.map(|(was, is)| format!("{was} -> {is}")).collect();
    if app.mailer.kept().unwrap().len() != mails {
        changed.push("a mail was sent".into());
    }
    changed
}
