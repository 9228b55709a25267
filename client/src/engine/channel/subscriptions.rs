//! Which channels the relay sends, and from where on. Its numbers are only its word: what is behind what was said
//! before is told, and gone back to, so that no lie outlasts the relay that told it.

use parley_protocol::community::Community;
use parley_protocol::entry::ChannelKind;
use parley_protocol::frame::{ChannelPosition, Request};
use parley_protocol::ids::{ChannelId, UserId};
use parley_protocol::map::{IdMap, IdSet};

use super::Channels;
use crate::alert::Alert;
use crate::effect::Event;
use crate::engine::context::Cx;
use crate::engine::output::Asked;

impl Channels {
    /// How far each channel was received.
    pub(in crate::engine) fn positions(&self) -> IdMap<ChannelId, u64> {
        let mut positions = IdMap::new();
        for (channel, timeline) in self.timelines.iter().filter(|(_, known)| known.started) {
            positions.insert(*channel, timeline.position);
        }
        positions
    }

    /// Goes back to where the relay is, where it is behind.
    pub(in crate::engine) fn go_back(&mut self, positions: &[ChannelPosition], cx: &mut Cx<'_>) {
        for ChannelPosition { channel, last } in positions {
            self.go_back_in(*channel, *last, cx);
        }
    }

    fn go_back_in(&mut self, channel: ChannelId, last: u64, cx: &mut Cx<'_>) {
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return;
        };
        if timeline.position <= last {
            return;
        }
        timeline.go_back(last);
        self.store_channel(channel, cx);
        self.forget_pins_after(channel, last, cx);
        self.forget_emoji_after(channel, last, cx);
        self.forget_statuses_after(channel, last, cx);
        for session in self.inbound.forget_announced_after(channel, last) {
            self.store_inbound(session, cx);
        }
        cx.alert(Alert::ChannelShorter);
    }

    pub(in crate::engine) fn begin_channels(
        &mut self,
        positions: &[ChannelPosition],
        cx: &mut Cx<'_>,
    ) {
        self.subscribed = positions.iter().map(|it| it.channel).collect();
        for ChannelPosition { channel, last } in positions {
            self.note_if_empty(*channel, *last, cx);
        }
        self.subscribe_to_new_channels(cx);
    }

    /// A channel that became readable is received from now on.
    pub(in crate::engine) fn handle_subscribed(
        &mut self,
        channel: ChannelId,
        last: u64,
        cx: &mut Cx<'_>,
    ) {
        self.note_if_empty(channel, last, cx);
    }

    /// No items will come from an empty channel: it is known already.
    fn note_if_empty(&mut self, channel: ChannelId, last: u64, cx: &mut Cx<'_>) {
        if last == 0 {
            let timeline = self.timelines.entry(channel).or_default();
            if !timeline.started {
                timeline.started = true;
                cx.output.event(Event::Timeline(channel));
            }
        }
    }

    /// Asks for the channels that became readable since the welcome.
    pub(in crate::engine) fn subscribe_to_new_channels(&mut self, cx: &mut Cx<'_>) {
        if !cx.is_open() {
            return;
        }
        let new: Vec<ChannelId> = readable_channels(cx.log, cx.me.user)
            .filter(|channel| !self.subscribed.contains(channel))
            .collect();
        for channel in new {
            self.subscribed.insert(channel);
            let after = self
                .timelines
                .get(&channel)
                .filter(|known| known.started)
                .map(|known| known.position);
            cx.output.ask(
                Asked::Subscribe(channel),
                Request::Subscribe { channel, after },
            );
        }
    }

    /// The relay sends these no longer.
    pub(in crate::engine) fn forget_subscriptions(&mut self, lost: &IdSet<ChannelId>) {
        self.subscribed.retain(|channel| !lost.contains(channel));
    }
}

/// The text channels that a member may read now.
pub(in crate::engine) fn readable_channels(
    log: &Community,
    user: UserId,
) -> impl Iterator<Item = ChannelId> {
    log.channels()
        .iter()
        .filter(move |(id, channel)| channel.kind == ChannelKind::Text && log.may_read(&user, id))
        .map(|(id, _)| *id)
}
