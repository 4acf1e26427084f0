//! The private cluster: what `clientele` runs on when no `DATABASE_URL` names another database.
//!
//! It lies in the data folder and listens on nothing but a socket in a folder of mode 0700. Whoever opens the socket may connect if the
//! operating system knows them for one of those who run it ([`access`]). A server that outlived its Clientele (SIGKILL) is taken over by the next.
mod access;
mod account;
mod lock;
mod place;
mod programs;
mod server;

pub use account::Account;
pub use programs::Programs;
pub use server::{Running, SUPERUSER, Server, make_way, running, stop, url};

use crate::infra::db::logins::{self, Logins};
use diesel::{
    PgConnection, QueryResult, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::BigInt,
};
use place::Place;
use std::{
    fs::{self, File},
    os::unix::fs::DirBuilderExt,
    path::{Path, PathBuf},
    process::Child,
};

/// The name of the database and of the role that owns it.
const NAME: &str = "clientele";

/// For one machine that does other things too. What makes writes durable stays as PostgreSQL has it: on.
const SETTINGS: &[&str] = &[
    "max_connections=100",
    "shared_buffers=256MB",
    "work_mem=16MB",
    "maintenance_work_mem=128MB",
    "effective_cache_size=1GB",
    "max_wal_size=2GB",
    "random_page_cost=1.1",
    "jit=off",
    "timezone=UTC",
    // An error in the log tells no value of a row.
    "log_error_verbosity=terse",
    // What a killed server had asked for ends soon, rather than when it is done (an import: minutes).
    #[cfg(target_os = "linux")]
    "client_connection_check_interval=2s",
    // After a crash: one call to write everything out, instead of a thousand files one by one.
    #[cfg(target_os = "linux")]
    "recovery_init_sync_method=syncfs",
];

