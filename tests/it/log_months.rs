//! The log is kept in a partition for each month.
use crate::support::TestApp;
use diesel::connection::SimpleConnection;

const WHERE: &str = "SELECT string_agg(DISTINCT tableoid::regclass::text, ', ') FROM events";

/// An event of Acme at some time, as SQL.
fn event(at: &str) -> String {
    format!(
        "INSERT INTO events (tenant_id, topic, entity, entity_id, audience, operation, occurred_at)
         SELECT id, 'TAG_CREATED', 'old', id, 'system', 'insert', '{at}' FROM tenants WHERE slug = 'acme'"
    )
}

#[actix_web::test]
async fn an_event_lies_in_the_partition_of_its_month() {
    let app = TestApp::start().await;
    let month = app.cell("SELECT 'event_months.m' || to_char(now() AT TIME ZONE 'UTC', 'YYYY_MM')");
    assert_eq!(app.cell(WHERE), month);
}

#[actix_web::test]
async fn what_came_before_its_month_was_made_moves_there() {
    let app = TestApp::start().await;
    app.sql(&event("2019-02-28T23:59:59Z"));
    app.sql(&event("2019-03-01T00:00:00Z"));
    let old = format!("{WHERE} WHERE entity = 'old'");
    assert_eq!(app.cell(&old), "event_months.other");
    assert_eq!(app.cell("SELECT make_event_partitions('2019-02-10', '2019-03-10')"), "2");
    assert_eq!(app.cell(&old), "event_months.m2019_02, event_months.m2019_03");
    assert_eq!(app.cell("SELECT make_event_partitions('2019-02-10', '2019-03-10')"), "0");
    app.sql(&event("2019-02-01T00:00:00Z"));
    assert_eq!(app.cell("SELECT count(*) FROM event_months.m2019_02"), "2");
    assert_eq!(
        app.cell("SELECT count(*) FROM events WHERE entity = 'old' AND occurred_at < '2020-01-01'"),
        "3"
    );
}

#[actix_web::test]
async fn servers_that_start_together_make_each_month_once() {
    let app = TestApp::start().await;
    let made: Vec<_> = (0..4)
        .map(|_| {
            let mut owner = app.database.owner();
            std::thread::spawn(move || {
                owner.batch_execute("SELECT make_event_partitions('2018-01-01', '2018-12-31')")
            })
        })
        .collect();
    for each in made {
        each.join().unwrap().unwrap();
    }
    assert_eq!(
        app.cell("SELECT count(*) FROM pg_inherits WHERE inhparent = 'events'::regclass AND inhrelid::regclass::text LIKE '%m2018%'"),
        "12"
    );
}

#[actix_web::test]
async fn there_is_room_for_three_months_to_come() {
    let app = TestApp::start().await;
    app.sql("DO $$ BEGIN EXECUTE 'DROP TABLE event_months.m' || to_char((now() + interval '2 months') AT TIME ZONE 'UTC', 'YYYY_MM'); END $$");
    assert_eq!(app.cell("SELECT make_coming_event_partitions()"), "1");
    let late = app.cell("SELECT date_trunc('month', now() AT TIME ZONE 'UTC') + interval '3 months 27 days'");
    app.sql(&event(&format!("{late}Z")));
    assert_ne!(app.cell(&format!("{WHERE} WHERE entity = 'old'")), "event_months.other");
}

#[actix_web::test]
async fn partitions_are_append_only_and_out_of_the_servers_reach() {
    let app = TestApp::start().await;
    let part = app.cell(WHERE);
    for (sql, refusal) in [
        (format!("TRUNCATE {part}"), "append-only"),
        (format!("DELETE FROM {part}"), "append-only"),
        (format!("UPDATE {part} SET topic = 'X'"), "append-only"),
        ("TRUNCATE events".to_owned(), "append-only"),
    ] {
        let refused = app.database.owner().batch_execute(&sql).unwrap_err().to_string();
        assert!(refused.contains(refusal), "{sql}: {refused}");
    }
    for sql in [format!("SELECT FROM {part}"), "SELECT make_event_partitions(now(), now())".to_owned()] {
        let mut server = app.database.logins().app.establish().unwrap();
        let refused = server.batch_execute(&sql).unwrap_err().to_string();
        assert!(refused.contains("permission denied"), "{sql}: {refused}");
    }
}
