//! Lanes: no kind of work waits for another, and no tenant for another's.
use crate::support::{TestApp, cast, mail_server::MailServer};
use clientele::{
    infra::{
        db::Db,
        jobs::{self, Handler, Job, Lane, Tools, Workers, listening},
        web::errors::Result,
    },
    routing::HANDLERS,
};
use std::time::{Duration, Instant};

const NIL: &str = "00000000-0000-0000-0000-000000000000";
const CREATED: &[&str] = &["CUSTOMER_CREATED"];

fn nothing(_: &mut Job) -> Result<()> {
    Ok(())
}

/// Waits until a question is answered with yes.
async fn until(app: &TestApp, question: &str) {
    let begun = Instant::now();
    while app.cell(&format!("SELECT {question}")) != "true" {
        assert!(begun.elapsed() < Duration::from_secs(60), "{question}");
        actix_web::rt::time::sleep(Duration::from_millis(20)).await;
    }
}

/// As many tasks of a tenant for the handler `greet` as are asked for.
fn queue(app: &TestApp, slug: &str, many: u32) {
    app.sql(&format!(
        "INSERT INTO tasks (tenant_id, handler, topic, entity_id, event_id, event_at, tries)
         SELECT t.id, 'greet', 'CUSTOMER_CREATED', gen_random_uuid(), coalesce((SELECT max(event_id) FROM tasks), 0) + n, now(), 3
         FROM tenants t, generate_series(1, {many}) AS n WHERE t.slug = '{slug}'"
    ));
}

/// What a worker with one thread free is given: whose tasks, and how many.
fn claim(app: &TestApp, together: u32, alone: bool, after: &str) -> String {
    app.cell(&format!(
        "SELECT string_agg(slug || ' ' || number, ', ') FROM (SELECT t.slug, count(*) AS number
             FROM claim_task_groups(0, '{{greet}}', '{{1}}', '{{{together}}}', '{{{alone}}}', '{{{after}}}', '{{1}}') k
             JOIN tenants t ON t.id = k.tenant_id GROUP BY t.slug) AS found"
    ))
}

async fn with_an_empty_queue() -> TestApp {
    let app = TestApp::start().await;
    app.sql("DELETE FROM tasks");
    app
}

#[actix_web::test]
async fn ten_thousand_tasks_of_one_tenant_do_not_make_another_wait() {
    let app = with_an_empty_queue().await;
    queue(&app, "acme", 10_000);
    queue(&app, "globex", 1);
    let id = |slug: &str| app.cell(&format!("SELECT id FROM tenants WHERE slug = '{slug}'"));
    // Whoever comes after the one that was served last, and again from the start.
    assert_eq!(claim(&app, 200, false, &id("acme")), "globex 1");
    assert_eq!(claim(&app, 200, false, &id("acme")), "acme 200");
    queue(&app, "globex", 1);
    let first = claim(&app, 200, false, NIL);
    let (_, other) = if first.starts_with("acme") { ("acme", "globex 1") } else { ("globex", "acme 200") };
    assert_eq!(claim(&app, 200, false, &id(first.split(' ').next().unwrap())), other);
    // What waits for its time is passed over.
    app.sql("UPDATE tasks SET run_at = now() + interval '1 hour' WHERE state = 'queued'");
    queue(&app, "globex", 1);
    assert_eq!(claim(&app, 200, false, NIL), "globex 1");
    assert_eq!(claim(&app, 200, false, NIL), "");
}

#[actix_web::test]
async fn of_a_lane_for_one_at_a_time_a_tenant_has_one() {
    let app = with_an_empty_queue().await;
    queue(&app, "acme", 3);
    queue(&app, "globex", 3);
    let mut got = [claim(&app, 1, true, NIL), claim(&app, 1, true, NIL)];
    got.sort_unstable();
    assert_eq!(got, ["acme 1", "globex 1"]);
    assert_eq!(claim(&app, 1, true, NIL), "");
    app.sql("UPDATE tasks k SET state = 'done', finished_at = now() FROM tenants t WHERE t.id = k.tenant_id AND t.slug = 'acme' AND state = 'running'");
    assert_eq!(claim(&app, 1, true, NIL), "acme 1");
}

/// Reads no more than it takes, of a hundred thousand and beside as many that are not due.
#[actix_web::test]
async fn a_claim_reads_what_it_takes() {
    let app = with_an_empty_queue().await;
    queue(&app, "globex", 50_000);
    app.sql("UPDATE tasks SET run_at = now() + interval '1 hour'");
    queue(&app, "acme", 100_000);
    app.sql("ANALYZE tasks");
    let read = "SELECT concat_ws(' ', seq_scan, idx_tup_fetch) FROM pg_stat_xact_user_tables WHERE relname = 'tasks'";
    let mut owner = app.database.owner();
    use diesel::{Connection, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::Text};
    #[derive(diesel::QueryableByName)]
    struct Cell {
        #[diesel(sql_type = Text)]
        cell: String,
    }
    // From the sixth call on by the plan that is kept. The figures add up.
    let mut before = 0;
    for _ in 0..8 {
        let read: Cell = owner
            .transaction(|conn| {
                conn.batch_execute(&format!(
                    "DO $$ BEGIN PERFORM claim_task_groups(0, '{{greet}}', '{{1}}', '{{200}}', '{{f}}', '{{{NIL}}}', '{{2}}'); END $$"
                ))?;
                sql_query(format!("SELECT ({read}) AS cell")).get_result(conn)
            })
            .unwrap();
        let (scans, rows) = read.cell.split_once(' ').unwrap();
        let rows: u32 = rows.parse().unwrap();
        assert!(scans == "0" && rows - before < 1000, "{}", read.cell);
        before = rows;
    }
    assert_eq!(app.cell("SELECT count(*) FROM tasks WHERE state = 'running'"), "3200");
}

