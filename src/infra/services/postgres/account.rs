//! Whom the server's process runs as: PostgreSQL refuses to run as root, and rightly.
use super::ClusterError;
use std::{
    fs,
    os::unix::{fs::MetadataExt, process::CommandExt},
    path::Path,
    process::{Command, Stdio},
};

const ROOT: u32 = 0;

/// A user of this machine, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    pub uid: u32,
    pub gid: u32,
    /// Whether a process has to give up being root to become this user.
    drops: bool,
}

impl Account {
    /// Who runs the server: whoever runs Clientele or, when that is root, `postgres` or else `nobody`.
    pub fn for_server() -> Result<Self, ClusterError> {
        let (uid, gid) = current_ids();
        if uid != ROOT {
            return Ok(Self { uid, gid, drops: false });
        }
        let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
        ["postgres", "nobody"]
            .iter()
            .find_map(|name| ids_of(&users, name))
            .map(|(uid, gid)| Self { uid, gid, drops: true })
            .ok_or(ClusterError::NoAccount)
    }

    /// The same, but for a cluster that is there already: root runs it as the user who owns it.
    pub fn for_cluster(cluster: &Path) -> Result<Self, ClusterError> {
        let account = Self::for_server()?;
        match fs::metadata(cluster) {
            Ok(found) if account.drops && found.uid() != ROOT => {
                Ok(Self { uid: found.uid(), gid: found.gid(), drops: true })
            }
            Ok(found) if found.uid() != account.uid => {
                Err(ClusterError::WrongOwner { cluster: cluster.into(), uid: found.uid() })
            }
            _ => Ok(account),
        }
    }

    /// A command that runs as this user, away from our terminal and without PostgreSQL settings of our environment.
    pub fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir("/").stdin(Stdio::null()).env("LC_ALL", "C");
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.as_encoded_bytes().starts_with(b"PG")) {
            command.env_remove(name);
        }
        if self.drops {
            // Setting the user also empties the list of supplementary groups.
            command.uid(self.uid).gid(self.gid);
        }
        command
    }

    /// Writes a file that only this user (and root) can read, whole or not at all.
    pub fn write_private_file(&self, file: &Path, text: &str) -> std::io::Result<()> {
        use std::{io::Write, os::unix::fs::OpenOptionsExt};
        let new = file.with_extension("new");
        let _ = fs::remove_file(&new);
        let mut made = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new)?;
        made.write_all(text.as_bytes())?;
        if self.drops {
            std::os::unix::fs::fchown(&made, Some(self.uid), Some(self.gid))?;
        }
        made.sync_all()?;
        fs::rename(new, file)
    }

    /// Makes a directory that only this user (and root) can enter.
    pub fn make_private_directory(&self, directory: &Path) -> std::io::Result<()> {
        use std::os::unix::fs::DirBuilderExt;
        fs::DirBuilder::new().mode(0o700).create(directory)?;
        if self.drops { std::os::unix::fs::chown(directory, Some(self.uid), Some(self.gid)) } else { Ok(()) }
    }

    /// Whether this user may pass through a directory and all those above it.
    pub fn can_reach(&self, directory: &Path) -> bool {
        directory.ancestors().all(|each| fs::metadata(each).is_ok_and(|found| self.may_enter(&found)))
    }

    fn may_enter(&self, directory: &fs::Metadata) -> bool {
        let bit = if directory.uid() == self.uid {
            0o100
        } else if directory.gid() == self.gid {
            0o010
        } else {
            0o001
        };
        directory.mode() & bit != 0
    }
}

/// The user and group numbers of one line of /etc/passwd.
fn ids_of(users: &str, name: &str) -> Option<(u32, u32)> {
    let fields: Vec<&str> =
        users.lines().map(|line| line.split(':').collect()).find(|fields: &Vec<&str>| fields[0] == name)?;
    Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
}

/// The name of a user, as PostgreSQL finds it for whoever is at the other end of its socket.
pub fn name_of(uid: u32) -> Option<String> {
    let mut room = vec![0; 16 << 10];
    // SAFETY: zeros are a valid `passwd`, which the call fills in.
    let mut entry: libc::passwd = unsafe { std::mem::zeroed() };
    let mut found = std::ptr::null_mut();
    // SAFETY: all pointers are to values of ours that outlive the call, and the length is that of the room.
    let failed =
        unsafe { libc::getpwuid_r(uid, &raw mut entry, room.as_mut_ptr(), room.len(), &raw mut found) };
    if failed != 0 || found.is_null() {
        return None;
    }
    // SAFETY: on success the name is a text in the room, which ends with a zero.
    let name = unsafe { std::ffi::CStr::from_ptr(entry.pw_name) };
    name.to_str().ok().map(str::to_owned)
}

/// The user and group that this process acts as.
pub fn current_ids() -> (u32, u32) {
    // SAFETY: both calls only read numbers that the kernel keeps; they take no pointer and cannot fail.
    unsafe { (libc::geteuid(), libc::getegid()) }
}

/// Asks a server to finish: SIGINT is PostgreSQL's fast shutdown, which ends sessions and writes a checkpoint.
pub fn ask_to_stop(pid: i32) {
    // SAFETY: sends a signal to a process by number; no memory is shared. The number was found in the pid file
    // of a cluster of ours and checked against its working directory.
    unsafe { libc::kill(pid, libc::SIGINT) };
}

/// Asks a server to read its settings anew, and who may enter.
pub fn ask_to_read_settings(pid: i32) {
    // SAFETY: as in `ask_to_stop`.
    unsafe { libc::kill(pid, libc::SIGHUP) };
}

/// Whether there is a process of that number.
pub fn is_alive(pid: i32) -> bool {
    // SAFETY: signal 0 is not sent; the kernel only answers whether the process exists.
    pid > 1
        && (unsafe { libc::kill(pid, 0) } == 0
            || std::io::Error::last_os_error().raw_os_error() == Some(libc::EPERM))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_name_and_not_by_the_start_of_a_name() {
        let users =
            "root:x:0:0::/root:/bin/sh\npostgresql:x:7:7::/:\npostgres:x:101:104:,,:/var/lib:/bin/sh\n\n";
        assert_eq!(ids_of(users, "postgres"), Some((101, 104)));
        assert_eq!(ids_of(users, "nobody"), None);
        assert_eq!(ids_of("nobody:x:many", "nobody"), None);
    }

    #[test]
    fn a_folder_below_a_private_one_cannot_be_reached() {
        use std::os::unix::fs::PermissionsExt;
        let top = std::env::temp_dir().join(format!("clientele-reach-{}", std::process::id()));
        let below = top.join("below");
        fs::create_dir_all(&below).unwrap();
        let stranger = Account { uid: 54_321, gid: 54_321, drops: true };
        fs::set_permissions(&top, fs::Permissions::from_mode(0o711)).unwrap();
        fs::set_permissions(&below, fs::Permissions::from_mode(0o711)).unwrap();
        assert!(stranger.can_reach(&below));
        fs::set_permissions(&top, fs::Permissions::from_mode(0o700)).unwrap();
        assert!(!stranger.can_reach(&below));
        fs::remove_dir_all(&top).unwrap();
    }
}
