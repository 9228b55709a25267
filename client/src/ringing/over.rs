//! Calls that are over for this device, so that what comes late about them changes nothing.

use std::collections::VecDeque;

use parley_protocol::ids::ChannelId;

/// How many are remembered. More calls than that do not ring in the time that a message can be late unnoticed.
const MOST: usize = 64;

/// How a call ended here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Past {
    /// The person declined it, here or elsewhere.
    Declined,
    /// Anything else.
    Over,
}

/// The calls that ended last.
#[derive(Debug, Default)]
pub(super) struct Over(VecDeque<(ChannelId, Past)>);

impl Over {
    pub(super) fn of(&self, room: &ChannelId) -> Option<Past> {
        let found = self.0.iter().find(|(over, _)| over == room);
        found.map(|(_, past)| *past)
    }

    pub(super) fn note(&mut self, room: ChannelId, past: Past) {
        if self.of(&room).is_some() {
            return;
        }
        if self.0.len() >= MOST {
            self.0.pop_front();
        }
        self.0.push_back((room, past));
    }
}
