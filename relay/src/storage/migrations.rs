//! From the version of a database to the newest: forward only, and after a copy was made beside it.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rusqlite::Connection;

use super::{OpenError, copy, schema};

/// How long copies are kept. They hold what was deleted since.
const KEPT: Duration = Duration::from_hours(30 * 24);

/// Leads the database to the newest version.
///
/// # Errors
/// [`OpenError::Newer`] if a newer relay wrote it, [`OpenError::Copy`] if it cannot be copied first.
pub(super) fn run(db: &Connection, file: &Path) -> Result<(), OpenError> {
    let (found, known) = (schema::version(db)?, schema::newest());
    if found > known {
        return Err(OpenError::Newer {
            file: file.to_owned(),
            found,
            known,
        });
    }
    for version in 1..known {
        remove_old(&copy_of(file, version));
    }
    if (1..known).contains(&found) {
        let to = copy_of(file, found);
        keep_copy(db, &to)?;
        tracing::info!(
            from = found,
            to = known,
            copy = %to.display(),
            "the database is migrated; the copy from before is kept for 30 days"
        );
    }
    Ok(schema::bring_up_to_date(db)?)
}

/// Name of the copy of a version.
fn copy_of(file: &Path, version: u32) -> PathBuf {
    file.with_file_name(format!("parley-before-upgrade-of-schema-{version}.db"))
}

/// A copy that was cut off has another name, so what has the right one is whole.
fn keep_copy(db: &Connection, to: &Path) -> Result<(), OpenError> {
    let part = to.with_extension("part");
    let failed = |error: String| OpenError::Copy(to.to_owned(), error);
    let _ = std::fs::remove_file(&part);
    copy::copy(db, &part, Duration::ZERO).map_err(|error| {
        let _ = std::fs::remove_file(&part);
        failed(error.to_string())
    })?;
    std::fs::rename(&part, to).map_err(|error| failed(error.to_string()))
}

fn remove_old(copy: &Path) {
    let age = std::fs::metadata(copy).and_then(|found| found.modified());
    let age = age.map(|at| SystemTime::now().duration_since(at).unwrap_or_default());
    if age.is_ok_and(|age| age > KEPT)
        && let Err(error) = std::fs::remove_file(copy)
    {
        tracing::warn!(%error, copy = %copy.display(), "cannot remove an old copy of the database");
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::storage::{Durability, Storage};

    #[test]
    fn a_database_of_a_newer_relay_is_refused_and_left_as_it_is() {
        let folder = TempDir::new().unwrap();
        let storage = Storage::in_folder(folder.path(), Durability::ProcessOnly).unwrap();
        let newer = schema::newest() + 1;
        let db = storage.writer().unwrap();
        db.pragma_update(None, "user_version", newer).unwrap();
        drop(db);
        let error = storage.writer().unwrap_err();
        assert!(matches!(error, OpenError::Newer { found, .. } if found == newer));
        let said = error.to_string();
        assert!(
            said.contains("newer relay") && said.contains("parley.db"),
            "{said}"
        );
    }

    #[test]
    fn a_new_database_has_no_copy() {
        let folder = TempDir::new().unwrap();
        let storage = Storage::in_folder(folder.path(), Durability::ProcessOnly).unwrap();
        drop(storage.writer().unwrap());
        let names = std::fs::read_dir(folder.path()).unwrap();
        let names = names.map(|entry| entry.unwrap().file_name());
        assert!(
            names
                .into_iter()
                .all(|name| !name.to_string_lossy().contains("before"))
        );
    }

    #[test]
    fn copies_are_removed_after_a_month() {
        let folder = TempDir::new().unwrap();
        let storage = Storage::in_folder(folder.path(), Durability::ProcessOnly).unwrap();
        drop(storage.writer().unwrap());
        let copy = copy_of(&folder.path().join("parley.db"), 1);
        let file = std::fs::File::create(&copy).unwrap();
        let old = |days: u64| SystemTime::now() - Duration::from_secs(days * 24 * 60 * 60);
        file.set_modified(old(29)).unwrap();
        drop(storage.writer().unwrap());
        assert!(copy.exists());
        file.set_modified(old(31)).unwrap();
        drop(storage.writer().unwrap());
        assert!(!copy.exists());
    }
}
