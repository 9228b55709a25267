//! A channel's past, page by page, when somebody scrolls up. A page ends exactly where what is known begins.

use parley_protocol::frame::{ChannelPage, Request};
use parley_protocol::ids::ChannelId;

use super::Channels;
use crate::alert::Alert;
use crate::effect::Event;
use crate::engine::context::Cx;
use crate::engine::output::Asked;

/// Items asked for at once when somebody scrolls up.
pub(super) const HISTORY_PAGE: u32 = 100;

impl Channels {
    /// Asks for the page before what is known.
    pub(in crate::engine) fn load_older(&mut self, channel: ChannelId, cx: &mut Cx<'_>) {
        // Who may write what is judged by the log.
        let ready = cx.is_open() && cx.is_log_current();
        let Some(timeline) = self.timelines.get(&channel) else {
            return;
        };
        if !timeline.has_older() || timeline.loading_older || self.look_into_store(channel, cx) {
            return;
        }
        let Some(timeline) = self.timelines.get_mut(&channel).filter(|_| ready) else {
            return;
        };
        timeline.loading_older = true;
        self.ask_for_history(channel, cx);
        cx.output.event(Event::Timeline(channel));
    }

    fn ask_for_history(&mut self, channel: ChannelId, cx: &mut Cx<'_>) {
        let known_after = self
            .timelines
            .get(&channel)
            .map_or(0, |timeline| timeline.known_after);
        cx.output.ask(
            Asked::History(channel),
            Request::History {
                channel,
                before: known_after.saturating_add(1),
                limit: HISTORY_PAGE,
            },
        );
    }

    pub(in crate::engine) fn handle_history(
        &mut self,
        channel: ChannelId,
        page: ChannelPage,
        cx: &mut Cx<'_>,
    ) {
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return;
        };
        cx.output.event(Event::Timeline(channel));
        if page.channel != channel || !is_whole(&page, timeline.known_after) {
            return self.refuse_history(channel, cx);
        }
        timeline.loading_older = false;
        timeline.asked_again = false;
        let known_after = timeline.known_after;
        self.note_earlier_announcements(channel, &page.announcements, page.after, cx);
        if let Some(timeline) = self.timelines.get_mut(&channel) {
            timeline.grow_back(page.after);
            timeline.kept_after = timeline.kept_after.min(page.after);
        }
        for item in page.items {
            self.take_item(channel, item, cx);
        }
        self.reconcile_channel(channel, cx);
        self.store_channel(channel, cx);
        if !self.shows_any_up_to(channel, known_after) {
            self.load_older(channel, cx);
        }
    }

    /// A page of which nothing shows, as of a flood of reactions, is no answer to somebody who scrolls up.
    pub(super) fn shows_any_up_to(&self, channel: ChannelId, seq: u64) -> bool {
        let timeline = self.timelines.get(&channel);
        let first = timeline.and_then(|timeline| timeline.items().next());
        first.is_some_and(|item| item.seq <= seq)
    }

    /// The page is not what was asked for: it is asked for once more, and then when the person asks.
    fn refuse_history(&mut self, channel: ChannelId, cx: &mut Cx<'_>) {
        cx.alert(Alert::HistoryBroken { channel });
        let Some(timeline) = self.timelines.get_mut(&channel) else {
            return;
        };
        timeline.asked_again = !timeline.asked_again;
        timeline.loading_older = timeline.asked_again;
        if timeline.asked_again {
            self.ask_for_history(channel, cx);
        }
    }

    pub(in crate::engine) fn handle_history_refused(
        &mut self,
        channel: ChannelId,
        cx: &mut Cx<'_>,
    ) {
        if let Some(timeline) = self.timelines.get_mut(&channel) {
            timeline.loading_older = false;
            timeline.asked_again = false;
            cx.output.event(Event::Timeline(channel));
        }
    }

    pub(in crate::engine) fn pause_history(&mut self, cx: &mut Cx<'_>) {
        for (channel, timeline) in &mut self.timelines {
            timeline.asked_again = false;
            timeline.looked_for = None;
            if std::mem::take(&mut timeline.loading_older) {
                cx.output.event(Event::Timeline(*channel));
            }
        }
    }
}

/// Whether a page goes from its beginning up to `last`, in order and without holes.
pub(super) fn is_whole(page: &ChannelPage, last: u64) -> bool {
    let numbers = page.items.iter().map(|item| item.seq);
    page.after < last && numbers.eq(page.after.saturating_add(1)..=last)
}
