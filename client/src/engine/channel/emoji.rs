//! The community's emoji: what a member changes goes into the outbox like a message, and what stands in the channels is
//! noted where its author could do it.

use parley_protocol::community::Community;
use parley_protocol::entry::{ChannelKind, History, Permission, Readers};
use parley_protocol::ids::{ChannelId, MessageId};

use super::Channels;
use super::board::board;
use crate::custom_emoji::{CustomEmoji, EmojiChange, EmojiFault, MAX_CHANGES, MAX_STANDING, Noted};
use crate::effect::Event;
use crate::engine::context::Cx;
use crate::timeline::{Body, OutboxItem, OutboxState, Timeline, TimelineItem};

/// Why an emoji was not added or taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmojiError {
    /// The member may not manage channels.
    #[error("this member may not change the emoji")]
    NotPermitted,
    /// A name or a picture that cannot be.
    #[error(transparent)]
    Fault(#[from] EmojiFault),
    /// [`MAX_STANDING`] stand already.
    #[error("there are {MAX_STANDING} emoji already")]
    TooMany,
    /// This member changed emoji [`MAX_CHANGES`] times.
    #[error("this member changed emoji {MAX_CHANGES} times already")]
    TooManyChanges,
    /// There is no channel that everyone reads from its beginning and whose messages stay.
    #[error("there is no channel for it")]
    NoBoard,
    /// Too much is waiting already.
    #[error("too much is waiting already")]
    OutboxFull,
}

/// A change on its way into its channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitingEmoji<'a> {
    /// For [`crate::Engine::retry`] and [`crate::Engine::discard`].
    pub id: MessageId,
    /// What was asked for.
    pub change: &'a EmojiChange,
    /// The relay refused it.
    pub failed: bool,
}

impl Channels {
    /// All that stand, by name.
    pub(in crate::engine) fn custom_emoji<'a>(
        &'a self,
        log: &Community,
    ) -> impl Iterator<Item = CustomEmoji<'a>> {
        self.emoji.standing(|id| order(log, id)).into_emoji()
    }

    /// What this device changed and what does not stand yet.
    pub(in crate::engine) fn waiting_emoji(&self) -> impl Iterator<Item = WaitingEmoji<'_>> {
        let items = self.timelines.values().flat_map(Timeline::outbox);
        items.filter_map(|item| match &item.body {
            Body::CustomEmoji(change) => Some(WaitingEmoji {
                id: item.id,
                change,
                failed: matches!(item.state, OutboxState::Failed { .. }),
            }),
            Body::Text { .. }
            | Body::Poll { .. }
            | Body::Relation(_)
            | Body::Status(_)
            | Body::Void
            | Body::Removed { .. }
            | Body::Unreadable { .. } => None,
        })
    }

    /// Changes the emoji for everybody. `Ok` also when it is so already.
    pub(in crate::engine) fn change_emoji(
        &mut self,
        change: EmojiChange,
        cx: &mut Cx<'_>,
    ) -> Result<(), EmojiError> {
        if !cx.log.may(&cx.me.user, Permission::ManageChannels) {
            return Err(EmojiError::NotPermitted);
        }
        change.check()?;
        let (channel, is_done) = self.place_of(&change, cx)?;
        self.drop_waiting_emoji(&change.name, cx);
        if !is_done {
            if self.is_outbox_full() {
                return Err(EmojiError::OutboxFull);
            }
            self.queue(channel, Body::CustomEmoji(change), cx);
        }
        cx.output.event(Event::Emoji);
        Ok(())
    }

    /// The channel that a change goes to, and whether it is so already.
    fn place_of(&self, change: &EmojiChange, cx: &Cx<'_>) -> Result<(ChannelId, bool), EmojiError> {
        let me = cx.me.user;
        let standing = self.emoji.standing(|id| order(cx.log, id));
        let found = standing.find(&change.name);
        let is_new = |it: &WaitingEmoji<'_>| {
            it.change.image.is_some() && standing.find(&it.change.name).is_none()
        };
        let waiting = self.waiting_emoji();
        let others = waiting.filter(|it| it.change.name != change.name);
        let others = others.filter(is_new).count();
        let is_added = change.image.is_some() && found.is_none();
        if is_added && !standing.has_room_for(others.saturating_add(1)) {
            return Err(EmojiError::TooMany);
        }
        if standing.changes_of(&me) >= MAX_CHANGES {
            return Err(EmojiError::TooManyChanges);
        }
        let is_done = found.map(|(_, it)| it.image) == change.image.as_deref();
        // A name is changed where it stands, so that the change comes after it.
        let channel = found
            .map(|(channel, _)| channel)
            .filter(|channel| cx.log.may_write(&me, channel))
            .or_else(|| board(cx.log, &me))
            .ok_or(EmojiError::NoBoard)?;
        Ok((channel, is_done))
    }

    /// What waits for a name need not go out: something else is wanted by now.
    fn drop_waiting_emoji(&mut self, name: &str, cx: &mut Cx<'_>) {
        let is_it = |item: &OutboxItem| {
            !item.is_on_its_way()
                && matches!(&item.body, Body::CustomEmoji(change) if change.name == name)
        };
        let channels: Vec<ChannelId> = self.timelines.keys().copied().collect();
        for channel in channels {
            self.drop_waiting(channel, is_it, cx);
        }
    }

    /// Something stands in a channel, in place of what stood there.
    pub(super) fn note_emoji(&mut self, channel: ChannelId, item: &TimelineItem, cx: &mut Cx<'_>) {
        let Body::CustomEmoji(change) = &item.body else {
            return self.forget_emoji(channel, item.seq, cx);
        };
        if !item.by_right {
            return self.forget_emoji(channel, item.seq, cx);
        }
        let noted = Noted {
            change: change.clone(),
            by: item.user,
            at: item.at,
        };
        for change in self.emoji.note((channel, item.seq), noted) {
            cx.output.store(change);
            cx.output.event(Event::Emoji);
        }
    }

    /// Nothing stands at a place any more.
    pub(super) fn forget_emoji(&mut self, channel: ChannelId, seq: u64, cx: &mut Cx<'_>) {
        if let Some(change) = self.emoji.forget((channel, seq)) {
            cx.output.store(change);
            cx.output.event(Event::Emoji);
        }
    }

    /// The relay went back: what came after comes again, or does not.
    pub(super) fn forget_emoji_after(&mut self, channel: ChannelId, last: u64, cx: &mut Cx<'_>) {
        for seq in self.emoji.after(channel, last) {
            self.forget_emoji(channel, seq, cx);
        }
    }
}

/// Where a channel is among those whose emoji count: text channels that everyone reads from their beginning, also
/// archived ones.
fn order(log: &Community, id: &ChannelId) -> Option<u64> {
    let channel = log.channels().get(id)?;
    let details = &channel.details;
    let counts = channel.kind == ChannelKind::Text
        && details.readers == Readers::Everyone
        && details.history == History::Shared;
    counts.then_some(channel.created_at)
}
