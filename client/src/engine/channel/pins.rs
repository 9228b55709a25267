//! Which messages are pinned, kept apart from the items: a pin counts however far back it and its message are.

use litemap::LiteMap;
use parley_protocol::ids::ChannelId;
use serde::{Deserialize, Serialize};

use super::Channels;
use crate::engine::context::Cx;
use crate::store::{Change, Record, Restored, Table, of_table};
use crate::timeline::relations::{Act, Target};
use crate::timeline::{Body, TimelineItem};

const RECORD: &str = "pins/";
/// Messages of a channel of which it is kept. Those whose pins are oldest give way.
const PINS: usize = 500;

/// The last word on whether a message is pinned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Pin {
    to: Target,
    /// Where the pin stands, or its end.
    seq: u64,
    on: bool,
}

/// The pins of all channels.
pub(super) struct Pins(LiteMap<ChannelId, Vec<Pin>>);

impl Restored for Pins {
    type With = ();

    fn is_made_of(record: &Record) -> bool {
        record.table == Table::State && record.key.starts_with(RECORD)
    }

    fn restore((): (), records: &[Record]) -> Self {
        let kept = of_table(records, Table::State).into_iter();
        Self(
            kept.filter_map(|record| {
                let channel = record.key.strip_prefix(RECORD)?.parse().ok()?;
                Some((channel, record.read()?))
            })
            .collect(),
        )
    }
}

impl Pins {
    /// Says whether it changed something.
    fn note(&mut self, channel: ChannelId, pin: Pin, counts: bool) -> bool {
        let pins = self.0.entry(channel).or_default();
        let before = pins.iter().position(|known| known.to == pin.to);
        match before.and_then(|at| pins.get_mut(at)) {
            Some(known) if counts && known.seq <= pin.seq => {
                return std::mem::replace(known, pin) != pin;
            }
            Some(known) if !counts && known.seq == pin.seq => {
                pins.retain(|known| known.to != pin.to);
                return true;
            }
            None if counts => pins.push(pin),
            Some(_) | None => return false,
        }
        if pins.len() > PINS {
            let oldest = pins.iter().map(|pin| pin.seq).min();
            pins.retain(|pin| Some(pin.seq) != oldest);
        }
        true
    }
}

impl Channels {
    /// The pinned messages of a channel, the newest pin first.
    pub(in crate::engine) fn pins(&self, channel: &ChannelId) -> Vec<Target> {
        let pins = self.pins.0.get(channel).into_iter().flatten();
        let pins = crate::sorted::by_number(pins.filter(|pin| pin.on), |pin| u64::MAX - pin.seq);
        pins.into_iter().map(|pin| pin.to).collect()
    }

    /// Something was read: if it is a pin, or the end of one, it is kept.
    pub(super) fn note_pin(&mut self, channel: ChannelId, item: &TimelineItem, cx: &mut Cx<'_>) {
        let Body::Relation(relation) = &item.body else {
            return;
        };
        let on = match relation.act {
            Act::Pin => true,
            Act::Unpin => false,
            Act::Edit(_)
            | Act::React(_)
            | Act::Unreact(_)
            | Act::Delete
            | Act::Vote(_)
            | Act::ClosePoll => return,
        };
        let pin = Pin {
            to: relation.to,
            seq: item.seq,
            on,
        };
        if self.pins.note(channel, pin, item.by_right) {
            self.store_pins(channel, cx);
        }
    }

    /// The relay went back: what came after comes again, or does not.
    pub(super) fn forget_pins_after(&mut self, channel: ChannelId, last: u64, cx: &mut Cx<'_>) {
        if let Some(pins) = self.pins.0.get_mut(&channel) {
            pins.retain(|pin| pin.seq <= last);
            self.store_pins(channel, cx);
        }
    }

    fn store_pins(&self, channel: ChannelId, cx: &mut Cx<'_>) {
        if let Some(pins) = self.pins.0.get(&channel) {
            let key = format!("{RECORD}{channel}");
            cx.output.store(Change::put(Table::State, key, pins));
        }
    }
}
