//! One server process: make its cluster, start it, find it again, stop it.
use super::{Account, ClusterError, Programs, account, at};
use diesel::{Connection, PgConnection};
use std::{
    fs::{self, File},
    os::unix::{
        fs::{OpenOptionsExt, PermissionsExt},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

/// The port is only a part of the socket's name: nothing listens on the network.
const PORT: u16 = 5432;
/// The role that makes roles and databases; the application never connects as it.
pub const SUPERUSER: &str = "postgres";
const POLL: Duration = Duration::from_millis(10);
const PATIENCE: Duration = Duration::from_secs(120);
/// What files have that are for whoever runs the server alone.
pub(super) const PRIVATE: u32 = 0o600;
/// Above this a log starts anew: it is there to explain a failed start.
const LONGEST_LOG: u64 = 16 << 20;

/// A server that is to run on a cluster.
pub struct Server {
    pub programs: Programs,
    pub account: Account,
    /// PostgreSQL's data directory.
    pub cluster: PathBuf,
    /// The folder of the socket.
    pub socket: PathBuf,
    /// Where the server writes what it has to say.
    pub log: PathBuf,
    /// Settings, each as `name=value`.
    pub settings: &'static [&'static str],
}

impl Server {
    /// Makes the cluster if there is none. A half-made one, left by a crash, is thrown away.
    pub fn init(&self, extra: &[&str]) -> Result<(), ClusterError> {
        if self.cluster.join("PG_VERSION").exists() {
            return Ok(());
        }
        let making = self.cluster.with_extension("making");
        let _ = fs::remove_dir_all(&making);
        self.account.make_private_directory(&making).map_err(at("make", &making))?;
        let ended = self
            .account
            .command(&self.programs.program("initdb"))
            .args(["--auth-local=peer", "--auth-host=reject", "--username", SUPERUSER])
            .args(["--encoding=UTF8", "--locale=C", "--lc-ctype", ctype(), "--no-instructions"])
            .args(extra)
            .arg("--pgdata")
            .arg(&making)
            .output()
            .map_err(at("run initdb in", &making))?;
        if !ended.status.success() {
            let _ = fs::remove_dir_all(&making);
            let complaint = String::from_utf8_lossy(&ended.stderr).trim().to_owned();
            return Err(ClusterError::Failed { cluster: self.cluster.clone(), output: complaint });
        }
        fs::rename(&making, &self.cluster).map_err(at("make", &self.cluster))
    }

    /// Starts the process, in a group of its own so that Ctrl-C reaches Clientele first.
    pub fn launch(&self) -> Result<Child, ClusterError> {
        if fs::metadata(&self.log).is_ok_and(|log| log.len() > LONGEST_LOG) {
            let _ = fs::rename(&self.log, self.old_log());
        }
        let log = File::options().create(true).append(true).mode(PRIVATE).open(&self.log);
        let log = log.map_err(at("open", &self.log))?;
        let errors = log.try_clone().map_err(at("open", &self.log))?;
        let mut command: Command = self.account.command(&self.programs.program("postgres"));
        command.arg("-D").arg(&self.cluster).arg("-k").arg(&self.socket);
        command.args(["-c", "listen_addresses=", "-c", &format!("port={PORT}")]);
        for setting in self.settings {
            command.args(["-c", setting]);
        }
        command.stdout(Stdio::from(log)).stderr(Stdio::from(errors)).process_group(0);
        command.spawn().map_err(at("start PostgreSQL on", &self.cluster))
    }

    /// Takes the logs of earlier starts from everybody else on this machine: they hold what was sent to PostgreSQL.
    pub fn keep_log_private(&self) -> Result<(), ClusterError> {
        for log in [&self.log, &self.old_log()] {
            match fs::set_permissions(log, fs::Permissions::from_mode(PRIVATE)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    return Err(at("close", log)(error));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn old_log(&self) -> PathBuf {
        self.log.with_extension("log.old")
    }

    /// Waits until the server takes connections, and returns the first. A child that ends instead is an error.
    pub fn wait_until_ready(&self, child: Option<&mut Child>) -> Result<PgConnection, ClusterError> {
        let mut child = child;
        let begun = Instant::now();
        let url = url(&self.socket, SUPERUSER, SUPERUSER);
        loop {
            let refusal = match PgConnection::establish(&url) {
                Ok(connection) => return Ok(connection),
                Err(refusal) => refusal,
            };
            let ended = match child.as_mut() {
                Some(child) => child.try_wait().ok().flatten().is_some(),
                None => running(&self.cluster).is_none(),
            };
            if ended {
                return Err(ClusterError::Failed {
                    cluster: self.cluster.clone(),
                    output: self.last_words(),
                });
            }
            if begun.elapsed() > PATIENCE {
                return Err(ClusterError::Failed {
                    cluster: self.cluster.clone(),
                    output: refusal.to_string(),
                });
            }
            thread::sleep(POLL);
        }
    }

    fn last_words(&self) -> String {
        let log = fs::read(&self.log).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().filter(|line| !line.is_empty()).collect();
        lines[lines.len().saturating_sub(3)..].join("; ")
    }
}

/// Letters are those of Unicode (case, trigrams), the order is that of code points: the fastest, and the same everywhere.
fn ctype() -> &'static str {
    if cfg!(target_os = "macos") { "en_US.UTF-8" } else { "C.UTF-8" }
}

/// How to connect to a database of a server.
pub fn url(socket: &Path, user: &str, database: &str) -> String {
    let host: String = socket
        .as_os_str()
        .as_encoded_bytes()
        .iter()
        .map(|&byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect();
    format!("postgresql:///{database}?user={user}&host={host}&port={PORT}")
}

/// A server that is alive: which process, and where its socket is.
#[derive(Debug, PartialEq, Eq)]
pub struct Running {
    pub pid: i32,
    pub socket: PathBuf,
}

/// The server that runs on a cluster, if there is one. A number in a stale pid file may by now be another program's.
pub fn running(cluster: &Path) -> Option<Running> {
    let found = parse_pid_file(&fs::read_to_string(cluster.join("postmaster.pid")).ok()?)?;
    (account::is_alive(found.pid) && works_in(found.pid, cluster)).then_some(found)
}

fn parse_pid_file(text: &str) -> Option<Running> {
    let mut lines = text.lines();
    let pid = lines.next()?.trim().parse().ok()?;
    let socket = PathBuf::from(lines.nth(3)?.trim());
    Some(Running { pid, socket })
}

/// PostgreSQL's working directory is its cluster; where the system does not tell, the pid is believed.
fn works_in(pid: i32, cluster: &Path) -> bool {
    if !Path::new("/proc/self/cwd").exists() {
        return true;
    }
    let real = fs::canonicalize(cluster).ok();
    real.is_some() && fs::read_link(format!("/proc/{pid}/cwd")).ok() == real
}

/// Clears what a killed server left, when there is none any more. PostgreSQL does so itself, unless its old number is
/// taken: by another program since, or by the dead process where nobody collects those (in many containers).
pub fn make_way(cluster: &Path, socket: &Path) {
    let pid_file = cluster.join("postmaster.pid");
    let Some(left) = fs::read_to_string(&pid_file).ok().and_then(|text| parse_pid_file(&text)) else {
        return;
    };
    let begun = Instant::now();
    // The file guards the sessions of the killed server as well; they end by themselves, and only then may it go.
    while is_anybody_in(cluster) {
        if begun.elapsed() > PATIENCE {
            return;
        }
        thread::sleep(POLL);
    }
    if account::is_alive(left.pid) && !works_in(left.pid, cluster) {
        let _ = fs::remove_file(socket.join(format!(".s.PGSQL.{PORT}.lock")));
        let _ = fs::remove_file(pid_file);
    }
}

/// Whether any process works in a cluster: the server or one of its sessions.
fn is_anybody_in(cluster: &Path) -> bool {
    let real = fs::canonicalize(cluster).ok();
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    real.is_some() && processes.into_iter().any(|each| fs::read_link(each.path().join("cwd")).ok() == real)
}

/// Stops the server of a cluster, if one runs, and waits until it has written everything.
pub fn stop(cluster: &Path) -> Result<(), ClusterError> {
    let Some(found) = running(cluster) else { return Ok(()) };
    account::ask_to_stop(found.pid);
    let begun = Instant::now();
    while running(cluster).is_some_and(|still| still.pid == found.pid) {
        if begun.elapsed() > PATIENCE {
            return Err(ClusterError::DoesNotStop { pid: found.pid });
        }
        thread::sleep(POLL);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pid_file_tells_the_process_and_its_socket() {
        let text = "4711\n/data/postgres\n1700000000\n5432\n/run/clientele\n\n  42 7\nready   \n";
        let expected = Running { pid: 4711, socket: "/run/clientele".into() };
        assert_eq!(parse_pid_file(text), Some(expected));
        assert_eq!(parse_pid_file("4711\n"), None);
        assert_eq!(parse_pid_file(""), None);
    }

    #[test]
    fn a_path_with_spaces_survives_in_a_url() {
        assert_eq!(
            url(Path::new("/srv/my data/ä"), "clientele", "clientele"),
            "postgresql:///clientele?user=clientele&host=/srv/my%20data/%C3%A4&port=5432"
        );
    }

    #[test]
    fn a_living_process_that_is_not_the_server_is_not_taken_for_it() {
        let cluster = std::env::temp_dir().join(format!("clientele-pid-{}", std::process::id()));
        fs::create_dir_all(&cluster).unwrap();
        let text = format!("{}\n{}\n0\n5432\n/tmp\n", std::process::id(), cluster.display());
        fs::write(cluster.join("postmaster.pid"), text).unwrap();
        assert_eq!(running(&cluster), None);
        make_way(&cluster, &cluster);
        assert!(!cluster.join("postmaster.pid").exists());
        fs::remove_dir_all(cluster).unwrap();
    }

    #[test]
    fn what_a_killed_server_left_goes_when_its_sessions_have_ended_and_not_before() {
        let cluster = std::env::temp_dir().join(format!("clientele-left-{}", std::process::id()));
        fs::create_dir_all(&cluster).unwrap();
        // Nobody collects the dead process, so its number stays taken, as in many containers.
        let mut dead = Command::new("true").spawn().unwrap();
        let mut session = Command::new("sleep").arg("0.2").current_dir(&cluster).spawn().unwrap();
        let text = format!("{}\n{}\n0\n5432\n/tmp\n", dead.id(), cluster.display());
        fs::write(cluster.join("postmaster.pid"), text).unwrap();
        fs::write(cluster.join(".s.PGSQL.5432.lock"), "").unwrap();

        let begun = Instant::now();
        make_way(&cluster, &cluster);
        assert!(begun.elapsed() >= Duration::from_millis(150));
        assert_eq!(fs::read_dir(&cluster).unwrap().count(), 0);

        dead.wait().unwrap();
        session.wait().unwrap();
        fs::remove_dir_all(cluster).unwrap();
    }
}
