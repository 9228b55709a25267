//! What a person does with messages, handed to the engine. What it does not take is said.

use parley_client::Engine;
use parley_client::engine::RelationError;
use parley_client::relations::Target;
use parley_client::timeline::{Body, Timeline};
use parley_protocol::ids::ChannelId;

use super::extras::thread_mark;
use super::lines::Lines;
use super::{Timelines, lines, shown_anew};
use crate::driver::convert::{channel_id, item_id, message_of, millis};
use crate::driver::wish::{Wish, Wishes};
use crate::ids::{self, ItemId};
use crate::timeline::store::{OpenThread, TimelineStore};
use crate::timeline::text;
use leptos::prelude::Set;

/// Something that is done with a message.
pub(super) enum Doing {
    React { emoji: String, on: bool },
    Edit(String),
    Delete,
    Pin(bool),
    Vote(Vec<usize>),
    ClosePoll,
}

impl Timelines {
    /// Does it at once; the engine sends it when that can be.
    pub(super) fn relate(
        channel: &ids::ChannelId,
        item: &ItemId,
        doing: Doing,
        engine: &mut Engine,
        now: u64,
    ) -> Wishes {
        let Some((channel, to)) = names(channel, item) else {
            return Wishes::new();
        };
        let done = match doing {
            Doing::React { emoji, on } => engine.react(channel, to, emoji, on, now),
            Doing::Edit(text) => engine.edit(channel, to, text, now),
            Doing::Delete => engine.delete(channel, to, now),
            Doing::Pin(on) => engine.pin(channel, to, on, now),
            Doing::Vote(options) => {
                let options = options.into_iter().filter_map(|at| u8::try_from(at).ok());
                engine.vote(channel, to, options.collect(), now)
            }
            Doing::ClosePoll => engine.close_poll(channel, to, now),
        };
        let mut wishes = vec![shown_anew(channel)];
        wishes.extend(
            done.err()
                .map(|error| Wish::Say(text::refused(said(error)))),
        );
        wishes
    }

    /// A message and what hangs off it come on the screen, and count as read.
    pub(super) fn open_thread(
        &mut self,
        channel: &ids::ChannelId,
        item: &ItemId,
        engine: &mut Engine,
        now: u64,
    ) -> Wishes {
        let Some((channel, root)) = names(channel, item) else {
            return Wishes::new();
        };
        self.thread = Some((channel, root));
        mark_thread(engine, channel, root, now);
        vec![shown_anew(channel)]
    }

    /// Whatever came while it was open counts as read, too.
    pub(super) fn close_thread(&mut self, engine: &mut Engine, now: u64) -> Wishes {
        let closed = self.thread.take();
        self.store.thread.set(None);
        let close = |(channel, root)| {
            mark_thread(engine, channel, root, now);
            shown_anew(channel)
        };
        closed.map(close).into_iter().collect()
    }

    /// Shows what is pinned in a channel, as far as it is here. Says whether there is more.
    pub(super) fn show_pins(&self, channel: ChannelId, engine: &Engine) -> bool {
        let Some(timeline) = engine.timeline(&channel) else {
            return false;
        };
        let folded = !self.is_unfolded(channel);
        let lines = lines(
            engine,
            &self.log,
            channel,
            self.deleting_in(channel),
            folded,
        );
        self.store.pins.set(lines.pinned(timeline));
        let pins = engine.pins(&channel);
        pins.iter().any(|target| timeline.find(*target).is_none())
    }

    /// What a message said before.
    pub(super) fn show_edits(
        &self,
        channel: &ids::ChannelId,
        item: &ItemId,
        engine: &Engine,
    ) -> Wishes {
        let edits = names(channel, item).and_then(|(channel, target)| {
            let timeline = engine.timeline(&channel)?;
            let found = timeline.find(target)?;
            let summary = timeline.summary(found, engine.me());
            let Body::Text { text, .. } = &found.body else {
                return None;
            };
            let first = (millis(found.at), text.clone());
            let later = summary
                .edits
                .iter()
                .map(|it| (millis(it.at), it.text.clone()));
            let mut all: Vec<_> = std::iter::once(first).chain(later).collect();
            all.reverse();
            Some(all)
        });
        self.store.edits.set(edits.unwrap_or_default());
        Wishes::new()
    }
}

/// What is in the open thread, on the screen.
pub(super) fn show_thread(
    lines: &Lines<'_>,
    timeline: &Timeline,
    root: Target,
    store: TimelineStore,
) {
    store.thread.set(Some(OpenThread {
        channel: ids::ChannelId::from(lines.channel.to_string()),
        root: item_id(root.device, root.id),
        items: lines.thread(timeline, root),
    }));
}

/// Everything in a thread was seen.
fn mark_thread(engine: &mut Engine, channel: ChannelId, root: Target, now: u64) {
    let thread = engine.timeline(&channel).and_then(|timeline| {
        let found = timeline.find(root)?;
        timeline.summary(found, engine.me()).thread
    });
    if let Some(thread) = thread {
        let mark = thread_mark(root);
        let seen = thread.last_seq.to_string();
        if engine.account_data(&mark) != Some(seen.as_str()) {
            // Without it the thread looks unread, which harms nobody.
            let _ = engine.set_account_data(mark, seen, now);
        }
    }
}

pub(super) fn names(channel: &ids::ChannelId, item: &ItemId) -> Option<(ChannelId, Target)> {
    let (device, id) = message_of(item)?;
    Some((channel_id(channel)?, Target { device, id }))
}

fn said(error: RelationError) -> text::Refused {
    match error {
        RelationError::UnknownMessage | RelationError::Deleted => text::Refused::Gone,
        RelationError::NotPermitted | RelationError::NotYours => text::Refused::NotAllowed,
        RelationError::TooLong { .. } => text::Refused::TooLong,
        RelationError::TooManyEmoji | RelationError::TooMany => text::Refused::TooMany,
        RelationError::PollClosed => text::Refused::PollClosed,
        RelationError::OutboxFull => text::Refused::OutboxFull,
        RelationError::NoText
        | RelationError::Empty
        | RelationError::NoEmoji
        | RelationError::NoPoll
        | RelationError::NoChoice => text::Refused::Impossible,
    }
}
