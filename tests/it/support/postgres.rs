//! One PostgreSQL for the whole run; a database of its own for every test, cloned from a migrated template with the cast in it.
use clientele::{
    infra::{
        db::{
            logins::{self, Logins},
            migrations,
        },
        services::postgres::Programs,
    },
    routing::HANDLERS,
};
use diesel::{Connection, PgConnection, RunQueryDsl, connection::SimpleConnection, sql_query};
use std::{
    fs,
    io::Write,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{
        LazyLock,
        atomic::{AtomicU32, Ordering},
    },
};

static CLUSTER: LazyLock<Cluster> = LazyLock::new(Cluster::start);
static NEXT: AtomicU32 = AtomicU32::new(0);

/// The role that owns the test databases: no superuser, since a superuser would skip every policy, and it makes no roles.
const OWNER: &str = "clientele_test";

#[derive(diesel::QueryableByName)]
struct Database {
    #[diesel(sql_type = diesel::sql_types::Text)]
    name: String,
}

struct Cluster {
    socket: PathBuf,
    template: String,
}

/// A database cloned from the template, dropped with the value.
pub struct TestDatabase {
    name: String,
}

impl TestDatabase {
    /// With the schema and the cast in it.
    pub fn new() -> Self {
        Self::made_from(&CLUSTER.template)
    }

    /// Without anything.
    pub fn empty() -> Self {
        Self::made_from("template0")
    }

    fn made_from(template: &str) -> Self {
        let name = format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut admin = CLUSTER.superuser();
        let create = format!("CREATE DATABASE {name} TEMPLATE {template} OWNER {OWNER} STRATEGY FILE_COPY");
        admin.batch_execute(&create).unwrap_or_else(|e| panic!("{create}: {e}"));
        logins::guard(&mut admin, &name).unwrap();
        Self { name }
    }

    /// Fills an empty one from what `bin/release` wrote.
    pub fn restore(&self, dump: &Path) {
        let unpacked = Command::new("gunzip").arg("-c").arg(dump).output().unwrap();
        assert!(unpacked.status.success(), "{}", String::from_utf8_lossy(&unpacked.stderr));
        self.run(&unpacked.stdout);
    }

    /// Runs a script, as the owner of the tables.
    pub fn run(&self, script: &[u8]) {
        let mut psql = Command::new(Programs::newest().unwrap().program("psql"))
            .args(["-Xq", "-v", "ON_ERROR_STOP=1", "--dbname", &self.url()])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        psql.stdin.take().unwrap().write_all(script).unwrap();
        let ran = psql.wait_with_output().unwrap();
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    }

    /// As the owner of the tables, who migrates.
    pub fn url(&self) -> String {
        CLUSTER.url(OWNER, &self.name)
    }

    /// As the server connects.
    pub fn logins(&self) -> Logins {
        Logins::direct(|role| CLUSTER.url(role, &self.name))
    }

    /// As the migrations connect: to look behind the policies, in assertions only.
    pub fn owner(&self) -> PgConnection {
        PgConnection::establish(&self.url()).unwrap()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        CLUSTER.admin(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name));
    }
}

/// The schema as SQL, without the marks that differ from dump to dump.
pub fn schema_of(database: &TestDatabase) -> String {
    dumped(database, &[])
}

/// As [`schema_of`], without the log's partitions, which there are for the months that something happened in.
pub fn lasting_schema_of(database: &TestDatabase) -> String {
    dumped(database, &["--exclude-schema=event_months", "--exclude-table=__diesel_schema_migrations"])
}

fn dumped(database: &TestDatabase, options: &[&str]) -> String {
    let program = Programs::newest().unwrap().program("pg_dump");
    let mut dump = Command::new(program);
    dump.args(["--schema-only", "--dbname", &database.url()]).args(options);
    let dump = dump.output().unwrap();
    assert!(dump.status.success(), "{}", String::from_utf8_lossy(&dump.stderr));
    let text = String::from_utf8(dump.stdout).unwrap();
    text.lines().filter(|line| !line.starts_with('\\')).collect::<Vec<_>>().join("\n")
}

