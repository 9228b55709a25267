//! The record of the community's state, which a start takes in place of the log's entries.

use parley_protocol::community::Community;

use crate::store::{Change, Record, Table, number_key};

/// So many new entries are worth a new checkpoint. Fewer are read quicker than it is written.
pub(crate) const WORTHWHILE: u64 = 64;

/// The first checkpoint of a log that came in whole. `None` for a short one.
pub(crate) fn first(community: &Community) -> Option<Change> {
    (community.head().seq >= WORTHWHILE).then(|| change(community))
}

pub(crate) fn change(community: &Community) -> Change {
    Change::Put(Record {
        table: Table::Checkpoint,
        key: number_key(community.head().seq),
        value: community.to_checkpoint(),
    })
}
