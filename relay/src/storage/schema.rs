//! The tables. They hold ciphertext, public keys, signed texts, hashes, times and counts; the only plain words are
//! the names in the log.
//!
//! `place` combines a stream and a sequence number: the sequence number of the log entry that created the channel
//! or device, times 2^32, plus the number of the item in it. So the items of a stream are adjacent and need no
//! other index.

use rusqlite::Connection;

use super::OpenError;

const VERSION: u32 = 1;

const TABLES: &str = "
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
    if found > VERSION {
        return Err(OpenError::Newer {
            found,
            known: VERSION,
        });
    }
    if found == 0 {
        db.execute_batch(&format!(
            "BEGIN IMMEDIATE; {TABLES} PRAGMA user_version = {VERSION}; COMMIT;"
        ))?;
    }
    Ok(())
}
