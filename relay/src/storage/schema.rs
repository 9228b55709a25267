//! The tables. They hold ciphertext, public keys, signed texts, hashes, times and counts; the only plain words are
//! the names in the log.
//!
//! `place` combines a stream and a sequence number: the sequence number of the log entry that created the channel
//! or device, times 2^32, plus the number of the item in it. So the items of a stream are adjacent and need no
//! other index.

mod accounts;
mod blobs;
mod items;
mod sign_in;
mod vault;

use rusqlite::Connection;

/// What leads from each version to the next; the first from an empty file. Never changed once released: a change is
/// a further version.
const STEPS: [&[&str]; 4] = [
    &[FIRST],
    &[accounts::FROM_1, sign_in::FROM_1, vault::FROM_1],
    &[items::FROM_2],
    &[blobs::FROM_3],
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

/// Number of the newest version.
pub(super) fn newest() -> u32 {
    u32::try_from(STEPS.len()).unwrap_or(u32::MAX)
}

/// Version of a file; 0 if it is empty.
pub(super) fn version(db: &Connection) -> rusqlite::Result<u32> {
    db.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// An empty database of a version, in memory.
pub(super) fn of_version(version: u32) -> rusqlite::Result<Connection> {
    let db = Connection::open_in_memory()?;
    let count = usize::try_from(version).unwrap_or(usize::MAX);
    for step in STEPS.iter().take(count) {
        db.execute_batch(&step.concat())?;
    }
    Ok(db)
}

/// Leads from the version of the file to the newest, each step as one transaction.
pub(super) fn bring_up_to_date(db: &Connection) -> rusqlite::Result<()> {
    let done = usize::try_from(version(db)?).unwrap_or(usize::MAX);
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
    use parley_protocol::auth::Wrap;
    use parley_protocol::channel::ItemContent;
    use parley_protocol::ids::{DeviceId, UserId};
    use rusqlite::params;
    use tempfile::TempDir;

    use super::*;
    use crate::storage::values::{Blob, StreamId};
    use crate::storage::{Durability, Storage, accounts, read, sessions};

    /// As a relay finds the file of the one before.
    #[test]
    fn an_account_of_version_1_keeps_its_password_its_vault_and_its_session() {
        let folder = TempDir::new().unwrap();
        let storage = Storage::in_folder(folder.path(), Durability::ProcessOnly).unwrap();
        let old = Connection::open(folder.path().join("parley.db")).unwrap();
        old.execute_batch(FIRST).unwrap();
        let user = UserId::from_bytes([1; 16]);
        old.execute_batch(
            "PRAGMA user_version = 1;
             INSERT INTO account VALUES (
                 x'01010101010101010101010101010101', zeroblob(16),
                 x'0303030303030303030303030303030303030303030303030303030303030303',
                 4, 5, 'a vault'
             );
             INSERT INTO family VALUES (
                 zeroblob(16), x'01010101010101010101010101010101',
                 x'07070707070707070707070707070707', 2000
             );",
        )
        .unwrap();
        drop(old);

        let db = storage.writer().unwrap();
        assert_eq!(version(&db), Ok(4));
        let account = accounts::account(&db, &user).unwrap().unwrap();
        let password = account.password.unwrap();
        assert_eq!((password.hash, password.passes), ([3; 32], 5));
        assert_eq!((account.recovery, account.second_factor), (None, None));
        let wrap = Wrap::password("a vault".to_owned());
        assert_eq!(accounts::wraps(&db, &user).unwrap(), [wrap]);
        let listed = sessions::list(&db, &user, &[0; 16], 1000).unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].device, Some(DeviceId::from_bytes([7; 16])));
        assert!(listed[0].current);
        drop(db);
        // Opening it again changes nothing.
        assert_eq!(version(&storage.writer().unwrap()), Ok(4));
    }

    /// As a relay finds the file of the one before.
    #[test]
    fn items_of_version_2_stay_as_they_were() {
        let folder = TempDir::new().unwrap();
        let storage = Storage::in_folder(folder.path(), Durability::ProcessOnly).unwrap();
        let old = Connection::open(folder.path().join("parley.db")).unwrap();
        for step in STEPS.iter().take(2) {
            old.execute_batch(&step.concat()).unwrap();
        }
        let (author, channel) = (DeviceId::from_bytes([7; 16]), StreamId(2));
        let insert = "INSERT INTO item (place, at, author, identity, session, text, signature,
             proof) VALUES (?1, 5, ?2, ?3, ?4, ?5, ?6, ?7)";
        let signature = [6_u8; 64];
        let announced = params![
            channel.row(1),
            Blob(&author),
            [8_u8; 32],
            None::<Vec<u8>>,
            "an announcement",
            signature,
            signature
        ];
        old.execute(insert, announced).unwrap();
        let none = None::<Vec<u8>>;
        let written = params![
            channel.row(2),
            Blob(&author),
            [9_u8; 16],
            [8_u8; 32],
            "a message",
            none,
            none
        ];
        old.execute(insert, written).unwrap();
        old.pragma_update(None, "user_version", 2).unwrap();
        drop(old);

        let db = storage.writer().unwrap();
        assert_eq!(version(&db), Ok(4));
        let items = read::items_after(&db, channel, 0).unwrap();
        assert!(matches!(
            &items[0].content,
            ItemContent::Announcement(announcement) if announcement.body == "an announcement"
        ));
        assert!(matches!(
            &items[1].content,
            ItemContent::Message(message)
                if message.ciphertext == "a message" && message.blobs.is_empty()
        ));
        assert_eq!(items.len(), 2);
        assert_eq!(read::next_expiry(&db).unwrap(), None);
    }
}
