//! Which rosters are rooms of direct calls.

use std::collections::BTreeSet;

use parley_protocol::ids::ChannelId;

/// The rooms that somebody is in.
#[derive(Debug, Default)]
pub(super) struct Rooms(BTreeSet<ChannelId>);

impl Rooms {
    pub(super) fn has(&self, id: &ChannelId) -> bool {
        self.0.contains(id)
    }

    pub(super) fn begin(&mut self, id: ChannelId) {
        self.0.insert(id);
    }

    pub(super) fn end(&mut self, id: &ChannelId) {
        self.0.remove(id);
    }
}
