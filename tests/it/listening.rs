//! The connection that listens is encrypted as those of libpq are.
use crate::support::encrypted::EncryptedCluster;
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
               WHERE query LIKE '%LISTEN events' AND state = 'idle' AND ssl";
    sql_query(sql).get_result::<Count>(conn).unwrap().number
}

/// What another process notifies of arrives where libpq connects, and nowhere else.
#[actix_web::test]
async fn a_change_is_heard_through_tls() {
    let cluster = EncryptedCluster::start("db.test");
    let mut conn = PgConnection::establish(&cluster.local_url()).unwrap();
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
        assert_eq!(listeners(&mut conn), heard, "{options}");
        if is_taken {
            conn.batch_execute("NOTIFY events").unwrap();
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
    let mut conn = PgConnection::establish(&cluster.local_url()).unwrap();
    assert_eq!(listeners(&mut conn), 0);
    let text = log.text();
    assert_eq!(text.matches("not listening to the database").count(), 1, "{text}");
    assert!(text.contains("WARN") && text.contains("UnknownIssuer"), "{text}");
}
