//! The connection that listens is encrypted as those of libpq are.
use crate::support::{TestApp, encrypted::EncryptedCluster};
use clientele::infra::{db::logins::Login, jobs::listening};
use diesel::{
    Connection, PgConnection, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::BigInt,
};
use std::{
    io::Write,
    sync::{Arc, Mutex},
    time::Duration,
};

/// What the server logs.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, text: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Log {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    number: i64,
}

fn listeners(conn: &mut PgConnection) -> i64 {
    let sql = "SELECT count(*) AS number FROM pg_stat_activity JOIN pg_stat_ssl USING (pid)
               WHERE query LIKE '%log_position%' AND ssl";
    sql_query(sql).get_result::<Count>(conn).unwrap().number
}

/// What another process notifies of arrives where libpq connects, and nowhere else.
#[actix_web::test]
async fn a_change_is_heard_through_tls() {
    let cluster = EncryptedCluster::start("db.test");
    let mut conn = cluster.migrate();
    let mut superuser = PgConnection::establish(&cluster.local_url("postgres")).unwrap();
    let mut heard = 0;
    for (host, options, is_taken) in [
        ("db.test", "sslmode=verify-full&sslrootcert={right}", true),
        ("db.test", "sslmode=require", true),
        ("db.test", "sslmode=prefer", true),
        ("db.test", "sslmode=allow", true),
        ("other.test", "sslmode=verify-ca&sslrootcert={right}", true),
        ("other.test", "sslmode=verify-full&sslrootcert={right}", false),
        ("db.test", "sslmode=verify-ca&sslrootcert={wrong}", false),
        ("db.test", "sslmode=require&sslrootcert={wrong}", false),
        ("db.test", "sslmode=disable", false),
    ] {
        let login = Login::direct(cluster.url(host, options));
        assert_eq!(login.establish().is_ok(), is_taken, "libpq: {options}");
        let mut signals = listening::start(&login).unwrap();
        // It wakes whoever waits when it listens, and when it can't.
        signals.events.changed().await.unwrap();
        heard += i64::from(is_taken);
        assert_eq!(listeners(&mut superuser), heard, "{options}");
        if is_taken {
            let quiet = Duration::from_millis(300);
            while tokio::time::timeout(quiet, signals.events.changed()).await.is_ok() {}
            let change = format!(
                "INSERT INTO tenants (name, slug) VALUES ('One', 'one-{heard}');
                 INSERT INTO customers (tenant_id, name, customer_type) SELECT id, 'One', 'business' FROM tenants WHERE slug = 'one-{heard}'"
            );
            conn.batch_execute(&change).unwrap();
            let change = tokio::time::timeout(Duration::from_secs(20), signals.events.changed());
            change.await.expect(options).unwrap();
        }
    }
}

#[actix_web::test]
async fn a_server_that_is_not_trusted_is_not_listened_to_and_the_log_says_so_once() {
    let cluster = EncryptedCluster::start("db.test");
    let log = Log::default();
    let writer = log.clone();
    tracing_subscriber::fmt().with_ansi(false).with_writer(move || writer.clone()).init();
    let login = Login::direct(cluster.url("db.test", "sslmode=verify-full&sslrootcert={wrong}"));
    let mut signals = listening::start(&login).unwrap();
    // It wakes whoever waits all the same, once a second.
    for _ in 0..3 {
        signals.events.changed().await.unwrap();
    }
    let mut conn = PgConnection::establish(&cluster.local_url("postgres")).unwrap();
    assert_eq!(listeners(&mut conn), 0);
    let text = log.text();
    assert_eq!(text.matches("not listening to the database").count(), 1, "{text}");
    assert!(text.contains("WARN") && text.contains("UnknownIssuer"), "{text}");
}

/// Who commits while a server is awake notifies nobody, and so waits for nobody; in a calm the first one wakes it.
#[actix_web::test]
async fn writers_notify_only_in_a_calm() {
    let app = TestApp::start().await;
    let mut conn = app.database.owner();
    conn.batch_execute("LISTEN events").unwrap();
    let change = || app.sql("UPDATE customers SET notes = notes || '.' WHERE name = 'Contoso'");
    let mut notified = || {
        conn.batch_execute("SELECT").unwrap();
        conn.notifications_iter().count()
    };
    let asleep = || app.cell("SELECT last_value FROM listeners_asleep") == "1";
    assert!(asleep(), "nobody listens, and whoever does may sleep");
    change();
    assert_eq!(notified(), 1);
    let mut signals = listening::start(app.db.login()).unwrap();
    signals.events.changed().await.unwrap();
    assert!(!asleep());
    for _ in 0..3 {
        change();
        let heard = tokio::time::timeout(Duration::from_secs(20), signals.events.changed());
        heard.await.unwrap().unwrap();
    }
    assert_eq!(notified(), 0);
    // A long transaction that began before is heard of when it ends, also after shorter ones.
    let mut long = app.database.owner();
    long.batch_execute("BEGIN; UPDATE customers SET notes = notes || '.' WHERE name = 'Initech'").unwrap();
    change();
    while tokio::time::timeout(Duration::from_millis(500), signals.events.changed()).await.is_ok() {}
    assert!(!asleep());
    long.batch_execute("COMMIT").unwrap();
    tokio::time::timeout(Duration::from_secs(20), signals.events.changed()).await.unwrap().unwrap();
    let calm = std::time::Instant::now();
    while !asleep() {
        assert!(calm.elapsed() < Duration::from_secs(30), "it never sleeps");
        actix_web::rt::time::sleep(Duration::from_millis(50)).await;
    }
    signals.events.mark_unchanged();
    change();
    tokio::time::timeout(Duration::from_secs(20), signals.events.changed()).await.unwrap().unwrap();
    assert_eq!(notified(), 1);
}

#[derive(diesel::QueryableByName)]
struct Number {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    n: i64,
}

/// Also where nobody else writes: a snapshot alone does not know of a transaction that is the last one.
#[actix_web::test]
async fn whoever_finds_new_numbers_waits_for_all_who_may_have_taken_them() {
    let app = TestApp::start().await;
    let mut long = app.database.owner();
    long.batch_execute("BEGIN; UPDATE customers SET notes = notes || '.' WHERE name = 'Initech'").unwrap();
    let own = diesel::sql_query("SELECT pg_current_xact_id()::text::bigint AS n");
    let own = diesel::RunQueryDsl::get_result::<Number>(own, &mut long).unwrap().n;
    let next: i64 = app.cell("SELECT next FROM log_position(0, -1, -1)").parse().unwrap();
    assert!(next > own, "{next} is to be later than {own}");
    assert_eq!(app.cell(&format!("SELECT open > 0 FROM log_position({next}, -1, -1)")), "true");
}
