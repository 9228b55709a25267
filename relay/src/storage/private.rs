//! Restricts the data folder to the relay's own account. Unix only: elsewhere a folder inherits the permissions of
//! its parent.

use std::fs::{self, DirEntry, Metadata, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use rustix::fs::Mode;

/// Mode of folders: all rights for the owner, none for others.
const FOLDER: u32 = 0o700;
const FILE: u32 = 0o600;
const OTHERS: u32 = 0o077;
const ANYBODY_WRITES: u32 = 0o002;
/// In a sticky folder only the owner of an entry may rename it.
const STICKY: u32 = 0o1000;

/// The data folder is accessible to others, and cannot be made private.
#[derive(Debug, thiserror::Error)]
pub enum NotPrivate {
    /// It belongs to another account.
    #[error(
        "{path} belongs to another account (uid {owner}), which can read and change it; run \
         `chown -R {own} {path}`, or run the relay as uid {owner}"
    )]
    Foreign {
        /// The folder, or an entry of it.
        path: PathBuf,
        /// User id of the owner.
        owner: u32,
        /// User id of the relay.
        own: u32,
    },
    /// Anybody may replace the data folder, because its parent is writable.
    #[error(
        "everybody may write to {0}, and could replace the data folder in it; run `chmod o-w {0}`, or choose another \
         data folder"
    )]
    OpenParent(PathBuf),
    /// Permissions cannot be read or changed.
    #[error("cannot make {0} private: {1}; run `chmod -R go= {0}`")]
    Mode(PathBuf, io::Error),
}

/// Makes everything that this process creates accessible to its own account only, including files that libraries
/// create.
pub fn set_umask() {
    rustix::process::umask(Mode::from_raw_mode(OTHERS));
}

/// Removes the permissions of others from a folder and its entries.
pub(super) fn make(folder: &Path) -> Result<(), NotPrivate> {
    make_for(folder, rustix::process::geteuid().as_raw())
}

fn make_for(folder: &Path, own: u32) -> Result<(), NotPrivate> {
    let failed = |error| NotPrivate::Mode(folder.into(), error);
    let folder = folder.canonicalize().map_err(failed)?;
    if let Some(parent) = folder.parent() {
        let mode = fs::metadata(parent).map_err(failed)?.mode();
        if mode & ANYBODY_WRITES != 0 && mode & STICKY == 0 {
            return Err(NotPrivate::OpenParent(parent.into()));
        }
    }
    let metadata = fs::metadata(&folder).map_err(failed)?;
    mend(&folder, &metadata, own)?;
    for file in fs::read_dir(&folder).map_err(failed)? {
        mend_entry(&file.map_err(failed)?, own)?;
    }
    Ok(())
}

/// Symbolic links are left alone: their targets are the owner's responsibility.
fn mend_entry(entry: &DirEntry, own: u32) -> Result<(), NotPrivate> {
    let path = entry.path();
    let metadata = match entry.metadata() {
        Ok(metadata) => metadata,
        // Deleted in the meantime.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(NotPrivate::Mode(path, error)),
    };
    if metadata.is_symlink() {
        return Ok(());
    }
    mend(&path, &metadata, own)
}

fn mend(path: &Path, metadata: &Metadata, own: u32) -> Result<(), NotPrivate> {
    if metadata.uid() != own {
        return Err(NotPrivate::Foreign {
            path: path.into(),
            owner: metadata.uid(),
            own,
        });
    }
    if metadata.mode() & OTHERS != 0 {
        let mode = if metadata.is_dir() { FOLDER } else { FILE };
        fs::set_permissions(path, Permissions::from_mode(mode))
            .map_err(|error| NotPrivate::Mode(path.into(), error))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    fn open_to_all(path: &Path) {
        fs::set_permissions(path, Permissions::from_mode(0o777)).unwrap();
    }

    #[test]
    fn what_others_could_read_is_mended() {
        let parent = TempDir::new().unwrap();
        let folder = parent.path().join("data");
        fs::create_dir_all(folder.join("blobs")).unwrap();
        fs::write(folder.join("parley.db"), "x").unwrap();
        for path in [&folder, &folder.join("blobs"), &folder.join("parley.db")] {
            open_to_all(path);
        }
        make(&folder).unwrap();
        assert_eq!(mode(&folder), 0o700);
        assert_eq!(mode(&folder.join("blobs")), 0o700);
        assert_eq!(mode(&folder.join("parley.db")), 0o600);
    }

    #[test]
    fn a_folder_of_somebody_else_is_refused() {
        let folder = TempDir::new().unwrap();
        let own = rustix::process::geteuid().as_raw();
        let error = make_for(folder.path(), own + 1).unwrap_err();
        assert!(matches!(error, NotPrivate::Foreign { owner, .. } if owner == own));
        let words = error.to_string();
        assert!(
            words.contains("another account") && words.contains("chown"),
            "{words}"
        );
    }

    #[test]
    fn a_folder_that_anybody_can_exchange_is_refused() {
        let parent = TempDir::new().unwrap();
        let folder = parent.path().join("data");
        fs::create_dir(&folder).unwrap();
        open_to_all(parent.path());
        let error = make(&folder).unwrap_err();
        assert!(matches!(error, NotPrivate::OpenParent(_)), "{error}");
        // As `/tmp` is.
        fs::set_permissions(parent.path(), Permissions::from_mode(0o1777)).unwrap();
        make(&folder).unwrap();
    }
}
