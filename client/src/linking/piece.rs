//! Some of what a device knows, as it goes to the device that is linked to it: keys of Megolm sessions, as records of
//! [`Table::Archive`], and account data.

use parley_protocol::ids::DeviceId;
use parley_protocol::json;

use crate::megolm::{HandedKey, SessionRef};
use crate::store::{Change, Record, Table};
use crate::vault::{KeptKey, NamedValue, RestoredValue, SegmentContents};

/// What a piece brought.
pub struct Piece {
    /// To be stored before [`crate::Engine::handle_restored`].
    pub changes: Vec<Change>,
    /// The same as records.
    pub records: Vec<Record>,
    /// Account data.
    pub data: Vec<RestoredValue>,
}

/// Writes records of the archive and account data as a piece. About 500 bytes for each record.
pub fn write_piece(records: &[Record], data: Vec<NamedValue>) -> String {
    let keys = records.iter().filter_map(|record| {
        let session = SessionRef::from_archive_key(&record.key)?;
        let handed = record.read::<HandedKey>()?;
        Some(KeptKey { session, handed })
    });
    json::write(&SegmentContents {
        keys: keys.collect(),
        data,
        ..SegmentContents::default()
    })
}

/// Reads a piece of one's own device `from`. `None` if it is none.
pub fn read_piece(text: &str, from: DeviceId) -> Option<Piece> {
    let SegmentContents { keys, data, .. } = json::read(text).ok()?;
    let records: Vec<Record> = keys.iter().map(|key| record(key, from)).collect();
    let data = data.into_iter().map(|value| RestoredValue {
        value,
        is_noted: false,
    });
    Some(Piece {
        changes: records.iter().cloned().map(Change::Put).collect(),
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
