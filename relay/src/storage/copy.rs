//! A copy of the database while it is in use.

use std::path::Path;
use std::time::Duration;

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, ErrorCode};

/// Pages copied at a time, a mebibyte: between them, others get the disk.
const STEP: i32 = 256;

/// Copies the database as it is at this moment into a new file, however much is written to it meanwhile, and brings the
/// file to the disk. `source` is used for nothing else until then; `pause` stands between every mebibyte.
///
/// # Errors
/// If the source cannot be read or the file cannot be written. The file is then of no use.
pub(crate) fn copy(source: &Connection, to: &Path, pause: Duration) -> rusqlite::Result<()> {
    // A transaction holds the snapshot: without it, each write of others would start the copy anew.
    source.execute_batch("BEGIN")?;
    let copied = read(source).and_then(|()| copy_snapshot(source, to, pause));
    source.execute_batch("COMMIT")?;
    copied
}

fn read(source: &Connection) -> rusqlite::Result<()> {
    source.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))
}

fn copy_snapshot(source: &Connection, to: &Path, pause: Duration) -> rusqlite::Result<()> {
    let mut copy = Connection::open(to)?;
    copy.pragma_update(None, "synchronous", "FULL")?;
    {
        let backup = Backup::new(source, &mut copy)?;
        loop {
            match backup.step(STEP)? {
                StepResult::Done => break,
                StepResult::More => std::thread::sleep(pause),
                _ => return Err(busy()),
            }
        }
    }
    // One file, complete in itself: the source's mode of journal came along.
    copy.pragma_update(None, "journal_mode", "DELETE")?;
    copy.close().map_err(|(_, error)| error)
}

fn busy() -> rusqlite::Error {
    let code = rusqlite::ffi::Error {
        code: ErrorCode::DatabaseBusy,
        extended_code: rusqlite::ffi::SQLITE_BUSY,
    };
    rusqlite::Error::SqliteFailure(code, None)
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::storage::{Durability, Storage};

    #[test]
    fn a_copy_is_of_one_moment_while_others_write() {
        let folder = TempDir::new().unwrap();
        let storage = Storage::in_folder(folder.path(), Durability::ProcessOnly).unwrap();
        let writer = storage.writer().unwrap();
        writer
            .execute_batch("CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1);")
            .unwrap();
        let source = storage.reader().unwrap();
        let to = folder.path().join("copy.db");
        source.execute_batch("BEGIN").unwrap();
        read(&source).unwrap();
        writer.execute("INSERT INTO t VALUES (2)", []).unwrap();
        copy_snapshot(&source, &to, Duration::ZERO).unwrap();
        source.execute_batch("COMMIT").unwrap();

        let copied = Connection::open(&to).unwrap();
        let count = |db: &Connection| {
            db.query_row("SELECT count(*) FROM t", [], |row| row.get::<_, u32>(0))
        };
        assert_eq!(count(&copied), Ok(1));
        assert_eq!(count(&writer), Ok(2));
        assert!(!folder.path().join("copy.db-wal").exists());
        copy(&source, &folder.path().join("second.db"), Duration::ZERO).unwrap();
        let second = Connection::open(folder.path().join("second.db")).unwrap();
        assert_eq!(count(&second), Ok(2));
    }
}
