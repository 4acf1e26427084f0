//! Where a cluster lies: in the data folder, or where the server's user can reach it.
use super::{Account, ClusterError, account, at, server};
use sha2::{Digest, Sha256};
use std::{
    fs,
    os::unix::fs::{DirBuilderExt, MetadataExt, symlink},
    path::{Path, PathBuf},
};

/// Where clusters go whose data folder only root can enter.
const ELSEWHERE: &str = "/var/lib/clientele";

/// The operating system keeps the whole path of a socket in about a hundred bytes.
const LONGEST_SOCKET: usize = 99;

/// The two folders of a cluster; mostly they are one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// PostgreSQL's data directory.
    pub cluster: PathBuf,
    /// The private folder (mode 0700) that holds the socket.
    pub socket: PathBuf,
}

impl Place {
    /// The place of the cluster that belongs to a data folder. `data` is absolute and exists.
    pub fn of(data: &Path) -> Result<Self, ClusterError> {
        let cluster = cluster_of(data, Path::new(ELSEWHERE))?;
        let socket = if fits(&cluster) { cluster.clone() } else { short_folder(&cluster)? };
        Ok(Self { cluster, socket })
    }
}

/// `<data>/postgres`, which may be a link that an earlier start has left, or one that this start leaves.
fn cluster_of(data: &Path, elsewhere: &Path) -> Result<PathBuf, ClusterError> {
    let usual = data.join("postgres");
    if let Ok(target) = fs::read_link(&usual) {
        return Ok(target);
    }
    if usual.exists() || Account::for_server()?.can_reach(data) {
        return Ok(usual);
    }
    let folder = elsewhere.join(fingerprint(data));
    let cluster = folder.join("postgres");
    fs::DirBuilder::new().mode(0o711).recursive(true).create(&folder).map_err(at("make", &folder))?;
    set_aside(&cluster)?;
    symlink(&cluster, &usual).map_err(at("make the link", &usual))?;
    Ok(cluster)
}

/// A cluster whose data folder has been deleted since: the new folder starts empty, and nothing is lost.
fn set_aside(cluster: &Path) -> Result<(), ClusterError> {
    if !cluster.exists() {
        return Ok(());
    }
    server::stop(cluster)?;
    let aside = (1..)
        .map(|number| cluster.with_file_name(format!("postgres.old-{number}")))
        .find(|path| !path.exists())
        .unwrap_or_else(|| cluster.with_extension("old"));
    fs::rename(cluster, &aside).map_err(at("move", cluster))?;
    tracing::warn!(kept = %aside.display(), "the data folder of an older database is gone; the database is set aside");
    Ok(())
}

fn fits(folder: &Path) -> bool {
    folder.join(".s.PGSQL.5432").as_os_str().len() <= LONGEST_SOCKET
}

/// A short folder for the socket of a cluster whose own path is too long for one.
fn short_folder(cluster: &Path) -> Result<PathBuf, ClusterError> {
    let account = Account::for_cluster(cluster)?;
    let parent = if account::current_ids().0 == 0 && Path::new("/run").is_dir() { "/run" } else { "/tmp" };
    private_folder(&Path::new(parent).join(format!("clientele-{}", fingerprint(cluster))), &account)
}

/// Makes a private folder, or takes one that is there if nobody else can have made it.
fn private_folder(folder: &Path, account: &Account) -> Result<PathBuf, ClusterError> {
    match account.make_private_directory(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => {
            return Err(at("make", folder)(error));
        }
        _ => {}
    }
    let found = fs::symlink_metadata(folder).map_err(at("look at", folder))?;
    let is_private = found.is_dir() && found.uid() == account.uid && found.mode() & 0o077 == 0;
    if is_private { Ok(folder.into()) } else { Err(ClusterError::NotPrivate { folder: folder.into() }) }
}

/// A short name for a path, the same at each start.
fn fingerprint(path: &Path) -> String {
    let digest = Sha256::digest(path.as_os_str().as_encoded_bytes());
    digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("clientele-place-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o711)).unwrap();
        folder
    }

    #[test]
    fn the_cluster_lies_in_the_data_folder_where_its_user_can_reach_it() {
        let data = folder("usual");
        assert_eq!(cluster_of(&data, Path::new("/nowhere")).unwrap(), data.join("postgres"));
        fs::remove_dir_all(data).unwrap();
    }

    #[test]
    fn the_cluster_of_a_folder_that_only_root_can_enter_lies_elsewhere_and_is_found_again() {
        if account::current_ids().0 != 0 {
            return; // Whoever is not root runs the server as themselves, and can enter their own folders.
        }
        let top = folder("private");
        let (data, elsewhere) = (top.join("data"), top.join("elsewhere"));
        fs::create_dir(&data).unwrap();
        fs::set_permissions(&data, fs::Permissions::from_mode(0o700)).unwrap();

        let cluster = cluster_of(&data, &elsewhere).unwrap();
        assert!(cluster.starts_with(&elsewhere));
        fs::create_dir(&cluster).unwrap();
        assert_eq!(cluster_of(&data, &elsewhere).unwrap(), cluster);

        fs::remove_file(data.join("postgres")).unwrap();
        assert_eq!(cluster_of(&data, &elsewhere).unwrap(), cluster);
        assert!(!cluster.exists() && cluster.with_file_name("postgres.old-1").exists());
        fs::remove_dir_all(top).unwrap();
    }

    #[test]
    fn a_long_path_gets_a_short_private_folder_for_its_socket() {
        let long = Path::new("/tmp").join("a-long-name/".repeat(9));
        assert!(!fits(&long));
        let short = short_folder(&long).unwrap();
        assert!(fits(&short));
        assert_eq!(short_folder(&long).unwrap(), short);

        fs::set_permissions(&short, fs::Permissions::from_mode(0o755)).unwrap();
        assert!(matches!(short_folder(&long), Err(ClusterError::NotPrivate { .. })));
        fs::remove_dir(&short).unwrap();
    }
}
