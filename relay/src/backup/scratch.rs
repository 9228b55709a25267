//! A folder for what is needed only while something is done, in the data folder, and the lock of whoever does it.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::error::BackupError;

const FOLDER: &str = "backup-scratch";
const LOCK: &str = "backup.lock";

/// Held by the one backup of a data folder. The system lets it go when the process ends, however it ends.
pub(crate) struct Lock {
    _file: File,
}

/// Removed when it is dropped, and before the next is made if nobody could.
pub(crate) struct Scratch(PathBuf);

impl Lock {
    /// # Errors
    /// [`BackupError::Busy`] if somebody has it.
    pub(crate) fn take(data: &Path) -> Result<Self, BackupError> {
        let path = data.join(LOCK);
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        let failed = |error| BackupError::File(path.clone(), error);
        let file = options.open(&path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(BackupError::Busy),
            Err(TryLockError::Error(error)) => Err(failed(error)),
        }
    }
}

impl Scratch {
    /// Makes the folder, empty. Under the lock.
    pub(crate) fn make(data: &Path, _: &Lock) -> Result<Self, BackupError> {
        Self::at(data.join(FOLDER))
    }

    pub(crate) fn at(folder: PathBuf) -> Result<Self, BackupError> {
        let failed = |error| BackupError::File(folder.clone(), error);
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            Err(_) | Ok(()) => {}
        }
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&folder).map_err(failed)?;
        Ok(Self(folder))
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

/// Removes what a backup that was killed left behind: a copy of the database, with what was deleted since.
pub(crate) fn tidy(data: &Path) {
    if data.join(FOLDER).exists()
        && let Ok(lock) = Lock::take(data)
    {
        drop(Scratch::make(data, &lock));
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn there_is_one_at_a_time() {
        let data = TempDir::new().unwrap();
        let first = Lock::take(data.path()).unwrap();
        assert!(matches!(Lock::take(data.path()), Err(BackupError::Busy)));
        drop(first);
        assert!(Lock::take(data.path()).is_ok());
    }

    #[test]
    fn what_a_killed_one_left_is_removed() {
        let data = TempDir::new().unwrap();
        let lock = Lock::take(data.path()).unwrap();
        let killed = Scratch::make(data.path(), &lock).unwrap();
        let left = killed.path().join("parley.db");
        fs::write(&left, "half").unwrap();
        std::mem::forget(killed);
        tidy(data.path());
        assert!(left.exists(), "it may be somebody's who has the lock");
        let next = Scratch::make(data.path(), &lock).unwrap();
        assert!(!left.exists());
        let path = next.path().to_owned();
        drop(next);
        assert!(!path.exists());
        std::mem::forget(Scratch::make(data.path(), &lock));
        drop(lock);
        tidy(data.path());
        assert!(!path.exists());
    }
}