impl Cluster {
    /// Safe to call from many processes at once, as `cargo nextest` does: one holds the lock and does the work.
    fn start() -> Self {
        let home = std::env::var_os("CLIENTELE_TEST_CLUSTER")
            .map_or_else(|| quick_folder().join("clientele-test-postgres"), PathBuf::from);
        fs::create_dir_all(&home).unwrap();
        let lock = fs::File::create(home.join("lock")).unwrap();
        lock.lock().unwrap();
        let cluster = Self { socket: home.clone(), template: format!("template_{:016x}", fingerprint()) };
        if !is_running(&home) {
            let data = home.join("data");
            let _ = fs::remove_dir_all(&data);
            if is_root() {
                run("chown", &["postgres", &text(&home)]);
            }
            as_postgres(
                "initdb",
                &["-D", &text(&data), "-A", "trust", "-U", "postgres", "--no-sync", "--locale=C.UTF-8"],
            );
            let options = format!(
                "-c listen_addresses='' -c unix_socket_directories={} -c fsync=off -c synchronous_commit=off \
                 -c full_page_writes=off -c max_connections=400 -c port=5999 -c jit=off -c shared_buffers=128MB \
                 -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=256MB",
                home.display()
            );
            let log = home.join("log");
            as_postgres("pg_ctl", &["-D", &text(&data), "-o", &options, "-l", &text(&log), "-w", "start"]);
        }
        logins::make(&mut cluster.superuser(), OWNER).unwrap();
        cluster.sweep();
        if PgConnection::establish(&cluster.url(OWNER, &cluster.template)).is_err() {
            let building = format!("{}_building", cluster.template);
            cluster.admin(&format!("DROP DATABASE IF EXISTS {building} WITH (FORCE)"));
            cluster.admin(&format!("CREATE DATABASE {building} OWNER {OWNER}"));
            let mut owner = PgConnection::establish(&cluster.url(OWNER, &building)).unwrap();
            migrations::run(&mut owner, HANDLERS).unwrap();
            super::cast::seed(&mut owner);
            drop(owner);
            cluster.admin(&format!("ALTER DATABASE {building} RENAME TO {}", cluster.template));
        }
        cluster
    }

    /// Drops what a killed run left: a database whose process is gone.
    fn sweep(&self) {
        let mut conn = self.superuser();
        let found: Vec<Database> =
            sql_query("SELECT datname::text AS name FROM pg_database WHERE datname LIKE 'test\\_%'")
                .load(&mut conn)
                .unwrap();
        for Database { name } in found {
            let pid = name.split('_').nth(1).unwrap_or_default();
            if !Path::new("/proc").join(pid).exists() {
                self.admin(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
            }
        }
    }

    fn url(&self, user: &str, database: &str) -> String {
        format!("host={} port=5999 user={user} dbname={database}", self.socket.display())
    }

    fn superuser(&self) -> PgConnection {
        PgConnection::establish(&self.url("postgres", "postgres")).unwrap()
    }

    fn admin(&self, sql: &str) {
        self.superuser().batch_execute(sql).unwrap_or_else(|e| panic!("{sql}: {e}"));
    }
}

/// Memory where there is plenty of it, else the disk: each test makes a database of some 700 files, which took 20 times as long as now.
pub(super) fn quick_folder() -> PathBuf {
    let free = Command::new("df").args(["--output=avail", "--block-size=1G", "/dev/shm"]).output();
    let gigabytes = free
        .ok()
        .and_then(|free| String::from_utf8_lossy(&free.stdout).split_whitespace().last()?.parse().ok());
    if gigabytes.unwrap_or(0) >= 4 { "/dev/shm".into() } else { std::env::temp_dir() }
}

pub(super) fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}

pub(super) fn is_root() -> bool {
    fs::metadata("/proc/self").unwrap().uid() == 0
}

/// PostgreSQL refuses to run as root, so its programs run as its own user then.
pub(super) fn as_postgres(program: &str, args: &[&str]) {
    let program = clientele::infra::services::postgres::Programs::newest()
        .map_or_else(|_| program.into(), |p| p.program(program));
    let program = text(&program);
    if is_root() {
        let user = ["--reuid=postgres", "--regid=postgres", "--clear-groups", &program];
        run("setpriv", &[&user, args].concat());
    } else {
        run(&program, args);
    }
}

pub(super) fn run(program: &str, args: &[&str]) {
    let status = Command::new(program).args(args).stdout(Stdio::null()).status().unwrap();
    assert!(status.success(), "{program} {args:?}");
}

fn is_running(home: &Path) -> bool {
    fs::read_to_string(home.join("data/postmaster.pid"))
        .ok()
        .and_then(|s| s.lines().next().map(|pid| Path::new("/proc").join(pid).exists()))
        .unwrap_or(false)
}

/// Of everything that makes the template what it is.
fn fingerprint() -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    (env!("CLIENTELE_MIGRATIONS"), include_str!("cast.rs")).hash(&mut hasher);
    hasher.finish()
}
