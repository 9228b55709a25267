//! How much of the channels is in memory, and how much of their past is in the store.

use parley_client::Engine;
use parley_client::store::LOADED_ITEMS;
use parley_protocol::ids::ChannelId;

use super::Timelines;

/// Items of a channel in memory above which all but the newest are let go of, unless somebody reads there.
const MOST: u64 = 3 * LOADED_ITEMS;

impl Timelines {
    /// A channel comes on the screen: what was read of the one before is let go of.
    pub(super) fn leave(&mut self, next: ChannelId, engine: &mut Engine, now: u64) {
        if self.sought.as_ref().is_some_and(|it| !it.is_in(next)) {
            self.sought = None;
        }
        let before = self.open.replace(next).filter(|before| *before != next);
        if let Some(before) = before {
            engine.release_past(before, LOADED_ITEMS, now);
        }
    }

    /// Something came in a channel. What nobody looks at does not grow.
    pub fn let_go(&self, channel: ChannelId, engine: &mut Engine, now: u64) {
        if let Some(work) = self.work {
            (work.let_go)(self, channel, engine, now);
        }
    }

    pub(super) fn let_go_now(&self, channel: ChannelId, engine: &mut Engine, now: u64) {
        let timeline = engine.timeline(&channel);
        let is_long = timeline.is_some_and(|timeline| timeline.held() > MOST);
        let has_thread = self.thread.is_some_and(|(of, _)| of == channel);
        let reads_there = self.open == Some(channel) && !self.is_at_end(channel);
        if is_long && !reads_there && !has_thread {
            engine.release_past(channel, LOADED_ITEMS, now);
        }
    }
}
