//! Records that the store could not give back, and what is done without them. A driver hands over such a record with
//! its key and no value.
//!
//! | table | without a record of it |
//! |---|---|
//! | device, account | no way on: the person signs in anew, as another device |
//! | log, checkpoint | read up to there, from the newest checkpoint or the beginning; the rest comes from the relay again and is checked again |
//! | state | a channel goes as far as its messages, the mailbox begins again; warnings are gone |
//! | Olm sessions | new ones begin |
//! | outbound sessions | a new one begins |
//! | inbound sessions | announcement and key are asked for again |
//! | items | the channel's past up to there is fetched again when somebody scrolls up: `timeline::known` |
//! | outbox | what was not sent is gone |

use std::collections::BTreeSet;

use litemap::LiteMap;
use parley_protocol::ids::ChannelId;

use super::Engine;
use crate::store::{Change, Record, Table, number_key};
use crate::timeline::Timeline;

impl Engine {
    /// Stores what restoring has made of the damage, so that the next start finds none.
    pub(super) fn store_repairs(&mut self, records: &[Record]) {
        let end_of_log = number_key(self.community.head().seq);
        for record in records {
            let is_beyond = record.table == Table::Log && record.key > end_of_log;
            if !record.value.is_empty() && !is_beyond {
                continue;
            }
            self.output
                .store(Change::delete(record.table, record.key.clone()));
            let channel = place_of(record).map(|(channel, _)| channel);
            let named = record.key.strip_prefix(super::state::CHANNEL);
            if let Some(channel) = channel.or_else(|| named?.parse().ok()) {
                self.store_channel(channel);
            }
        }
    }
}

/// A channel whose own record is lost goes as far as its items do, which follow one another. All that is here is taken
/// as read.
pub(super) fn derive_channels(records: &[Record], timelines: &mut LiteMap<ChannelId, Timeline>) {
    let mut derived = BTreeSet::new();
    for (channel, seq) in records.iter().filter_map(place_of) {
        if !timelines.contains_key(&channel) {
            derived.insert(channel);
        }
        if !derived.contains(&channel) {
            continue;
        }
        let timeline = timelines.entry(channel).or_default();
        let before = seq.saturating_sub(1);
        timeline.known_after = if timeline.started {
            timeline.known_after.min(before)
        } else {
            before
        };
        timeline.started = true;
        timeline.position = timeline.position.max(seq);
        timeline.read_up_to = timeline.position;
    }
}

/// Where a stored item stands.
pub(super) fn place_of(record: &Record) -> Option<(ChannelId, u64)> {
    if record.table != Table::Items {
        return None;
    }
    let (channel, seq) = record.key.split_once('/')?;
    Some((channel.parse().ok()?, seq.parse().ok()?))
}