/// A mail server takes a message and does not answer: all its lane can do is wait. Meanwhile others find, and are notified of, what is new,
/// and no transaction is open.
#[actix_web::test]
async fn a_mail_server_that_does_not_answer_holds_up_mails_alone() {
    let app = TestApp::start().await;
    app.run_tasks().await;
    let server = MailServer::held();
    let ada = app.person("ada@acme.test").await;
    // More than the lane has threads.
    for (old, new) in [
        (cast::PASSWORD, "violet-harbour-signal"),
        ("violet-harbour-signal", "amber-canyon-drum"),
        ("amber-canyon-drum", "copper-lantern-fjord"),
    ] {
        let form = [("current_password", old), ("new_password", new)];
        ada.submit("/account/password", &form).await.assert_status(303);
    }
    let connections = jobs::connections(HANDLERS, 2);
    let db = Db::connect(&app.database.logins(), connections, clientele::ENTITIES).unwrap();
    let signals = listening::start(db.login()).unwrap();
    let workers = Workers::start(db, signals.tasks, HANDLERS, server.tools(), 2).unwrap();
    until(&app, "count(*) = 2 FROM tasks WHERE handler = 'send_mail' AND state = 'running'").await;
    until_heard(&server, 2).await;

    let carol = app.person("carol@northwind.test").await;
    let form =
        [("subject", "The zeppelin is late"), ("body", "It was due on Monday."), ("priority", "normal")];
    carol.submit("/customer/tickets", &form).await.assert_status(303);
    for handler in ["index_tickets", "notify_of_tickets"] {
        let done = format!(
            "count(*) = 1 FROM tasks k JOIN tickets t ON t.id = k.entity_id WHERE t.subject = 'The zeppelin is late' AND k.handler = '{handler}' AND k.state = 'done'"
        );
        until(&app, &done).await;
    }
    // All of that came while not one mail had been sent, and none was given up.
    assert_eq!(app.cell("SELECT count(*) FROM mails WHERE sent_at IS NOT NULL"), "0");
    assert_eq!(
        app.cell(
            "SELECT count(*) FROM tasks WHERE handler = 'send_mail' AND state = 'running' AND attempts = 1"
        ),
        "2"
    );
    // Once is no proof: what else works comes and goes.
    until(
        &app,
        "count(*) = 0 FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%'",
    )
    .await;

    server.release();
    until(&app, "bool_and(sent_at IS NOT NULL) FROM mails WHERE kind = 'password_changed'").await;
    workers.stop();
}

async fn until_heard(server: &MailServer, messages: usize) {
    let begun = Instant::now();
    while server.heard("message").len() < messages {
        assert!(begun.elapsed() < Duration::from_secs(60), "the mail server heard nothing");
        actix_web::rt::time::sleep(Duration::from_millis(20)).await;
    }
}

/// One lane is held by a handler that waits for a lock; the other's work is done.
#[actix_web::test]
async fn work_inside_the_database_waits_for_its_own_lane_only() {
    use diesel::{RunQueryDsl, connection::SimpleConnection, sql_query};
    fn wait(job: &mut Job) -> Result<()> {
        Ok(sql_query("SELECT pg_advisory_xact_lock(4711)").execute(job.tx.conn).map(drop)?)
    }
    static TWO: &[Handler] = &[
        Handler::on("wait", "", CREATED, wait).one_by_one(3).in_lane(Lane::new("slow", 2)),
        Handler::on("greet", "", CREATED, nothing),
    ];
    let app = TestApp::start().await;
    app.sql("DELETE FROM task_routes");
    jobs::sync(&mut app.database.owner(), TWO, "2026-01-01-000000_first").unwrap();
    let mut holder = app.database.owner();
    holder.batch_execute("SELECT pg_advisory_lock(4711)").unwrap();
    let db = Db::connect(&app.database.logins(), jobs::connections(TWO, 2), clientele::ENTITIES).unwrap();
    let signals = listening::start(db.login()).unwrap();
    let workers = Workers::start(db, signals.tasks, TWO, Tools::default(), 2).unwrap();
    app.crowd(20);
    until(&app, "count(*) = 20 FROM tasks WHERE handler = 'greet' AND state = 'done'").await;
    assert_eq!(
        app.cell("SELECT count(*) FROM tasks WHERE handler = 'wait' AND state = 'running'"),
        "2",
        "as many as it has threads"
    );
    holder.batch_execute("SELECT pg_advisory_unlock(4711)").unwrap();
    until(&app, "count(*) = 20 FROM tasks WHERE handler = 'wait' AND state = 'done'").await;
    workers.stop();
}
