//! What was answered, and whether the data folder has it: once, and whole.

use std::collections::HashSet;
use std::path::Path;

use parley_protocol::ids::{DeviceId, EntryId, MailId, MessageId};
use parley_protocol::keys::{Curve25519PublicKey, Hash};
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::program::folder;

/// The relay keeps a device's newest hundred; a few may be there that were not answered.
const PREKEYS_KEPT: usize = 80;

/// A message that was answered.
#[derive(Debug, Clone)]
pub(crate) struct Posted {
    pub(crate) author: DeviceId,
    pub(crate) id: MessageId,
    pub(crate) text: String,
    pub(crate) seq: u64,
}

/// Everything that was answered.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    pub(crate) posts: Vec<Posted>,
    pub(crate) blobs: Vec<Hash>,
    pub(crate) entries: Vec<(EntryId, u64)>,
    pub(crate) published: Vec<Curve25519PublicKey>,
    pub(crate) claimed: Vec<Curve25519PublicKey>,
    pub(crate) mails: Vec<(MailId, String)>,
    pub(crate) segments: Vec<(DeviceId, u64)>,
    pub(crate) logins: usize,
}

/// How much was answered.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) posts: usize,
    pub(crate) blobs: usize,
    pub(crate) entries: usize,
    pub(crate) published: usize,
    pub(crate) claims: usize,
    pub(crate) mails: usize,
    pub(crate) segments: usize,
    pub(crate) logins: usize,
}

impl Counts {
    pub(crate) fn add(&mut self, other: &Self) {
        self.posts += other.posts;
        self.blobs += other.blobs;
        self.entries += other.entries;
        self.published += other.published;
        self.claims += other.claims;
        self.mails += other.mails;
        self.segments += other.segments;
        self.logins += other.logins;
    }
}

impl Ledger {
    pub(crate) fn counts(&self) -> Counts {
        Counts {
            posts: self.posts.len(),
            blobs: self.blobs.len(),
            entries: self.entries.len(),
            published: self.published.len(),
            claims: self.claimed.len(),
            mails: self.mails.len(),
            segments: self.segments.len(),
            logins: self.logins,
        }
    }

    /// Looks into a copy of what the kill left behind: the relay shall recover the original by itself.
    pub(crate) fn check(&self, data: &Path) {
        let scratch = folder();
        for name in ["parley.db", "parley.db-wal"] {
            let from = data.join(name);
            if from.exists() {
                std::fs::copy(from, scratch.path().join(name)).unwrap();
            }
        }
        let db = Connection::open(scratch.path().join("parley.db")).unwrap();
        let verdict: String = db
            .query_row("PRAGMA integrity_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(verdict, "ok");
        self.check_posts(&db);
        self.check_log(&db);
        self.check_keys(&db);
        self.check_mail(&db);
        self.check_blobs(&db, data);
    }

    fn check_posts(&self, db: &Connection) {
        let mut find = db
            .prepare("SELECT place, text FROM item WHERE author = ?1 AND identity = ?2")
            .unwrap();
        for post in &self.posts {
            let key = params![post.author.as_bytes(), post.id.as_bytes()];
            let found = find.query_row(key, |row| {
                Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
            });
            let (place, text) = found.optional().unwrap().unwrap_or_else(|| {
                panic!("a message is lost: {post:?}");
            });
            assert_eq!(u64::try_from(place & 0xffff_ffff).unwrap(), post.seq);
            assert_eq!(text, post.text);
        }
        let count = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
        let doubled = "SELECT count(*) - count(DISTINCT text) FROM item";
        assert_eq!(count(doubled), 0, "an item is there twice");
        let gaps = "SELECT coalesce(sum(max - min + 1 - count), 0) FROM (
            SELECT max(place) AS max, min(place) AS min, count(*) AS count
            FROM item GROUP BY place >> 32)";
        assert_eq!(count(gaps), 0, "a channel has gaps");
    }

    fn check_log(&self, db: &Connection) {
        for (id, seq) in &self.entries {
            let found: Option<i64> = db
                .query_row(
                    "SELECT seq FROM log WHERE id = ?1",
                    params![id.as_bytes()],
                    |row| row.get(0),
                )
                .optional()
                .unwrap();
            assert_eq!(
                found,
                Some(i64::try_from(*seq).unwrap()),
                "an entry is lost"
            );
        }
        let (count, last): (i64, i64) = db
            .query_row("SELECT count(*), max(seq) FROM log", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .unwrap();
        assert_eq!(count, last, "the log has gaps");
    }

    fn check_keys(&self, db: &Connection) {
        let distinct: HashSet<_> = self.claimed.iter().map(|key| *key.as_bytes()).collect();
        assert_eq!(
            distinct.len(),
            self.claimed.len(),
            "a prekey was given out twice"
        );
        let left = |key: &Curve25519PublicKey| {
            db.query_row(
                "SELECT signature IS NOT NULL FROM one_time_key WHERE key = ?1",
                params![key.as_bytes()],
                |row| row.get::<_, bool>(0),
            )
            .optional()
            .unwrap()
        };
        for key in self.published.iter().rev().take(PREKEYS_KEPT) {
            assert!(left(key).is_some(), "a prekey is lost");
        }
        for key in &self.claimed {
            assert_ne!(left(key), Some(true), "a claimed prekey is there again");
        }
        for (device, counter) in &self.segments {
            let found: i64 = db
                .query_row(
                    "SELECT count(*) FROM segment WHERE device = ?1 AND counter = ?2",
                    params![device.as_bytes(), i64::try_from(*counter).unwrap()],
                    |row| row.get(0),
                )
                .unwrap();
            assert_eq!(found, 1, "a segment of a vault is lost");
        }
    }

    fn check_mail(&self, db: &Connection) {
        let mut find = db.prepare("SELECT ciphertext FROM mail").unwrap();
        let rows = find.query_map([], |row| row.get::<_, String>(0)).unwrap();
        let found: Vec<String> = rows.map(Result::unwrap).collect();
        let distinct: HashSet<&str> = found.iter().map(String::as_str).collect();
        assert_eq!(
            distinct.len(),
            found.len(),
            "a to-device message is there twice"
        );
        for (_, text) in &self.mails {
            assert!(
                distinct.contains(text.as_str()),
                "a to-device message is lost"
            );
        }
    }

    fn check_blobs(&self, db: &Connection, data: &Path) {
        for hash in &self.blobs {
            let row: i64 = db
                .query_row(
                    "SELECT count(*) FROM blob WHERE hash = ?1",
                    params![hash.as_bytes()],
                    |row| row.get(0),
                )
                .unwrap();
            assert_eq!(row, 1, "the row of a blob is lost");
        }
        let mut rows = db.prepare("SELECT hash, bytes FROM blob").unwrap();
        let rows = rows.query_map([], |row| {
            Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, i64>(1)?))
        });
        for row in rows.unwrap() {
            let (hash, bytes) = row.unwrap();
            let name = hex(&hash);
            let file = data.join("blobs").join(&name[..2]).join(&name);
            let content = std::fs::read(&file).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(
                i64::try_from(content.len()).unwrap(),
                bytes,
                "{name} is cut off"
            );
            assert_eq!(Hash::of(&content).as_bytes()[..], hash, "{name} is damaged");
        }
    }
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;

    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
