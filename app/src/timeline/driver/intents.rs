//! What a person asks of a channel's messages, and which part does it.

use leptos::prelude::WithUntracked;
use parley_client::Engine;

use super::super::store::{Body, Goal, ItemKind, Pending, TimelineIntent};
use super::relating::Doing;
use super::{Timelines, shown_anew};
use crate::driver::convert::{channel_id, message_of};
use crate::driver::wish::{Wish, Wishes};
use crate::ids::{self, ItemId};

impl Timelines {
    pub(super) fn handle_now(
        &mut self,
        intent: TimelineIntent,
        engine: &mut Engine,
        now: u64,
    ) -> Wishes {
        match intent {
            TimelineIntent::OpenChannel(channel) => self.open(&channel, engine, now),
            TimelineIntent::SeenUpTo { channel, item } => {
                self.handle_seen(&channel, &item, engine, now)
            }
            TimelineIntent::LoadOlder(channel) => self.load_older(&channel, engine, now),
            TimelineIntent::LoadNewer(channel) => {
                self.move_window(&channel, engine, |window, slots, view| {
                    window.show_newer(&slots.order, view);
                    None
                })
            }
            TimelineIntent::ShowOldest(channel) => self.show_oldest(&channel, engine, now),
            TimelineIntent::ShowNewest(channel) => {
                self.move_window(&channel, engine, |window, _, _| {
                    window.show_newest();
                    Some(Goal::Newest)
                })
            }
            TimelineIntent::ShowMessage { channel, item } => {
                self.show_message(&channel, &item, engine, now)
            }
            TimelineIntent::ReloadChannel(channel) => {
                engine.handle_online_hint(now);
                channel_id(&channel).map(shown_anew).into_iter().collect()
            }
            TimelineIntent::RetrySend { channel: _, item } => {
                if let Some((_, message)) = message_of(&item) {
                    engine.retry(message, now);
                }
                Wishes::new()
            }
            TimelineIntent::DiscardFailed { channel, item } => {
                self.discard(channel, &item, engine, now)
            }
            TimelineIntent::React {
                channel,
                item,
                emoji,
                on,
            } => {
                let doing = Doing::React { emoji, on };
                Self::relate(&channel, &item, doing, engine, now)
            }
            TimelineIntent::Edit {
                channel,
                item,
                text,
            } => Self::relate(&channel, &item, Doing::Edit(text), engine, now),
            TimelineIntent::Delete { channel, item } => {
                self.begin(Pending::Deletion { channel, item }, engine, now)
            }
            TimelineIntent::Unfold(channel) => self.unfold(channel),
            TimelineIntent::MarkRead(channel) => self.mark_read(channel, engine, now),
            TimelineIntent::Undo(pending) => self.undo(&pending),
            TimelineIntent::DoNow(pending) => self.do_now(&pending, engine, now),
            TimelineIntent::Finish(pending) => self.finish(&pending, engine, now),
            TimelineIntent::Pin { channel, item, on } => {
                Self::relate(&channel, &item, Doing::Pin(on), engine, now)
            }
            TimelineIntent::Vote {
                channel,
                item,
                options,
            } => Self::relate(&channel, &item, Doing::Vote(options), engine, now),
            TimelineIntent::OpenThread { channel, item } => {
                self.open_thread(&channel, &item, engine, now)
            }
            TimelineIntent::CloseThread => self.close_thread(engine, now),
            TimelineIntent::ShowPins(channel) => self.seek_pins(&channel, engine, now),
            TimelineIntent::ShowThreads(channel) => self.show_threads(&channel, engine),
            TimelineIntent::ShowSaved => self.show_saved(engine),
            TimelineIntent::Save { channel, item, on } => {
                self.save(&channel, &item, on, engine, now)
            }
            TimelineIntent::ShowEdits { channel, item } => self.show_edits(&channel, &item, engine),
            TimelineIntent::ClosePoll { channel, item } => {
                Self::relate(&channel, &item, Doing::ClosePoll, engine, now)
            }
        }
    }

    fn discard(
        &self,
        channel: ids::ChannelId,
        item: &ItemId,
        engine: &mut Engine,
        now: u64,
    ) -> Wishes {
        let Some((_, message)) = message_of(item) else {
            return Wishes::new();
        };
        let text = self.store.window(&channel).with_untracked(|window| {
            let found = window.items.iter().find(|shown| shown.id == *item)?;
            match &found.kind {
                ItemKind::Message(message) => match &message.body {
                    Body::Text(text) => Some(text.clone()),
                    Body::Removed | Body::Unreadable(_) => None,
                },
                ItemKind::Gap(_) | ItemKind::Event(_) => None,
            }
        });
        engine.discard(message, now);
        let given_back = text.map(|text| Wish::GiveBack { channel, text });
        given_back.into_iter().collect()
    }
}
