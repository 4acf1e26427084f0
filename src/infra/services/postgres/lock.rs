//! Who may start and stop the server of a data folder: whoever holds its lock.
use super::{ClusterError, at};
use std::{
    fs::{File, TryLockError},
    path::Path,
    thread,
    time::{Duration, Instant},
};

/// How long a server waits for one that was killed a moment ago and is still on its way out.
pub const PATIENCE: Duration = Duration::from_secs(5);
const POLL: Duration = Duration::from_millis(10);

/// The lock of a data folder, or nothing if another process holds it. It ends with the process, however that ends.
pub fn of(data: &Path) -> Result<Option<File>, ClusterError> {
    let path = data.join("clientele.lock");
    let file = File::create(&path).map_err(at("open", &path))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(at("lock", &path)(error)),
    }
}

/// As [`of`], but gives whoever holds it some time.
pub fn of_within(data: &Path, patience: Duration) -> Result<Option<File>, ClusterError> {
    let begun = Instant::now();
    loop {
        let found = of(data)?;
        if found.is_some() || begun.elapsed() >= patience {
            return Ok(found);
        }
        thread::sleep(POLL);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{fs, sync::mpsc};

    #[test]
    fn a_lock_is_waited_for_while_its_holder_goes() {
        let data = std::env::temp_dir().join(format!("clientele-lock-{}", std::process::id()));
        fs::create_dir_all(&data).unwrap();
        let held = of(&data).unwrap();
        assert!(held.is_some());
        assert!(of_within(&data, Duration::ZERO).unwrap().is_none());
        let (started, waits) = mpsc::channel();
        let holder = thread::spawn(move || {
            waits.recv().unwrap();
            drop(held);
        });
        started.send(()).unwrap();
        assert!(of_within(&data, Duration::from_secs(60)).unwrap().is_some());
        holder.join().unwrap();
        fs::remove_dir_all(&data).unwrap();
    }
}
