//! A copy of the database as it is at one moment, made while the relay goes on writing to it.

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

/// Pages copied before the disk gets a rest: 1 MiB.
const STEP: i32 = 256;
/// Between two steps. Longer is gentler to a slow disk, and a backup takes longer.
const REST: Duration = Duration::from_millis(5);

/// Why there is no copy.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The database cannot be read, or the copy not be written.
    #[error("the database cannot be copied: {0}")]
    Database(#[from] rusqlite::Error),
    /// The copy cannot be made durable.
    #[error("the copy of the database cannot be written: {0}")]
    File(#[from] io::Error),
    /// Whoever asked for it said stop.
    #[error("stopped")]
    Stopped,
}

/// Copies with a pause after every mebibyte. When this returns, the copy survives a power cut.
///
/// # Errors
/// [`CopyError`] if the database or the disk fails. The file is then of no use.
pub(crate) fn copy(from: &Connection, to: &Path, pause: Duration) -> Result<(), CopyError> {
    run(from, to, pause, &|| true)
}

/// Copies in small steps with rests, each made durable, so that commits of the relay never wait for the disk long.
///
/// # Errors
/// [`CopyError`] if the database or the disk fails, or `go_on` says no.
pub(crate) fn gently(
    from: &Connection,
    to: &Path,
    go_on: &dyn Fn() -> bool,
) -> Result<(), CopyError> {
    run(from, to, REST, go_on)
}

fn run(
    from: &Connection,
    to: &Path,
    rest: Duration,
    go_on: &dyn Fn() -> bool,
) -> Result<(), CopyError> {
    // One read transaction over all steps: the copy is of its beginning, and what is committed meanwhile does not make
    // SQLite start over.
    let reading = from.unchecked_transaction()?;
    let _: i64 = reading.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let mut copy = Connection::open(to)?;
    copy.pragma_update(None, "journal_mode", "OFF")?;
    copy.pragma_update(None, "synchronous", "OFF")?;
    copy.pragma_update(None, "cache_size", -1024)?;
    let file = File::open(to)?;
    let steps = Backup::new(&reading, &mut copy)?;
    while steps.step(STEP)? != StepResult::Done {
        if !go_on() {
            return Err(CopyError::Stopped);
        }
        if rest > Duration::ZERO {
            file.sync_data()?;
            std::thread::sleep(rest);
        }
    }
    drop(steps);
    copy.close().map_err(|(_, error)| error)?;
    // As one file: the source's write-ahead log came along, as a mode of the file.
    let copy = Connection::open(to)?;
    copy.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(()))?;
    copy.close().map_err(|(_, error)| error)?;
    file.sync_all()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use tempfile::TempDir;

    use super::*;
    use crate::storage::{Durability, Storage};

    fn rows(db: &Connection) -> u64 {
        let count: i64 = db
            .query_row("SELECT count(*) FROM setting", [], |row| row.get(0))
            .unwrap();
        count.cast_unsigned()
    }

    fn add(db: &Connection, name: usize) {
        db.execute(
            "INSERT INTO setting (name, value) VALUES (?1, randomblob(5000))",
            [format!("{name}")],
        )
        .unwrap();
    }

    #[test]
    fn it_is_of_the_beginning_whatever_is_written_meanwhile() {
        let folder = TempDir::new().unwrap();
        let storage = Storage::in_folder(folder.path(), Durability::ProcessOnly).unwrap();
        let writer = storage.writer().unwrap();
        for name in 0..1000 {
            add(&writer, name);
        }
        let to = folder.path().join("copy");
        let steps = Cell::new(0);
        let write = || {
            steps.set(steps.get() + 1);
            add(&writer, 1000 + steps.get());
            true
        };
        gently(&storage.reader().unwrap(), &to, &write).unwrap();
        assert!(steps.get() > 3, "{}", steps.get());
        let copy = Connection::open(&to).unwrap();
        assert_eq!(rows(&copy), 1000);
        let mode: String = copy
            .pragma_query_value(None, "journal_mode", |row| row.get(0))
            .unwrap();
        assert_eq!(mode, "delete");
        assert_eq!(rows(&writer), 1000 + u64::try_from(steps.get()).unwrap());
        assert!(!folder.path().join("copy-wal").exists());
    }

    #[test]
    fn whoever_asked_for_it_can_stop_it() {
        let folder = TempDir::new().unwrap();
        let storage = Storage::in_folder(folder.path(), Durability::ProcessOnly).unwrap();
        let writer = storage.writer().unwrap();
        for name in 0..1000 {
            add(&writer, name);
        }
        let to = folder.path().join("copy");
        let stopped = gently(&storage.reader().unwrap(), &to, &|| false);
        assert!(matches!(stopped, Err(CopyError::Stopped)));
    }
}
