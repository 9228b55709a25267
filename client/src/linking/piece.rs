//! Some of what a device knows, as it goes to the device that is linked to it: keys of Megolm sessions, as records of
//! [`Table::Archive`], account data, and direct messages.

use std::collections::VecDeque;

use parley_protocol::ids::DeviceId;
use parley_protocol::json;

use crate::megolm::{HandedKey, SessionRef};
use crate::store::{Change, Record, Table};
use crate::vault::{KeptKey, NamedValue, RestoredValue, SegmentContents, direct_record};

/// Bytes of direct messages in a piece, as they stand there, but for the first. Two of the largest do not go through a
/// meeting at once.
const DIRECT_BYTES: usize = 48 * 1024;

/// What a piece brought.
pub struct Piece {
    /// To be stored before [`crate::Engine::handle_restored`].
    pub changes: Vec<Change>,
    /// The same as records, and direct messages, which the engine stores.
    pub records: Vec<Record>,
    /// Account data.
    pub data: Vec<RestoredValue>,
}

impl Piece {
    /// Whether there are direct messages in it: they need [`crate::Engine::begin_direct`] first.
    pub fn has_direct(&self) -> bool {
        self.records.len() > self.changes.len()
    }
}

/// Takes out as many as go into one piece.
pub fn take_copies(waiting: &mut VecDeque<String>) -> Vec<String> {
    let (mut taken, mut bytes) = (Vec::new(), 0);
    while let Some(next) = waiting.front() {
        // It is quoted where it stands, and so is the piece.
        bytes += json::write(&json::write(next)).len();
        if bytes > DIRECT_BYTES && !taken.is_empty() {
            break;
        }
        taken.extend(waiting.pop_front());
    }
    taken
}

/// Writes records of the archive, account data and direct messages as a piece. About 500 bytes for each record.
pub fn write_piece(records: &[Record], data: Vec<NamedValue>, direct: Vec<String>) -> String {
    let keys = records.iter().filter_map(|record| {
        let session = SessionRef::from_archive_key(&record.key)?;
        let handed = record.read::<HandedKey>()?;
        Some(KeptKey { session, handed })
    });
    json::write(&SegmentContents {
        keys: keys.collect(),
        data,
        direct,
        ..SegmentContents::default()
    })
}

/// Reads a piece of one's own device `from`. `None` if it is none.
pub fn read_piece(text: &str, from: DeviceId) -> Option<Piece> {
    let SegmentContents {
        keys, data, direct, ..
    } = json::read(text).ok()?;
    let mut records: Vec<Record> = keys.iter().map(|key| record(key, from)).collect();
    let data = data.into_iter().map(|value| RestoredValue {
        value,
        is_noted: false,
    });
    let changes = records.iter().cloned().map(Change::Put).collect();
    let direct = direct.into_iter();
    records.extend(direct.filter_map(|copy| direct_record(copy, &format!("{from}/linked"))));
    Some(Piece {
        changes,
        records,
        data: data.collect(),
    })
}

/// The record that keeps a session's key in the archive.
pub(crate) fn record(key: &KeptKey, from: DeviceId) -> Record {
    let KeptKey { session, handed } = key;
    Record {
        table: Table::Archive,
        key: format!("{}{from}/linked", session.to_archive_prefix()),
        value: json::write(handed).into_bytes(),
    }
}
