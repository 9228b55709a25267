//! Messages that disappear: after the time that the channel had when their session was announced, they are dropped
//! from the screen and from the store, with a connection or without one.

use parley_protocol::Millis;
use parley_protocol::ids::ChannelId;

use super::Channels;
use crate::effect::Event;
use crate::engine::context::Cx;
use crate::timeline::{Timeline, TimelineItem};

impl Channels {
    /// How long a message stays after the relay took it. `None`: for ever, or the log is not here that says it.
    pub(super) fn lasts(
        &self,
        channel: ChannelId,
        item: &TimelineItem,
        cx: &Cx<'_>,
    ) -> Option<Millis> {
        let announced = self.inbound.announced(item.session_in(channel))?;
        let head = Some(announced.head).filter(|head| cx.is_in_log(*head))?;
        let seconds = cx.log.expires_after_at(&channel, head.seq)?;
        Some(Millis::from(seconds).saturating_mul(1_000))
    }

    /// When a message disappears, by the relay's clock.
    pub(super) fn due(
        &self,
        channel: ChannelId,
        item: &TimelineItem,
        cx: &Cx<'_>,
    ) -> Option<Millis> {
        let lasts = self.lasts(channel, item, cx)?;
        Some(item.taken_at().saturating_add(lasts))
    }

    /// The relay says what time it has.
    pub(in crate::engine) fn set_relay_clock(&mut self, relay: Millis, own: Millis) {
        self.clock.set(relay, own);
    }

    /// When [`Channels::drop_expired`] is to be called.
    pub(in crate::engine) fn next_expiry(&self) -> Option<Millis> {
        let dues = self.timelines.values().filter_map(Timeline::next_due);
        dues.map(|(due, _)| self.clock.own(due)).min()
    }

    /// Finds out when each message of a channel disappears: after a start, and when more of the log is known.
    pub(super) fn note_dues(&mut self, channel: ChannelId, cx: &Cx<'_>) {
        let Some(timeline) = self.timelines.get(&channel) else {
            return;
        };
        let items = timeline.all_items();
        let dues: Vec<(u64, Option<Millis>)> = items
            .map(|item| (item.seq, self.due(channel, item, cx)))
            .collect();
        if let Some(timeline) = self.timelines.get_mut(&channel) {
            for (seq, due) in dues {
                timeline.set_due(seq, due);
            }
        }
    }

    /// After a start: what expired meanwhile is never shown.
    pub(in crate::engine) fn resume_expiry(&mut self, cx: &mut Cx<'_>) {
        let channels: Vec<ChannelId> = self.timelines.keys().copied().collect();
        for channel in channels {
            self.note_dues(channel, cx);
        }
        self.drop_expired(cx);
    }

    /// Drops the messages whose time is over.
    pub(in crate::engine) fn drop_expired(&mut self, cx: &mut Cx<'_>) {
        let now = self.clock.at(cx.now);
        let channels: Vec<ChannelId> = self.timelines.keys().copied().collect();
        for channel in channels {
            while let Some(seq) = self.first_over(channel, now) {
                let timeline = self.timelines.get_mut(&channel);
                let Some(timeline) = timeline else { break };
                timeline.set_due(seq, None);
                if let Some(item) = timeline.item_at(seq).cloned() {
                    self.forget_expired(channel, &item, cx);
                    cx.output.event(Event::Timeline(channel));
                }
            }
        }
    }

    fn first_over(&self, channel: ChannelId, now: Millis) -> Option<u64> {
        let (due, seq) = self.timelines.get(&channel)?.next_due()?;
        (due <= now).then_some(seq)
    }
}
