//! Signals that came before the roster named their sender: few, and not for long.

use std::collections::VecDeque;

use parley_protocol::Millis;
use parley_protocol::ids::DeviceId;

use super::signal::CallSignal;
use super::timing;

/// In all. Bounds memory whatever devices the relay makes up.
const MAX_HELD: usize = 64;
/// From one device: an offer, its candidates, and a repeat.
const MAX_HELD_BY_DEVICE: usize = 12;

/// Signals in the order in which they came.
#[derive(Debug, Default)]
pub(super) struct Hold {
    held: VecDeque<Held>,
}

/// One signal that waits.
#[derive(Debug)]
pub(super) struct Held {
    pub(super) from: DeviceId,
    pub(super) signal: CallSignal,
    until: Millis,
}

impl Hold {
    /// Takes a signal, unless there are too many.
    pub(super) fn push(&mut self, from: DeviceId, signal: CallSignal, now: Millis) -> bool {
        let of_device = self.held.iter().filter(|held| held.from == from).count();
        if self.held.len() >= MAX_HELD || of_device >= MAX_HELD_BY_DEVICE {
            return false;
        }
        let until = now.saturating_add(timing::HOLD);
        self.held.push_back(Held {
            from,
            signal,
            until,
        });
        true
    }

    /// Takes out what is meant, in order.
    pub(super) fn take(&mut self, mut wanted: impl FnMut(&Held) -> bool) -> Vec<Held> {
        let (taken, kept) = self.held.drain(..).partition(|held| wanted(held));
        self.held = kept;
        Vec::from(taken)
    }

    /// Takes out what waited too long.
    pub(super) fn take_expired(&mut self, now: Millis) -> Vec<Held> {
        self.take(|held| held.until <= now)
    }

    pub(super) fn clear(&mut self) {
        self.held.clear();
    }

    pub(super) fn deadline(&self) -> Option<Millis> {
        self.held.iter().map(|held| held.until).min()
    }
}
