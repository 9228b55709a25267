//! A copy of the database of one moment, and what is in it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use parley_protocol::keys::Hash;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};

use super::error::BackupError;
use super::manifest::{Contents, Seal};
use super::scratch::Scratch;
use crate::blobs::disk::{Disk as _, SystemDisk};
use crate::hex::hex;
use crate::storage::{Durability, Storage, blobs, copy};
use crate::writer::replay;

/// Name of the seal among the settings of the database.
pub(crate) const SEAL: &str = "backup seal";
/// Room left beside the copy.
const MARGIN: u64 = 64 * 1024 * 1024;
/// Rows read at once.
const PAGE: u64 = 1000;

pub(crate) struct Snapshot {
    pub(crate) file: PathBuf,
    pub(crate) schema: u32,
    pub(crate) contents: Contents,
    pub(crate) blobs: Vec<(Hash, u64)>,
}

/// The seal in a data folder.
pub(crate) fn seal(data: &Path) -> Result<Seal, BackupError> {
    let found = seal_in(&open(data)?)?;
    found.ok_or_else(|| BackupError::NoRelay(data.to_owned()))
}

fn open(data: &Path) -> Result<Connection, BackupError> {
    if !data.join("parley.db").is_file() {
        return Err(BackupError::NoRelay(data.to_owned()));
    }
    Ok(Storage::of(data, Durability::Full).reader()?)
}

pub(crate) fn seal_in(db: &Connection) -> Result<Option<Seal>, BackupError> {
    let has_settings = db.table_exists(None, "setting")?;
    if !has_settings {
        return Ok(None);
    }
    let value = db
        .query_row("SELECT value FROM setting WHERE name = ?1", [SEAL], |row| {
            row.get::<_, Vec<u8>>(0)
        })
        .optional()?;
    Ok(value.map(|value| Seal::of(&value)))
}

/// Copies the database while the relay may go on.
pub(crate) fn take(
    data: &Path,
    scratch: &Scratch,
    go_on: &dyn Fn() -> bool,
) -> Result<Snapshot, BackupError> {
    let db = open(data)?;
    let pages: i64 = db.pragma_query_value(None, "page_count", |row| row.get(0))?;
    let page: i64 = db.pragma_query_value(None, "page_size", |row| row.get(0))?;
    let needed = pages.saturating_mul(page).cast_unsigned();
    let needed = needed.saturating_add(MARGIN);
    let folder = scratch.path();
    let free = SystemDisk.free(folder);
    let free = free.map_err(|error| BackupError::File(folder.to_owned(), error))?;
    if free < needed {
        return Err(BackupError::Room {
            folder: folder.to_owned(),
            needed,
            free,
        });
    }
    let file = folder.join("parley.db");
    copy::gently(&db, &file, go_on)?;
    drop(db);
    let db = open_copy(&file)?;
    Ok(Snapshot {
        schema: db.pragma_query_value(None, "user_version", |row| row.get(0))?,
        contents: contents(&db)?,
        blobs: blobs_in(&db)?,
        file,
    })
}

/// Opens a copy that nobody writes to.
pub(crate) fn open_copy(file: &Path) -> Result<Connection, BackupError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(file, flags)?;
    db.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(db)
}

/// What is in a database. Replays its log, so that a log that no relay would start with is noticed.
pub(crate) fn contents(db: &Connection) -> Result<Contents, BackupError> {
    let head = replay(db)?.map(|community| community.head());
    let mut names = db.prepare(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    )?;
    let names: Vec<String> = names
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut rows = BTreeMap::new();
    for name in names {
        let count: i64 = db.query_row(&format!("SELECT count(*) FROM \"{name}\""), [], |row| {
            row.get(0)
        })?;
        rows.insert(name, count.cast_unsigned());
    }
    let (blobs, blob_bytes) = db.query_row(
        "SELECT count(*), coalesce(sum(bytes), 0) FROM blob",
        [],
        |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)),
    )?;
    Ok(Contents {
        log: head.as_ref().map_or(0, |head| head.seq),
        head: head.map_or_else(String::new, |head| hex(head.hash.as_bytes())),
        rows,
        blobs: blobs.cast_unsigned(),
        blob_bytes: blob_bytes.cast_unsigned(),
    })
}

/// All blobs that a database knows, with their lengths.
pub(crate) fn blobs_in(db: &Connection) -> Result<Vec<(Hash, u64)>, BackupError> {
    let mut all = Vec::new();
    let mut last = 0;
    loop {
        let page = blobs::after(db, last, PAGE)?;
        let Some((_, end)) = page.last() else {
            return Ok(all);
        };
        last = end.number;
        all.extend(page.into_iter().map(|(hash, blob)| (hash, blob.bytes)));
    }
}
