//! Whether the database is whole: its tables at every start, all of it before the start if it is small, and in the
//! background if it is large. Changes nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension as _};

use super::{OpenError, schema};

/// Checked as a whole before the start: a tenth of a second at most.
const SMALL: u64 = 16 * 1024 * 1024;
/// Findings that are told. One is enough to restore a backup.
const TOLD: usize = 5;

/// Columns by table, and the table by index.
type Shape = BTreeMap<String, Vec<String>>;

/// Looks before anything is written.
///
/// # Errors
/// [`OpenError::Damaged`] with what is wrong, [`OpenError::Lost`] if there are files of blobs and no database.
pub(crate) fn look(file: &Path) -> Result<(), OpenError> {
    let bytes = std::fs::metadata(file).map_or(0, |found| found.len());
    if bytes == 0 {
        let blobs = file.with_file_name("blobs").read_dir();
        if blobs.is_ok_and(|mut blobs| blobs.next().is_some()) {
            return Err(OpenError::Lost(file.to_owned()));
        }
        return Ok(());
    }
    let db = open(file).map_err(|error| known(file, error))?;
    let found = findings(&db, bytes <= SMALL).map_err(|error| known(file, error))?;
    told(file, found)
}

/// All of it; takes seconds where it is large.
pub(crate) fn look_at_all(file: &Path) -> Result<(), OpenError> {
    let db = open(file).map_err(|error| known(file, error))?;
    let found = integrity(&db).map_err(|error| known(file, error))?;
    told(file, found)
}

/// Whether [`look`] leaves something to [`look_at_all`].
pub(crate) fn is_large(file: &Path) -> bool {
    std::fs::metadata(file).is_ok_and(|found| found.len() > SMALL)
}

/// An error of the database, as damage if it is.
pub(crate) fn known(file: &Path, error: rusqlite::Error) -> OpenError {
    match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => OpenError::Damaged {
            file: file.to_owned(),
            what: error.to_string(),
        },
        _ => OpenError::Database(error),
    }
}

fn told(file: &Path, found: Vec<String>) -> Result<(), OpenError> {
    if found.is_empty() {
        return Ok(());
    }
    Err(OpenError::Damaged {
        file: file.to_owned(),
        what: found.join("; "),
    })
}

fn open(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let db = Connection::open_with_flags(PathBuf::from(file), flags)?;
    db.busy_timeout(super::BUSY)?;
    Ok(db)
}

fn findings(db: &Connection, all: bool) -> rusqlite::Result<Vec<String>> {
    let version = schema::version(db)?;
    // A newer one is refused for that; an empty one is filled.
    if version == 0 || version > schema::newest() {
        return Ok(Vec::new());
    }
    let (found, expected) = (shape(db)?, shape(&schema::of_version(version)?)?);
    let mut wrong = Vec::new();
    for (name, columns) in &expected {
        match found.get(name) {
            None => wrong.push(format!("`{name}` is missing")),
            Some(others) if others != columns => {
                wrong.push(format!("`{name}` is not that of version {version}"));
            }
            Some(_) => {}
        }
    }
    if wrong.is_empty() && all {
        wrong = integrity(db)?;
    }
    wrong.truncate(TOLD);
    Ok(wrong)
}

fn shape(db: &Connection) -> rusqlite::Result<Shape> {
    let mut statement = db
        .prepare("SELECT name, type, tbl_name FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%'")?;
    let rows = statement.query_map([], |row| {
        Ok((
            row.get(0)?,
            row.get::<_, String>(1)?,
            row.get::<_, String>(2)?,
        ))
    })?;
    let mut shape = Shape::new();
    for row in rows {
        let (name, kind, table): (String, _, _) = row?;
        let columns = match kind.as_str() {
            "table" => columns(db, &name)?,
            _ => vec![table],
        };
        shape.insert(name, columns);
    }
    Ok(shape)
}

fn columns(db: &Connection, table: &str) -> rusqlite::Result<Vec<String>> {
    let mut statement = db.prepare("SELECT name FROM pragma_table_info(?1) ORDER BY name")?;
    let rows = statement.query_map([table], |row| row.get(0))?;
    rows.collect()
}

/// The database's own check, with the names of tables in place of the numbers of trees.
fn integrity(db: &Connection) -> rusqlite::Result<Vec<String>> {
    match quick_check(db) {
        Err(error) => {
            let unreadable = unreadable(db)?;
            if unreadable.is_empty() {
                return Err(error);
            }
            Ok(unreadable)
        }
        found => found,
    }
}

