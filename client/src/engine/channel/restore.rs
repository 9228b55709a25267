//! Channels from the store. What it lost or damaged is left out where it heals by itself.

use litemap::LiteMap;
use parley_protocol::ids::{ChannelId, DeviceId};
use parley_protocol::map::IdSet;
use serde::{Deserialize, Serialize};

use super::{Channels, announcements, past, relay_clock, steps};
use crate::custom_emoji::Book;
use crate::engine::context::Cx;
use crate::megolm::InboundSessions;
use crate::store::{Change, LOADED_ITEMS, OnDemand, Record, Table, of_table};
use crate::timeline::{OutboxItem, OutboxState, StoredItem, Timeline};

const CHANNEL: &str = "channel/";

/// How far a channel is known.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct ChannelRecord {
    position: u64,
    known_after: u64,
    read_up_to: u64,
    /// `None` in a record from before the past was kept: as `known_after`.
    #[serde(default)]
    kept_after: Option<u64>,
}

impl Channels {
    pub(in crate::engine) fn restore(me: DeviceId, records: &[Record]) -> Self {
        let inbound = InboundSessions::restore(records);
        let mut timelines = restore_timelines(records, &inbound);
        let outbox = restore_outbox(records);
        let outbox_order = outbox.last().map_or(0, |item| item.order);
        for item in outbox {
            let timeline = timelines.entry(item.channel).or_default();
            timeline.queue(item, me);
        }
        Self {
            timelines,
            subscribed: IdSet::new(),
            announcements: announcements::Announcements::default(),
            past: past::Past::default(),
            pins: OnDemand::of((), records),
            inbound,
            own_sessions: OnDemand::of(me, records),
            refused: IdSet::new(),
            steps: steps::Steps::default(),
            redactions: OnDemand::of((), records),
            emoji: Book::restore(records),
            clock: relay_clock::RelayClock::default(),
            statuses: OnDemand::of((), records),
            outbox_order,
        }
    }

    /// Notes the change that keeps how far a channel is known.
    pub(super) fn store_channel(&self, channel: ChannelId, cx: &mut Cx<'_>) {
        if let Some(timeline) = self.timelines.get(&channel) {
            let record = ChannelRecord {
                position: timeline.position,
                known_after: timeline.known_after,
                read_up_to: timeline.read_up_to,
                kept_after: Some(timeline.kept_after),
            };
            let key = format!("{CHANNEL}{channel}");
            cx.output.store(Change::put(Table::State, key, &record));
        }
    }

    /// Keeps what was made of a channel of which a record is lost.
    pub(in crate::engine) fn store_repaired(&self, record: &Record, cx: &mut Cx<'_>) {
        let channel = seq_of(record).map(|(channel, _)| channel);
        let named = record.key.strip_prefix(CHANNEL);
        if let Some(channel) = channel.or_else(|| named?.parse().ok()) {
            self.store_channel(channel, cx);
        }
    }
}

fn restore_outbox(records: &[Record]) -> Vec<OutboxItem> {
    let mut items: Vec<OutboxItem> = of_table(records, Table::Outbox)
        .into_iter()
        .filter_map(Record::read)
        .collect();
    for item in &mut items {
        if item.state == OutboxState::Sending {
            item.state = OutboxState::Waiting;
        }
    }
    items
}

fn restore_timelines(
    records: &[Record],
    inbound: &InboundSessions,
) -> LiteMap<ChannelId, Timeline> {
    let mut timelines: LiteMap<ChannelId, Timeline> = LiteMap::new();
    for record in records.iter().filter(|record| record.table == Table::State) {
        let channel = record
            .key
            .strip_prefix(CHANNEL)
            .and_then(|id| id.parse().ok());
        let (Some(channel), Some(known)) = (channel, record.read::<ChannelRecord>()) else {
            continue;
        };
        let mut timeline = Timeline::default();
        timeline.position = known.position;
        timeline.known_after = known
            .known_after
            .max(known.position.saturating_sub(LOADED_ITEMS));
        timeline.kept_after = known.kept_after.unwrap_or(timeline.known_after);
        timeline.read_up_to = known.read_up_to;
        timeline.started = true;
        timelines.insert(channel, timeline);
    }
    derive_channels(records, &mut timelines);
    for record in of_table(records, Table::Items) {
        if let Some((channel, seq)) = seq_of(record)
            && let Some(item) = record.read::<StoredItem>()
            && let Some(timeline) = timelines.get_mut(&channel)
        {
            timeline.restore(seq, item);
        }
    }
    for (of, seq) in inbound.all_announced() {
        if let Some(timeline) = timelines.get_mut(&of.channel) {
            timeline.claim(seq, of.device, of.session);
        }
    }
    for (_, timeline) in &mut timelines {
        timeline.finish_restore();
    }
    timelines
}

/// A channel whose own record is lost goes as far as its items do, which follow one another. All that is here is taken
/// as read.
fn derive_channels(records: &[Record], timelines: &mut LiteMap<ChannelId, Timeline>) {
    let mut derived = IdSet::new();
    for (channel, seq) in records.iter().filter_map(seq_of) {
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
        timeline.kept_after = timeline.known_after;
    }
}

/// Channel and sequence number of a stored item.
pub(super) fn seq_of(record: &Record) -> Option<(ChannelId, u64)> {
    if record.table != Table::Items {
        return None;
    }
    let (channel, seq) = record.key.split_once('/')?;
    Some((channel.parse().ok()?, seq.parse().ok()?))
}
