//! What a person does with a message: checked, put into the outbox like a message, and shown at once. What waits and
//! is done otherwise by now does not go out.

use parley_protocol::entry::Permission;
use parley_protocol::ids::{ChannelId, DeviceId, UserId};
use parley_protocol::limits::MAX_TEXT_BYTES;
use parley_protocol::names;

use super::Channels;
use super::placing::PINNING;
use crate::effect::Event;
use crate::engine::context::Cx;
use crate::timeline::relations::limits::{MAX_ACTS, MAX_EMOJI, MAX_EMOJI_BYTES};
use crate::timeline::relations::{Act, Relation, Summary, Target, is_emoji};
use crate::timeline::{Body, OutboxItem, Timeline};

/// Why something was not done with a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RelationError {
    /// The message is not here, or is none.
    #[error("the message is not here")]
    UnknownMessage,
    /// It was deleted meanwhile.
    #[error("the message was deleted")]
    Deleted,
    /// The member may not write there, or may not do this with messages of others.
    #[error("this is not permitted here")]
    NotPermitted,
    /// Only its author does this.
    #[error("the message is somebody else's")]
    NotYours,
    /// Only texts are edited.
    #[error("only a text can be edited")]
    NoText,
    /// Nothing that anybody would see.
    #[error("there is no text")]
    Empty,
    /// More than [`MAX_TEXT_BYTES`].
    #[error("the text has {bytes} bytes, {MAX_TEXT_BYTES} are allowed")]
    TooLong {
        /// How long it is.
        bytes: usize,
    },
    /// No emoji, or more than [`MAX_EMOJI_BYTES`].
    #[error("this is no emoji of at most {MAX_EMOJI_BYTES} bytes")]
    NoEmoji,
    /// There are [`MAX_EMOJI`] different ones already.
    #[error("there are {MAX_EMOJI} different emoji already")]
    TooManyEmoji,
    /// It is not a poll.
    #[error("the message is no poll")]
    NoPoll,
    /// An option that there is not, or more than one where one is allowed.
    #[error("the poll has no such choice")]
    NoChoice,
    /// Its author closed it.
    #[error("the poll is closed")]
    PollClosed,
    /// This member did [`MAX_ACTS`] things with it.
    #[error("this member did {MAX_ACTS} things with the message already")]
    TooMany,
    /// Too much is waiting already.
    #[error("too much is waiting already")]
    OutboxFull,
}

/// A message as it is now, for what is to be done with it.
pub(in crate::engine) struct Now<'a> {
    pub(in crate::engine) author: UserId,
    body: &'a Body,
    pub(in crate::engine) summary: &'a Summary,
}

impl Channels {
    /// Does something with a message. `Ok` also when it is done already.
    pub(in crate::engine) fn relate(
        &mut self,
        channel: ChannelId,
        to: Target,
        act: Act,
        cx: &mut Cx<'_>,
    ) -> Result<(), RelationError> {
        let relation = Relation { to, act };
        self.check(channel, &relation, cx)?;
        if relation.act == Act::Delete && self.take_back(channel, to, cx) {
            return Ok(());
        }
        let replaced = |item: &OutboxItem| {
            !item.is_on_its_way()
                && matches!(&item.body, Body::Relation(it) if it.to == to && it.act.is_undone_by(&relation.act))
        };
        self.drop_waiting(channel, replaced, cx);
        cx.output.event(Event::Timeline(channel));
        let now = self.now(channel, to, cx);
        if now.is_none_or(|now| now.is_done(&relation.act, cx.me.user)) {
            return Ok(());
        }
        if self.is_outbox_full() {
            return Err(RelationError::OutboxFull);
        }
        self.queue(channel, Body::Relation(relation), cx);
        Ok(())
    }

    fn check(
        &self,
        channel: ChannelId,
        relation: &Relation,
        cx: &Cx<'_>,
    ) -> Result<(), RelationError> {
        let me = cx.me.user;
        let now = self.now(channel, relation.to, cx);
        let now = now.ok_or(RelationError::UnknownMessage)?;
        if now.summary.deleted.is_some() && relation.act != Act::Delete {
            return Err(RelationError::Deleted);
        }
        let may = |rights: &[Permission]| rights.iter().any(|right| cx.log.may(&me, *right));
        let is_permitted = match relation.act {
            Act::Pin | Act::Unpin => may(PINNING),
            Act::Delete => now.author == me || may(&[Permission::ModerateMessages]),
            Act::Edit(_) | Act::React(_) | Act::Unreact(_) | Act::Vote(_) | Act::ClosePoll => true,
        };
        if !is_permitted || !cx.log.may_write(&me, &channel) {
            return Err(RelationError::NotPermitted);
        }
        if now.summary.own_acts >= MAX_ACTS && relation.act != Act::Delete {
            return Err(RelationError::TooMany);
        }
        now.check(&relation.act, me)
    }

    /// Takes a message back that is here only.
    fn take_back(&mut self, channel: ChannelId, to: Target, cx: &mut Cx<'_>) -> bool {
        let Some(timeline) = self.timelines.get(&channel) else {
            return false;
        };
        let is_own = to.device == cx.me.device;
        let is_here_only = timeline
            .outbox()
            .any(|item| is_own && item.id == to.id && !item.is_on_its_way());
        if is_here_only {
            self.discard(to.id, cx);
        }
        is_here_only
    }