/// Where even the check fails: what cannot be read.
fn unreadable(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let tables = shape(db)?;
    let tables = tables.keys().filter(|name| {
        let count = format!("SELECT count(*) FROM \"{name}\"");
        let counted = db.query_row(&count, [], |_| Ok(()));
        counted.is_err_and(|error| error.sqlite_error_code() == Some(ErrorCode::DatabaseCorrupt))
    });
    Ok(tables
        .map(|name| format!("`{name}` cannot be read"))
        .collect())
}

fn quick_check(db: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut statement = db.prepare(&format!("PRAGMA quick_check({TOLD})"))?;
    let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
    let mut found = Vec::new();
    for row in rows {
        let text = row?;
        for line in text.lines().filter(|line| *line != "ok") {
            found.push(named(db, line)?);
        }
    }
    found.truncate(TOLD);
    Ok(found)
}

fn named(db: &Connection, line: &str) -> rusqlite::Result<String> {
    let tree = line.split_once("Tree ").and_then(|(_, rest)| {
        let digits = rest.split(|letter: char| !letter.is_ascii_digit()).next()?;
        digits.parse::<i64>().ok()
    });
    let Some(tree) = tree else {
        return Ok(line.to_owned());
    };
    let name: Option<String> = db
        .query_row(
            "SELECT name FROM sqlite_schema WHERE rootpage = ?1",
            [tree],
            |row| row.get(0),
        )
        .optional()?;
    Ok(match name {
        Some(name) => format!("in `{name}`: {line}"),
        None => line.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::FileExt as _;

    use tempfile::TempDir;

    use super::*;
    use crate::storage::{Durability, Storage};

    /// A database with a few hundred items, closed.
    fn filled(folder: &TempDir) -> PathBuf {
        let storage = Storage::in_folder(folder.path(), Durability::ProcessOnly).unwrap();
        let db = storage.writer().unwrap();
        db.execute_batch(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
             INSERT INTO item (place, at, author, identity, text)
                 SELECT i, i, randomblob(16), randomblob(16), hex(randomblob(100)) FROM n;",
        )
        .unwrap();
        drop(db);
        folder.path().join("parley.db")
    }

    fn said(file: &Path) -> String {
        look(file).unwrap_err().to_string()
    }

    #[test]
    fn a_whole_database_and_none_at_all_are_fine() {
        let folder = TempDir::new().unwrap();
        assert!(look(&folder.path().join("parley.db")).is_ok());
        let file = filled(&folder);
        assert!(look(&file).is_ok());
        assert!(look_at_all(&file).is_ok());
    }

    #[test]
    fn a_page_that_was_overwritten_is_found_with_the_name_of_its_table() {
        let folder = TempDir::new().unwrap();
        let file = filled(&folder);
        let db = Connection::open(&file).unwrap();
        let leaf: u32 = db
            .query_row(
                "SELECT rootpage FROM sqlite_schema WHERE name = 'item'",
                [],
                |row| row.get(0),
            )
            .unwrap();
        drop(db);
        let handle = std::fs::OpenOptions::new().write(true).open(&file).unwrap();
        handle
            .write_all_at(&[0xa5; 4096], u64::from(leaf - 1) * 4096)
            .unwrap();
        let said = said(&file);
        assert!(said.contains("`item`"), "{said}");
        assert!(
            said.contains("parley.db") && said.contains("backup"),
            "{said}"
        );
        assert!(look_at_all(&file).is_err());
    }

    #[test]
    fn what_is_no_database_is_told_apart() {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("parley.db");
        std::fs::write(&file, "by no means a database, and rather long".repeat(200)).unwrap();
        assert!(matches!(look(&file), Err(OpenError::Damaged { .. })));
    }

    #[test]
    fn a_missing_table_is_named() {
        let folder = TempDir::new().unwrap();
        let file = filled(&folder);
        let db = Connection::open(&file).unwrap();
        db.execute_batch("DROP TABLE wrap; DROP INDEX item_expiry;")
            .unwrap();
        drop(db);
        let said = said(&file);
        assert!(said.contains("`wrap` is missing"), "{said}");
        assert!(said.contains("`item_expiry` is missing"), "{said}");
    }

    #[test]
    fn files_without_a_database_are_not_taken_for_a_new_community() {
        let folder = TempDir::new().unwrap();
        std::fs::create_dir_all(folder.path().join("blobs/00")).unwrap();
        let error = look(&folder.path().join("parley.db")).unwrap_err();
        assert!(matches!(error, OpenError::Lost(_)));
    }
}
