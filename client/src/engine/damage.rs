//! Records that the store could not give back, and what is done without them. A driver hands over such a record with
//! its key and no value.
//!
//! | table | without a record of it |
//! |---|---|
//! | device, account | no way on: the person signs in anew, as another device |
//! | log, checkpoint | read up to there, from the newest checkpoint or the beginning; the rest comes from the relay again and is checked again |
//! | state | a channel goes as far as its messages, the mailbox begins again; warnings are gone; an emoji comes again with its message |
//! | Olm sessions | new ones begin |
//! | outbound sessions | a new one begins |
//! | inbound sessions | announcement and key are asked for again |
//! | vault, account data | a chain goes on after what the relay has; values come from the own devices or the vault |
//! | items | the channel's past up to there is fetched again when somebody scrolls up: `timeline::known` |
//! | outbox | what was not sent is gone |

use parley_protocol::community::Community;

use super::channel::Channels;
use super::context::Cx;
use crate::store::{Change, Record, Table, number_key};

/// Stores what restoring has made of the damage, so that the next start finds none.
pub(super) fn store_repairs(records: &[Record], channels: &Channels, cx: &mut Cx<'_>) {
    for record in records.iter().filter(|record| is_lost(record, cx.log)) {
        cx.output
            .store(Change::delete(record.table, record.key.clone()));
        channels.store_repaired(record, cx);
    }
}

/// Whether a record cannot be read, or lies beyond an entry of the log that cannot.
fn is_lost(record: &Record, log: &Community) -> bool {
    let end_of_log = number_key(log.head().seq);
    record.value.is_empty() || (record.table == Table::Log && record.key > end_of_log)
}
