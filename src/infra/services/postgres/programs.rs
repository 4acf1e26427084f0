//! Finding PostgreSQL's server programs, which most systems keep out of PATH.
use super::ClusterError;
use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The oldest PostgreSQL that the migrations run on.
pub const OLDEST: u32 = 15;

/// Folders whose entries each may hold a `bin`: Debian, Red Hat, Homebrew on both kinds of Mac, Postgres.app.
const PARENTS: [&str; 6] = [
    "/usr/lib/postgresql",
    "/usr",
    "/opt/homebrew/opt",
    "/usr/local/opt",
    "/home/linuxbrew/.linuxbrew/opt",
    "/Applications/Postgres.app/Contents/Versions",
];

/// A folder with `initdb` and `postgres` of one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Programs {
    pub folder: PathBuf,
    pub major: u32,
}

impl Programs {
    /// The programs that made a cluster or, where there is none yet, the newest.
    pub fn for_cluster(cluster: &Path) -> Result<Self, ClusterError> {
        match fs::read_to_string(cluster.join("PG_VERSION")) {
            Ok(version) => {
                let major = version.trim().parse().unwrap_or(0);
                Self::of_version(major)
                    .ok_or_else(|| ClusterError::OtherVersion { cluster: cluster.into(), major })
            }
            Err(_) => Self::newest(),
        }
    }

    /// The newest that is installed and not too old.
    pub fn newest() -> Result<Self, ClusterError> {
        installed()
            .max_by_key(|programs| programs.major)
            .filter(|programs| programs.major >= OLDEST)
            .ok_or(ClusterError::NotInstalled)
    }

    fn of_version(major: u32) -> Option<Self> {
        installed().find(|programs| programs.major == major)
    }

    /// The path of one program.
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// All versions on this machine, each as soon as it is found.
fn installed() -> impl Iterator<Item = Programs> {
    folders().filter_map(|folder| {
        let major = version_of(&folder)?;
        Some(Programs { folder, major })
    })
}

fn folders() -> impl Iterator<Item = PathBuf> {
    let in_path = std::env::var_os("PATH").unwrap_or_default();
    let in_path: Vec<PathBuf> = std::env::split_paths(&in_path).collect();
    let known = PARENTS.iter().flat_map(|parent| {
        let mut found: Vec<PathBuf> = fs::read_dir(parent)
            .into_iter()
            .flatten()
            .flatten()
            .filter(|entry| holds_versions(parent, &entry.file_name().to_string_lossy()))
            .map(|entry| entry.path().join("bin"))
            .collect();
        found.sort();
        found.into_iter().rev()
    });
    known
        .chain(in_path)
        .filter_map(|folder| {
            // A link to one program leads to the folder where all of them are.
            let initdb = fs::canonicalize(folder.join("initdb")).ok()?;
            let folder = initdb.parent()?.to_path_buf();
            folder.join("postgres").is_file().then_some(folder)
        })
        .chain(std::iter::once_with(from_pg_config).flatten())
}

fn holds_versions(parent: &str, name: &str) -> bool {
    match parent {
        "/usr" => name.starts_with("pgsql-"),
        "/usr/lib/postgresql" | "/Applications/Postgres.app/Contents/Versions" => true,
        _ => name.starts_with("postgresql"),
    }
}

fn from_pg_config() -> Option<PathBuf> {
    let printed = Command::new("pg_config").arg("--bindir").output().ok()?;
    let folder = PathBuf::from(String::from_utf8(printed.stdout).ok()?.trim());
    (folder.join("initdb").is_file() && folder.join("postgres").is_file()).then_some(folder)
}

fn version_of(folder: &Path) -> Option<u32> {
    let printed = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
    major_of(&String::from_utf8_lossy(&printed.stdout))
}

/// The 15 of "postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)", and the 18 of "... 18beta1".
fn major_of(printed: &str) -> Option<u32> {
    let version = printed.split_whitespace().nth(2)?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_the_program_tells() {
        assert_eq!(major_of("postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)\n"), Some(15));
        assert_eq!(major_of("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major_of("postgres: not found"), None);
        assert_eq!(major_of(""), None);
    }

    #[test]
    fn only_folders_that_are_named_for_postgresql_are_looked_into() {
        assert!(holds_versions("/usr/lib/postgresql", "17"));
        assert!(holds_versions("/usr", "pgsql-16"));
        assert!(!holds_versions("/usr", "share"));
        assert!(holds_versions("/opt/homebrew/opt", "postgresql@17"));
        assert!(!holds_versions("/opt/homebrew/opt", "openssl"));
    }
}
