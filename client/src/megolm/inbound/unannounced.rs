//! Keys that came before their announcement: to-device messages are faster than a channel's items, but whoever sends keys
//! of sessions that nobody announces takes only their own room, and not for ever.

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::ids::DeviceId;
use serde::{Deserialize, Serialize};

use crate::megolm::SessionRef;

/// Keys kept, and those of one sender. Of the sender who fills it, the oldest gives way.
const KEPT: usize = 5_000;
pub(super) const KEPT_OF_SENDER: usize = 200;
/// An announcement that does not come within a week does not come.
const KEPT_FOR: Millis = 7 * 24 * 3_600_000;

/// Who sent a key, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Came {
    pub(super) from: DeviceId,
    pub(super) at: Millis,
}

#[derive(Default)]
pub(super) struct Unannounced(LiteMap<SessionRef, Came>);

impl Unannounced {
    pub(super) fn insert(&mut self, of: SessionRef, came: Came) {
        self.0.insert(of, came);
    }

    pub(super) fn remove(&mut self, of: &SessionRef) {
        self.0.remove(of);
    }

    /// Makes room for one more key. Says which sessions give way.
    pub(super) fn make_room(&mut self, new: &Came) -> Vec<SessionRef> {
        let late = |came: &Came| new.at >= came.at.saturating_add(KEPT_FOR);
        let old = self.0.iter().filter(|(_, came)| late(came));
        let mut gone: Vec<SessionRef> = old.map(|(of, _)| *of).collect();
        for of in &gone {
            self.0.remove(of);
        }
        let sender = if self.of_sender(new.from) >= KEPT_OF_SENDER {
            Some(new.from)
        } else if self.0.len() >= KEPT {
            self.largest_sender()
        } else {
            None
        };
        let oldest = self
            .0
            .iter()
            .filter(|(_, came)| Some(came.from) == sender)
            .min_by_key(|(_, came)| came.at)
            .map(|(of, _)| *of);
        if let Some(oldest) = oldest {
            self.0.remove(&oldest);
            gone.push(oldest);
        }
        gone
    }

    fn of_sender(&self, sender: DeviceId) -> usize {
        self.0.values().filter(|came| came.from == sender).count()
    }

    fn largest_sender(&self) -> Option<DeviceId> {
        let mut counts: LiteMap<DeviceId, usize> = LiteMap::new();
        for came in self.0.values() {
            *counts.entry(came.from).or_insert(0) += 1;
        }
        let largest = counts.iter().max_by_key(|(_, count)| **count);
        largest.map(|(sender, _)| *sender)
    }
}
