//! From records back to an engine. What the store lost or damaged is left out where it heals by itself (`damage` says
//! how); without device, account or the log's beginning there is no way on, and the error says so.

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::community::Rejection;
use parley_protocol::ids::{ChannelId, DeviceId, UserId};
use serde::{Deserialize, Serialize};
use vodozemac::olm::AccountPickle;

use super::{
    Engine, announcements, checkpoint, connection, damage, keys, mail, output, people, requests,
    voice,
};
use crate::device::DeviceKeys;
use crate::megolm::{InboundSessions, OutboundSession};
use crate::olm::OlmSessions;
use crate::rng::Rng;
use crate::sorted;
use crate::store::{Record, Table};
use crate::timeline::{OutboxItem, OutboxState, StoredItem, Timeline};

pub(super) const ALERTS: &str = "alerts";
pub(super) const LOG_LAG: &str = "log lag";
pub(super) const MAILBOX: &str = "mailbox";
pub(super) const CHANNEL: &str = "channel/";

/// Who a device is.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(crate) struct DeviceRecord {
    pub(crate) user: UserId,
    pub(crate) device: DeviceId,
}

/// How far a channel is known.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct ChannelRecord {
    position: u64,
    known_after: u64,
    read_up_to: u64,
}

/// Records that do not make an engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RestoreError {
    /// The device's keys are missing or cannot be read.
    #[error("the device's keys are not in the store")]
    KeysMissing,
    /// The checkpoint cannot be read, and not all of the log was given. With the whole log, and without the
    /// checkpoint, there is a way on.
    #[error("the checkpoint of the community log is damaged")]
    CheckpointDamaged,
    /// The log is missing, or its first entry cannot be read.
    #[error("the community log is missing, or damaged from its first entry on")]
    LogDamaged,
    /// The log does not follow the rules.
    #[error("entry {seq} of the community log is not allowed: {rejection}")]
    LogInvalid {
        /// Its number.
        seq: u64,
        /// Why.
        rejection: Rejection,
    },
}

impl Engine {
    /// Makes an engine of what was stored. `Ok(None)` if nothing was: there is no device here yet.
    /// Starts to connect at once. `seed` is 32 fresh random bytes.
    ///
    /// # Errors
    /// [`RestoreError`] if the store lost something that cannot be done without.
    pub fn restore(
        records: &[Record],
        seed: [u8; 32],
        now: Millis,
    ) -> Result<Option<Self>, RestoreError> {
        if records.is_empty() {
            return Ok(None);
        }
        let who: DeviceRecord =
            read_one(records, Table::Device).ok_or(RestoreError::KeysMissing)?;
        let pickle: AccountPickle =
            read_one(records, Table::Account).ok_or(RestoreError::KeysMissing)?;
        let (community, checkpoint) = checkpoint::restore(records)?;
        let mut rng = Rng::from_seed(seed);
        let outbox = restore_outbox(records);
        let inbound = InboundSessions::restore(records);
        let mut engine = Self {
            user: who.user,
            device: DeviceKeys::from_pickle(who.device, pickle),
            community,
            checkpoint,
            output: output::Output::default(),
            connection: connection::Connection::new(now),
            requests: requests::Requests::default(),
            lag: read_state(records, LOG_LAG).unwrap_or_default(),
            alerts: read_state(records, ALERTS).unwrap_or_default(),
            timelines: restore_timelines(records, &inbound),
            outbox_order: outbox.last().map_or(0, |item| item.order),
            writing: LiteMap::new(),
            inbound,
            outbound: restore_outbound(who.device, records),
            olm: OlmSessions::restore(records),
            announcements: announcements::Announcements::default(),
            keys: keys::KeyExchange::default(),
            mail: mail::Post::new(
                read_state(records, MAILBOX).unwrap_or_default(),
                rng.bytes(),
            ),
            voice: voice::Voice::default(),
            people: people::People::default(),
            rng,
        };
        for item in outbox {
            engine
                .timelines
                .entry(item.channel)
                .or_default()
                .outbox
                .push_back(item);
        }
        engine.store_repairs(records);
        engine.keep_checkpoint();
        engine.want_unread_keys(now);
        engine.connect(now);
        Ok(Some(engine))
    }

    /// Notes the change that keeps how far a channel is known.
    pub(super) fn store_channel(&mut self, channel: ChannelId) {
        if let Some(timeline) = self.timelines.get(&channel) {
            let record = ChannelRecord {
                position: timeline.position,
                known_after: timeline.known_after,
                read_up_to: timeline.read_up_to,
            };
            self.output.store(crate::store::Change::put(
                Table::State,
                format!("{CHANNEL}{channel}"),
                &record,
            ));
        }
    }

    pub(super) fn store_account(&mut self) {
        self.output.store(crate::store::Change::put(
            Table::Account,
            "account",
            &self.device.pickle(),
        ));
    }
}

fn read_one<T: serde::de::DeserializeOwned>(records: &[Record], table: Table) -> Option<T> {
    records.iter().find(|record| record.table == table)?.read()
}

fn read_state<T: serde::de::DeserializeOwned>(records: &[Record], key: &str) -> Option<T> {
    records
        .iter()
        .find(|record| record.table == Table::State && record.key == key)?
        .read()
}

pub(super) fn of_table(records: &[Record], table: Table) -> Vec<&Record> {
    let mut found: Vec<&Record> = records
        .iter()
        .filter(|record| record.table == table)
        .collect();
    found.sort_by(|a, b| a.key.cmp(&b.key));
    found
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

fn restore_outbound(me: DeviceId, records: &[Record]) -> LiteMap<ChannelId, OutboundSession> {
    let kept = of_table(records, Table::OutboundSessions);
    sorted::map(kept.into_iter().filter_map(|record| {
        let session = OutboundSession::from_pickle(me, record.read()?)?;
        Some((record.key.parse().ok()?, session))
    }))
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
        timeline.known_after = known.known_after.max(
            known
                .position
                .saturating_sub(super::receiving::STORED_ITEMS),
        );
        timeline.read_up_to = known.read_up_to;
        timeline.started = true;
        timelines.insert(channel, timeline);
    }
    damage::derive_channels(records, &mut timelines);
    for record in of_table(records, Table::Items) {
        if let Some((channel, seq)) = damage::place_of(record)
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
