//! The tables. They hold ciphertext, public keys, signed texts, hashes, times and counts; the only plain words are
//! the names in the log.
//!
//! `place` combines a stream and a sequence number: the sequence number of the log entry that created the channel
//! or device, times 2^32, plus the number of the item in it. So the items of a stream are adjacent and need no
//! other index.

mod accounts;
mod sign_in;
mod vault;

use rusqlite::Connection;

use super::OpenError;

/// What leads from each version to the next; the first from an empty file. Never changed once released: a change is
/// a further version.
const STEPS: [&[&str]; 2] = [
    &[FIRST],
    &[accounts::FROM_1, sign_in::FROM_1, vault::FROM_1],
];

const FIRST: &str = "
CREATE TABLE setting (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE log (
    seq INTEGER PRIMARY KEY,
    id BLOB NOT NULL UNIQUE,
    body TEXT NOT NULL,
    author BLOB NOT NULL,
    signature BLOB NOT NULL
);

CREATE TABLE account (
    user BLOB PRIMARY KEY,
    salt BLOB NOT NULL,
    hash BLOB NOT NULL,
    memory INTEGER NOT NULL,
    passes INTEGER NOT NULL,
    vault TEXT NOT NULL
);

CREATE TABLE family (
    id BLOB PRIMARY KEY,
    user BLOB NOT NULL,
    device BLOB,
    expires_at INTEGER NOT NULL
);
CREATE INDEX family_user ON family (user);

CREATE TABLE refresh_token (
    hash BLOB PRIMARY KEY,
    family BLOB NOT NULL,
    used_at INTEGER,
    expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX refresh_token_family ON refresh_token (family);

CREATE TABLE item (
    place INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    author BLOB NOT NULL,
    identity BLOB NOT NULL,
    session BLOB,
    text TEXT NOT NULL,
    signature BLOB,
    proof BLOB
);
CREATE UNIQUE INDEX item_identity ON item (author, identity);

CREATE TABLE newest_session (
    channel INTEGER NOT NULL,
    device INTEGER NOT NULL,
    session BLOB NOT NULL,
    head INTEGER NOT NULL,
    PRIMARY KEY (channel, device)
) WITHOUT ROWID;

CREATE TABLE mailbox (
    device INTEGER PRIMARY KEY,
    last INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    sent INTEGER NOT NULL
);
CREATE TABLE mailbox_share (
    device INTEGER NOT NULL,
    member BLOB NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (device, member)
) WITHOUT ROWID;
CREATE TABLE mail (
    place INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    sender BLOB NOT NULL,
    member BLOB NOT NULL,
    message_type INTEGER NOT NULL,
    ciphertext TEXT NOT NULL
);
CREATE TABLE mail_sent (
    place INTEGER PRIMARY KEY,
    sender INTEGER NOT NULL,
    id BLOB NOT NULL,
    refused BLOB NOT NULL,
    UNIQUE (sender, id)
);

CREATE TABLE one_time_key (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    device INTEGER NOT NULL,
    key BLOB NOT NULL,
    signature BLOB,
    UNIQUE (device, key)
);
CREATE INDEX one_time_key_left ON one_time_key (device, number) WHERE signature IS NOT NULL;
CREATE TABLE fallback_key (
    device INTEGER PRIMARY KEY,
    key BLOB NOT NULL,
    signature BLOB NOT NULL,
    used INTEGER NOT NULL
);
";

pub(super) fn bring_up_to_date(db: &Connection) -> Result<(), OpenError> {
    let found: u32 = db.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let known = u32::try_from(STEPS.len()).unwrap_or(u32::MAX);
    if found > known {
        return Err(OpenError::Newer { found, known });
    }
    let done = usize::try_from(found).unwrap_or(usize::MAX);
    for (version, step) in (1_u32..).zip(STEPS).skip(done) {
        let step = step.concat();
        db.execute_batch(&format!(
            "BEGIN IMMEDIATE; {step} PRAGMA user_version = {version}; COMMIT;"
        ))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(db: &Connection) -> u32 {
        db.pragma_query_value(None, "user_version", |row| row.get(0))
            .unwrap()
    }

    #[test]
    fn an_account_of_version_1_keeps_its_password_and_its_vault() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(FIRST).unwrap();
        db.execute_batch(
            "PRAGMA user_version = 1;
             INSERT INTO account VALUES (x'01', x'02', x'03', 4, 5, 'a vault');
             INSERT INTO family VALUES (x'06', x'01', x'07', 8);",
        )
        .unwrap();
        bring_up_to_date(&db).unwrap();
        assert_eq!(version(&db), 2);

        let wrap: (Vec<u8>, u32, String, String) = db
            .query_row("SELECT user, kind, id, text FROM wrap", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })
            .unwrap();
        assert_eq!(wrap, (vec![1], 0, String::new(), "a vault".to_owned()));
        let account: (Vec<u8>, u32, Option<Vec<u8>>) = db
            .query_row("SELECT hash, passes, recovery FROM account", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .unwrap();
        assert_eq!(account, (vec![3], 5, None));
        let family: (Vec<u8>, i64) = db
            .query_row("SELECT device, expires_at FROM family", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap();
        assert_eq!(family, (vec![7], 8));
        // Opening it again changes nothing.
        bring_up_to_date(&db).unwrap();
        assert_eq!(version(&db), 2);
    }

    #[test]
    fn a_database_of_a_newer_relay_is_refused() {
        let db = Connection::open_in_memory().unwrap();
        db.pragma_update(None, "user_version", 3).unwrap();
        assert!(matches!(
            bring_up_to_date(&db),
            Err(OpenError::Newer { found: 3, known: 2 })
        ));
    }
}
