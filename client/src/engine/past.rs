//! The past of the channels: when it is fetched, how much of it is kept, and what of it is in memory.

use parley_protocol::Millis;
use parley_protocol::ids::ChannelId;

use super::{Engine, PastProgress};
use crate::relations::Target;
use crate::store::Record;

impl Engine {
    /// Asks for the page before what is known: of the store, or else of the relay.
    pub fn load_older(&mut self, channel: ChannelId, now: Millis) {
        self.with(now, |parts, cx| match parts.direct.with(&channel) {
            Some(direct) => direct.load_older(&channel, cx),
            None => parts.channels.load_older(channel, cx),
        });
        self.finish(now);
    }

    /// Answer to [`crate::Effect::FindItems`]: the records that were found.
    pub fn handle_found_items(&mut self, channel: ChannelId, records: &[Record], now: Millis) {
        self.with(now, |parts, cx| match parts.direct.with(&channel) {
            Some(direct) => direct.take_kept(&channel, records, cx),
            None => parts.channels.take_kept(channel, records, cx),
        });
        self.finish(now);
    }

    /// The same, if nothing can be looked for now.
    pub fn handle_no_items(&mut self, now: Millis) {
        self.with(now, |parts, cx| {
            parts.channels.pause_history(cx);
            if let Some(direct) = parts.direct.part() {
                direct.end_looking(cx);
            }
        });
        self.finish(now);
    }

    /// Lets go of a channel's messages in memory, but for the `newest` so many items. They are had again by
    /// [`Engine::load_older`].
    pub fn release_past(&mut self, channel: ChannelId, newest: u64, now: Millis) {
        self.with(now, |parts, cx| match parts.direct.with(&channel) {
            Some(direct) => direct.release_past(&channel, newest, cx),
            None => parts.channels.release_past(channel, newest, cx),
        });
        self.finish(now);
    }

    /// The pinned messages of a channel, also those that are not in memory, the newest pin first.
    pub fn pins(&self, channel: &ChannelId) -> Vec<Target> {
        let me = self.me();
        match self.parts.direct.look().and_then(|it| it.timeline(channel)) {
            Some(timeline) => {
                let pinned = timeline.pinned(me).into_iter().rev();
                pinned.map(crate::timeline::TimelineItem::target).collect()
            }
            None => self.parts.channels.pins(channel),
        }
    }

    /// Whether the past of all channels is to be fetched into the store, as long as it has room. Not, at the start.
    pub fn keep_past(&mut self, is_wanted: bool, now: Millis) {
        self.with(now, |parts, cx| parts.channels.keep_past(is_wanted, cx));
        self.finish(now);
    }

    /// Takes the oldest items out of the store, at most so many. They are had again from the relay.
    pub fn drop_past(&mut self, count: u64, now: Millis) {
        self.with(now, |parts, cx| parts.channels.drop_past(count, cx));
        self.finish(now);
    }

    /// How much of the past is in the store.
    pub fn past_progress(&self) -> PastProgress {
        let (user, _) = self.me();
        self.parts.channels.past_progress(self.community(), user)
    }
}
