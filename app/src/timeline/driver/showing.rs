//! From the engine's messages to the lines of a channel's window.

use leptos::prelude::{Update, WithUntracked};
use parley_client::Engine;
use parley_client::effect::SignedOut;
use parley_client::engine::ConnectionState;
use parley_client::timeline::{Timeline, TimelineItem};
use parley_protocol::ids::ChannelId;

use super::super::store::{Aim, Goal};
use super::{Timelines, lines, log_lines, relating, surroundings};
use crate::channels::store::Load;
use crate::driver::convert::{channel_id, item_id};
use crate::ids;

impl Timelines {
    pub(super) fn show_now(&mut self, engine: &Engine, channel: ChannelId) {
        self.show_window(engine, channel);
        // Messages elsewhere that show something of this one's.
        for other in self.linking_to(channel) {
            self.show_window(engine, other);
        }
        self.show_saved_again(engine);
        let open = self.store.threads;
        let open = open.with_untracked(|open| open.as_ref().map(|(of, _)| of.clone()));
        if let Some(id) = open.filter(|of| channel_id(of) == Some(channel)) {
            self.show_threads(&id, engine);
        }
    }

    fn show_window(&mut self, engine: &Engine, channel: ChannelId) {
        let nothing = Timeline::default();
        let timeline = engine.timeline(&channel).unwrap_or(&nothing);
        let folded = !self.is_unfolded(channel);
        let group;
        let log = if engine.is_conversation(&channel) {
            group = log_lines::of_group(engine, &channel);
            &group
        } else {
            &self.log
        };
        let lines = lines(engine, log, channel, self.deleting_in(channel), folded);
        let slots = lines.slots(timeline);
        let shown = self
            .store
            .window(&ids::ChannelId::from(channel.to_string()));
        let marked = self.pending_read(channel);
        let window = self.windows.entry(channel).or_default();
        if window.note_written(timeline.outbox().last().map(|item| item.id)) {
            self.goal = Some((channel, Goal::Newest));
        }
        if let Some((_, root)) = self.thread.filter(|(of, _)| *of == channel) {
            relating::show_thread(&lines, timeline, root, self.store);
        }
        let range = window.range(&slots.order, surroundings(&shown));
        let unread = window.first_unread(timeline, engine.me().0, marked);
        let unread_from = unread.map(|item| item_id(item.device, item.id));
        let above = |unread: &TimelineItem| slots.index_of(|item| item.seq == unread.seq);
        let unread_above = unread.and_then(above).is_some_and(|at| at < range.start);
        let has_older = timeline.has_older() || range.start > 0;
        let has_newer = range.end < slots.order.len();
        let (items, seqs) = lines.build(timeline, &slots, range);
        window.set_lines(seqs);
        let aim = self
            .goal
            .take_if(|(of, _)| *of == channel)
            .map(|(_, goal)| {
                self.aims += 1;
                let number = self.aims;
                Aim { number, goal }
            });
        self.seek_on(channel, timeline);
        self.note_links(channel, &items);
        shown.update(|shown| {
            shown.items = items;
            shown.load = load(engine.connection(), timeline);
            shown.has_older = has_older;
            shown.loading_older = timeline.is_loading_older();
            shown.has_newer = has_newer;
            shown.unread_from = unread_from;
            shown.unread_above = unread_above;
            shown.aim = aim.or(shown.aim.take());
        });
    }
}

/// Messages that never came here cannot be shown without the relay, and that is said.
fn load(connection: &ConnectionState, timeline: &Timeline) -> Load {
    if timeline.is_known() {
        return Load::Loaded;
    }
    match connection {
        ConnectionState::Online | ConnectionState::Connecting => Load::Loading,
        ConnectionState::SignedOut(SignedOut::Removed) => {
            Load::Failed("These messages are not in this browser.".to_owned())
        }
        ConnectionState::Offline { .. }
        | ConnectionState::SignedOut(SignedOut::SessionEnded | SignedOut::Replaced) => {
            Load::Failed(
                "These messages are not in this browser yet. They come when the relay is back."
                    .to_owned(),
            )
        }
    }
}
