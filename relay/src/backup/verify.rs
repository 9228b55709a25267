//! Restores a backup into a scratch folder and compares: every piece and blob by its hash, the database by a check of
//! its own, the head of the log and the rows of each table. Blobs are decrypted and hashed one after the other, and only a
//! restore writes them.

use std::path::Path;

use parley_protocol::keys::Hash;

use super::error::{BackupError, Trouble};
use super::manifest::{Contents, Manifest, Seal};
use super::read::{Reader, trouble};
use super::snapshot;
use crate::hex::hex;

/// Called with every blob that is whole.
pub(crate) type Keep<'a> = &'a mut dyn FnMut(&Hash, Vec<u8>) -> Result<(), BackupError>;

/// Sees that a backup is of the relay that it should be of.
///
/// # Errors
/// [`BackupError::WrongSeal`] if not.
pub(crate) fn same_seal(manifest: &Manifest, expected: &str) -> Result<(), BackupError> {
    let found = manifest.seal.fingerprint();
    if found == expected {
        return Ok(());
    }
    Err(BackupError::WrongSeal {
        id: manifest.id.clone(),
        found,
        expected: expected.to_owned(),
    })
}

/// Writes the database into `file`, hands every blob to `keep`, and gives everything that is not as it was.
pub(crate) fn all(
    reader: &Reader<'_>,
    manifest: &Manifest,
    file: &Path,
    keep: Keep<'_>,
) -> Result<Vec<Trouble>, BackupError> {
    let mut troubles = reader.database(manifest, file)?;
    if !troubles.is_empty() {
        return Ok(troubles);
    }
    let db = snapshot::open_copy(file)?;
    troubles.extend(database(&db, manifest)?);
    for (hash, _) in snapshot::blobs_in(&db)? {
        if manifest.absent.contains(&hex(hash.as_bytes())) {
            continue;
        }
        match reader.blob(manifest, &hash)? {
            Ok(content) => keep(&hash, content)?,
            Err(trouble) => troubles.push(trouble),
        }
    }
    Ok(troubles)
}

fn database(db: &rusqlite::Connection, manifest: &Manifest) -> Result<Vec<Trouble>, BackupError> {
    let mut troubles = Vec::new();
    let found: String = db.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if found != "ok" {
        troubles.push(trouble("the database", &format!("is damaged: {found}")));
    }
    if snapshot::seal_in(db)?.as_ref().map(Seal::fingerprint) != Some(manifest.seal.fingerprint()) {
        troubles.push(trouble("the database", "has another relay's seal"));
    }
    troubles.extend(differences(&manifest.contents, &snapshot::contents(db)?));
    Ok(troubles)
}

fn differences(expected: &Contents, found: &Contents) -> Vec<Trouble> {
    let mut troubles = Vec::new();
    if (expected.log, &expected.head) != (found.log, &found.head) {
        let what = format!(
            "ends at entry {} instead of {}, or is another log",
            found.log, expected.log
        );
        troubles.push(trouble("the community log", &what));
    }
    let names = expected.rows.keys().chain(found.rows.keys());
    let names: std::collections::BTreeSet<_> = names.collect();
    for name in names {
        let (expected, found) = (expected.rows.get(name), found.rows.get(name));
        if expected != found {
            let count = |rows: Option<&u64>| rows.copied().unwrap_or(0);
            let what = format!("has {} rows instead of {}", count(found), count(expected));
            troubles.push(trouble(&format!("the table {name}"), &what));
        }
    }
    if (expected.blobs, expected.blob_bytes) != (found.blobs, found.blob_bytes) {
        troubles.push(trouble("the list of blobs", "is not the one of the backup"));
    }
    troubles
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_difference_is_named() {
        let one = Contents {
            log: 5,
            head: "aa".to_owned(),
            rows: [("item".to_owned(), 3), ("log".to_owned(), 5)].into(),
            blobs: 1,
            blob_bytes: 10,
        };
        assert!(differences(&one, &one).is_empty());
        let mut other = one.clone();
        other.head = "bb".to_owned();
        other.rows.insert("item".to_owned(), 2);
        other.rows.remove("log");
        other.blob_bytes = 9;
        let names: Vec<_> = differences(&one, &other)
            .into_iter()
            .map(|it| it.name)
            .collect();
        let expected = [
            "the community log",
            "the table item",
            "the table log",
            "the list of blobs",
        ];
        assert_eq!(names, expected);
    }
}
