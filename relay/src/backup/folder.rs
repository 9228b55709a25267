//! Backups in a folder: of this machine, or one that is mounted.

use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::target::{Stored, Target, TargetError};

/// Objects that are being written.
const INCOMING: &str = "incoming";

pub(crate) struct Folder {
    root: PathBuf,
    next: AtomicU64,
}

impl Folder {
    pub(crate) fn at(root: &Path) -> Self {
        Self {
            root: root.to_owned(),
            next: AtomicU64::new(0),
        }
    }

    fn failed(&self, path: &Path, error: io::Error) -> TargetError {
        let is_full = matches!(
            error.kind(),
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
        );
        if is_full {
            TargetError::Full(self.root.display().to_string())
        } else {
            TargetError::File(path.to_owned(), error)
        }
    }

    fn path_of(&self, name: &str) -> PathBuf {
        name.split('/')
            .fold(self.root.clone(), |path, part| path.join(part))
    }

    fn write(&self, name: &str, bytes: &[u8]) -> Result<(), TargetError> {
        let incoming = self.root.join(INCOMING);
        make(&incoming).map_err(|error| self.failed(&incoming, error))?;
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        let unfinished = incoming.join(format!("{}-{number}", std::process::id()));
        let place = self.path_of(name);
        let written = write_through(&unfinished, bytes)
            .and_then(|()| match place.parent() {
                Some(parent) => make(parent),
                None => Ok(()),
            })
            .and_then(|()| fs::rename(&unfinished, &place));
        if let Err(error) = written {
            let _ = fs::remove_file(&unfinished);
            return Err(self.failed(&place, error));
        }
        match place.parent() {
            Some(parent) => sync(parent).map_err(|error| self.failed(parent, error)),
            None => Ok(()),
        }
    }

    fn walk(&self, folder: &Path, name: &str, found: &mut Vec<Stored>) -> Result<(), TargetError> {
        let failed = |error| self.failed(folder, error);
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(failed(error)),
        };
        for entry in entries {
            let entry = entry.map_err(failed)?;
            let file_name = entry.file_name();
            // Ours are plain ASCII.
            let Some(own) = file_name.to_str() else {
                continue;
            };
            let metadata = entry.metadata().map_err(failed)?;
            let name = format!("{name}{own}");
            if metadata.is_dir() {
                self.walk(&entry.path(), &format!("{name}/"), found)?;
            } else if metadata.is_file() {
                found.push(Stored {
                    name,
                    bytes: metadata.len(),
                });
            }
        }
        Ok(())
    }
}

impl Target for Folder {
    fn put(&self, name: &str, bytes: Vec<u8>) -> Result<(), TargetError> {
        self.write(name, &bytes)
    }

    fn get(&self, name: &str, at_most: usize) -> Result<Option<Vec<u8>>, TargetError> {
        let path = self.path_of(name);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(self.failed(&path, error)),
        };
        let limit = u64::try_from(at_most).unwrap_or(u64::MAX);
        let mut bytes = Vec::new();
        file.take(limit.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|error| self.failed(&path, error))?;
        if bytes.len() > at_most {
            return Err(TargetError::TooLarge(name.to_owned()));
        }
        Ok(Some(bytes))
    }

    fn list(&self, folder: &str) -> Result<Vec<Stored>, TargetError> {
        let mut found = Vec::new();
        self.walk(&self.path_of(folder), folder, &mut found)?;
        Ok(found)
    }

    fn remove(&self, name: &str) -> Result<(), TargetError> {
        let path = self.path_of(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(self.failed(&path, error));
            }
            Err(_) | Ok(()) => {}
        }
        // Folders that are empty now, up to the root. One that is not says no.
        let mut folder = path.parent();
        while let Some(empty) = folder.filter(|folder| *folder != self.root) {
            if fs::remove_dir(empty).is_err() {
                break;
            }
            folder = empty.parent();
        }
        Ok(())
    }

    fn tidy(&self) -> Result<(), TargetError> {
        let incoming = self.root.join(INCOMING);
        match fs::remove_dir_all(&incoming) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(self.failed(&incoming, error))
            }
            Err(_) | Ok(()) => Ok(()),
        }
    }
}

fn write_through(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

fn make(folder: &Path) -> io::Result<()> {
    if folder.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    match folder.parent() {
        Some(parent) => sync(parent),
        None => Ok(()),
    }
}

#[cfg(unix)]
fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;

    #[test]
    fn an_object_is_there_as_a_whole_and_leaves_no_empty_folder() {
        let root = TempDir::new().unwrap();
        let folder = Folder::at(root.path());
        folder.put("a/b/one", b"1".to_vec()).unwrap();
        folder.put("a/two", b"22".to_vec()).unwrap();
        folder.put("a/two", b"222".to_vec()).unwrap();
        let mut found = folder.list("a/").unwrap();
        found.sort_by(|one, other| one.name.cmp(&other.name));
        let names: Vec<_> = found
            .iter()
            .map(|it| (it.name.as_str(), it.bytes))
            .collect();
        assert_eq!(names, [("a/b/one", 1), ("a/two", 3)]);
        assert_eq!(folder.get("a/two", 3).unwrap().unwrap(), b"222");
        assert!(matches!(
            folder.get("a/two", 2),
            Err(TargetError::TooLarge(_))
        ));
        assert_eq!(folder.get("a/three", 3).unwrap(), None);
        folder.remove("a/b/one").unwrap();
        folder.remove("a/b/one").unwrap();
        assert!(!root.path().join("a/b").exists() && root.path().join("a").exists());
    }

    #[test]
    fn what_was_being_written_is_no_object() {
        let root = TempDir::new().unwrap();
        let folder = Folder::at(root.path());
        fs::create_dir(root.path().join(INCOMING)).unwrap();
        fs::write(root.path().join("incoming/1-0"), "half").unwrap();
        assert!(folder.list("backups/").unwrap().is_empty());
        folder.tidy().unwrap();
        assert!(!root.path().join(INCOMING).exists());
        folder.tidy().unwrap();
    }
}