/// Why there is no cluster to work with. Each says what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    #[error(
        "PostgreSQL's server programs (version {oldest} or newer) were not found: install the package `postgresql`, or set DATABASE_URL to a database that is running elsewhere",
        oldest = programs::OLDEST
    )]
    NotInstalled,
    #[error(
        "the database in {} was made by PostgreSQL {major}, whose server programs were not found: install PostgreSQL {major} again", cluster.display()
    )]
    OtherVersion { cluster: PathBuf, major: u32 },
    #[error(
        "another clientele is using the data folder {}: stop it first, or set CLIENTELE_DATA to another folder", data.display()
    )]
    InUse { data: PathBuf },
    #[error(
        "PostgreSQL can't run as root, and this machine has neither a user `postgres` nor `nobody`: start clientele as an ordinary user"
    )]
    NoAccount,
    #[error(
        "the database in {} belongs to the user number {uid}: start clientele as that user or as root", cluster.display()
    )]
    WrongOwner { cluster: PathBuf, uid: u32 },
    #[error(
        "the folder {} was there already and others can enter it: delete it, or set CLIENTELE_DATA to a shorter path", folder.display()
    )]
    NotPrivate { folder: PathBuf },
    #[error("can't {action} {}: {cause}", path.display())]
    Io { action: &'static str, path: PathBuf, cause: std::io::Error },
    #[error("PostgreSQL did not start on {}: {output}", cluster.display())]
    Failed { cluster: PathBuf, output: String },
    #[error("PostgreSQL (process {pid}) was asked to stop and is still writing; it will stop by itself")]
    DoesNotStop { pid: i32 },
    #[error("can't prepare the database: {0}")]
    Database(#[from] diesel::result::Error),
}

/// Says what was tried, and where, when the operating system refused.
fn at(action: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> ClusterError {
    let path = path.to_path_buf();
    move |cause| ClusterError::Io { action, path, cause }
}

/// A running cluster.
#[derive(Debug)]
pub struct Cluster {
    place: Place,
    /// Held as long as the value lives, by whoever may start and stop the server.
    lock: Option<File>,
    child: Option<Child>,
}

impl Cluster {
    /// Starts the cluster of a data folder, making both if need be. Only one process at a time can.
    pub fn start(data: &Path) -> Result<Self, ClusterError> {
        let data = prepare(data)?;
        match lock::of_within(&data, lock::PATIENCE)? {
            Some(lock) => Self::run(&data, lock),
            None => Err(ClusterError::InUse { data }),
        }
    }

    /// For short commands: the cluster as it runs under another clientele, or else started for the while.
    pub fn start_or_join(data: &Path) -> Result<Self, ClusterError> {
        let data = prepare(data)?;
        if let Some(lock) = lock::of(&data)? {
            return Self::run(&data, lock);
        }
        let mut place = Place::of(&data)?;
        let Some(found) = running(&place.cluster) else { return Err(ClusterError::InUse { data }) };
        place.socket = found.socket;
        server_at(&place, &data)?.wait_until_ready(None)?;
        Ok(Self { place, lock: None, child: None })
    }

    fn run(data: &Path, lock: File) -> Result<Self, ClusterError> {
        let mut place = Place::of(data)?;
        let mut child = None;
        if let Some(found) = running(&place.cluster) {
            tracing::info!(pid = found.pid, "going on with the PostgreSQL server that is running");
            place.socket = found.socket;
        }
        let server = server_at(&place, data)?;
        server.keep_log_private()?;
        if let Some(found) = running(&place.cluster) {
            // One that an older version has left lets in everybody.
            if access::write(&server)? {
                account::ask_to_read_settings(found.pid);
            }
        } else {
            server.init(&[])?;
            access::write(&server)?;
            make_way(&place.cluster, &place.socket);
            child = Some(server.launch()?);
        }
        let mut connection = server.wait_until_ready(child.as_mut())?;
        make_database(&mut connection)?;
        Ok(Self { place, lock: Some(lock), child })
    }

    /// How the owner of the database connects, who is no superuser: to migrate.
    pub fn url(&self) -> String {
        url(&self.place.socket, NAME, NAME)
    }

    /// How the server's own roles log in.
    pub fn logins(&self) -> Logins {
        Logins::direct(|role| url(&self.place.socket, role, NAME))
    }

    /// The folder of the socket.
    pub fn socket(&self) -> &Path {
        &self.place.socket
    }

    /// Stops the server and waits for it, unless it was only joined. A value that is merely dropped leaves it running.
    pub fn stop(mut self) -> Result<(), ClusterError> {
        if self.lock.is_none() {
            return Ok(());
        }
        let stopped = stop(&self.place.cluster);
        if let (Ok(()), Some(child)) = (&stopped, self.child.as_mut()) {
            let _ = child.wait();
        }
        stopped
    }
}

/// The data folder, made if need be: others may pass through it, to what is theirs, but see nothing of it.
fn prepare(data: &Path) -> Result<PathBuf, ClusterError> {
    if !data.exists() {
        fs::DirBuilder::new().recursive(true).mode(0o711).create(data).map_err(at("make", data))?;
    }
    fs::canonicalize(data).map_err(at("find", data))
}

fn server_at(place: &Place, data: &Path) -> Result<Server, ClusterError> {
    Ok(Server {
        programs: Programs::for_cluster(&place.cluster)?,
        account: Account::for_cluster(&place.cluster)?,
        cluster: place.cluster.clone(),
        socket: place.socket.clone(),
        log: data.join("postgres.log"),
        settings: SETTINGS,
    })
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Makes the roles and the database.
fn make_database(connection: &mut PgConnection) -> QueryResult<()> {
    logins::make(connection, NAME)?;
    let databases = sql_query(format!("SELECT count(*) FROM pg_database WHERE datname = '{NAME}'"))
        .get_result::<Count>(connection)?;
    if databases.count == 0 {
        connection.batch_execute(&format!("CREATE DATABASE {NAME} OWNER {NAME}"))?;
    }
    logins::guard(connection, NAME)
}