    fn now(&self, channel: ChannelId, target: Target, cx: &Cx<'_>) -> Option<Now<'_>> {
        let timeline = self.timelines.get(&channel)?;
        Now::of(timeline, target, (cx.me.user, cx.me.device))
    }
}

impl<'a> Now<'a> {
    /// A message that was read and is a line, or that waits to be sent.
    pub(in crate::engine) fn of(
        timeline: &'a Timeline,
        target: Target,
        me: (UserId, DeviceId),
    ) -> Option<Self> {
        if let Some(item) = timeline.find(target).filter(|item| item.is_line()) {
            return Some(Now {
                author: item.user,
                body: &item.body,
                summary: timeline.summary(item, me),
            });
        }
        let mut outbox = timeline.outbox();
        let item = outbox.find(|item| target.device == me.1 && item.id == target.id)?;
        let is_line = matches!(item.body, Body::Text { .. } | Body::Poll { .. });
        is_line.then(|| Now {
            author: me.0,
            body: &item.body,
            summary: timeline.summary_of_waiting(item, me),
        })
    }
}

impl Now<'_> {
    /// Whether the act fits the message.
    pub(in crate::engine) fn check(&self, act: &Act, me: UserId) -> Result<(), RelationError> {
        match act {
            Act::Edit(text) => {
                if self.author != me {
                    return Err(RelationError::NotYours);
                }
                if !matches!(self.body, Body::Text { .. }) {
                    return Err(RelationError::NoText);
                }
                if names::is_blank(text) {
                    return Err(RelationError::Empty);
                }
                let bytes = text.len();
                (bytes <= MAX_TEXT_BYTES)
                    .then_some(())
                    .ok_or(RelationError::TooLong { bytes })
            }
            Act::React(emoji) => {
                let has_room = self.summary.reactions.len() < MAX_EMOJI
                    || self.summary.reaction(emoji).is_some();
                if !is_emoji(emoji) {
                    return Err(RelationError::NoEmoji);
                }
                has_room.then_some(()).ok_or(RelationError::TooManyEmoji)
            }
            Act::Vote(options) => {
                let Body::Poll { poll, .. } = self.body else {
                    return Err(RelationError::NoPoll);
                };
                let is_closed = self.summary.poll.as_ref().is_some_and(|it| it.closed);
                if is_closed {
                    return Err(RelationError::PollClosed);
                }
                let is_there = |it: &u8| usize::from(*it) < poll.options.len();
                let fits = options.len() <= 1 || poll.several;
                (fits && act.is_sound() && options.iter().all(is_there))
                    .then_some(())
                    .ok_or(RelationError::NoChoice)
            }
            Act::ClosePoll => {
                if !matches!(self.body, Body::Poll { .. }) {
                    return Err(RelationError::NoPoll);
                }
                (self.author == me)
                    .then_some(())
                    .ok_or(RelationError::NotYours)
            }
            Act::Unreact(_) | Act::Delete | Act::Pin | Act::Unpin => Ok(()),
        }
    }

    /// Whether nothing would change.
    pub(in crate::engine) fn is_done(&self, act: &Act, me: UserId) -> bool {
        let summary = self.summary;
        let tally = summary.poll.as_ref();
        match act {
            Act::Edit(text) => match (&summary.text, self.body) {
                (Some(now), _) => now == text,
                (None, Body::Text { text: first, .. }) => first == text,
                (
                    None,
                    Body::Poll { .. }
                    | Body::Removed { .. }
                    | Body::Relation(_)
                    | Body::CustomEmoji(_)
                    | Body::Status(_)
                    | Body::Void
                    | Body::Unreadable { .. },
                ) => true,
            },
            Act::React(emoji) => summary.reaction(emoji).is_some_and(|it| it.mine),
            Act::Unreact(emoji) => !summary.reaction(emoji).is_some_and(|it| it.mine),
            Act::Delete => summary.deleted.is_some(),
            Act::Pin => summary.pinned,
            Act::Unpin => !summary.pinned,
            Act::Vote(options) => tally.is_some_and(|tally| {
                let mine = (0..).zip(&tally.choices);
                mine.filter(|(_, choice)| choice.users.contains(&me))
                    .map(|(index, _)| index)
                    .eq(options.iter().copied())
            }),
            Act::ClosePoll => tally.is_some_and(|tally| tally.closed),
        }
    }
}

impl Act {
    /// Whether one of these that waits need not go out when the other one is done after it.
    pub(in crate::engine) fn is_undone_by(&self, later: &Self) -> bool {
        match (self, later) {
            (Self::React(one) | Self::Unreact(one), Self::React(other) | Self::Unreact(other)) => {
                one == other
            }
            (Self::Pin | Self::Unpin, Self::Pin | Self::Unpin)
            | (Self::Edit(_), Self::Edit(_))
            | (Self::Vote(_), Self::Vote(_))
            | (Self::ClosePoll, Self::ClosePoll)
            // Nothing is left of what was done before.
            | (_, Self::Delete) => true,
            _ => false,
        }
    }
}
