//! What the person does with messages, led to the channels.

use parley_protocol::Millis;
use parley_protocol::ids::ChannelId;

use crate::engine::{Engine, RelationError};
use crate::timeline::relations::{Act, Target};

/// What is done with messages. Shown at once, kept at once, and sent when that can be; `Ok` also if it is done already.
impl Engine {
    /// Lets an own text say something else.
    ///
    /// # Errors
    /// [`RelationError`]
    pub fn edit(
        &mut self,
        channel: ChannelId,
        target: Target,
        text: String,
        now: Millis,
    ) -> Result<(), RelationError> {
        let edited = self.relate(channel, target, Act::Edit(text), now);
        self.with(now, |parts, _| parts.people.forget_own_typing());
        edited
    }

    /// Puts an emoji at a message, or takes one's own away.
    ///
    /// # Errors
    /// [`RelationError`]
    pub fn react(
        &mut self,
        channel: ChannelId,
        target: Target,
        emoji: String,
        on: bool,
        now: Millis,
    ) -> Result<(), RelationError> {
        let act = if on {
            Act::React(emoji)
        } else {
            Act::Unreact(emoji)
        };
        self.relate(channel, target, act, now)
    }

    /// Deletes a message for everybody: one's own, or with the right to moderate. What has not gone out is taken back.
    ///
    /// # Errors
    /// [`RelationError`]
    pub fn delete(
        &mut self,
        channel: ChannelId,
        target: Target,
        now: Millis,
    ) -> Result<(), RelationError> {
        self.relate(channel, target, Act::Delete, now)
    }

    /// Pins a message for the channel, or no more.
    ///
    /// # Errors
    /// [`RelationError`]
    pub fn pin(
        &mut self,
        channel: ChannelId,
        target: Target,
        on: bool,
        now: Millis,
    ) -> Result<(), RelationError> {
        let act = if on { Act::Pin } else { Act::Unpin };
        self.relate(channel, target, act, now)
    }

    /// Votes in a poll, by the numbers of its options from 0, ascending. None takes the vote back.
    ///
    /// # Errors
    /// [`RelationError`]
    pub fn vote(
        &mut self,
        channel: ChannelId,
        poll: Target,
        options: Vec<u8>,
        now: Millis,
    ) -> Result<(), RelationError> {
        self.relate(channel, poll, Act::Vote(options), now)
    }

    /// Ends an own poll.
    ///
    /// # Errors
    /// [`RelationError`]
    pub fn close_poll(
        &mut self,
        channel: ChannelId,
        poll: Target,
        now: Millis,
    ) -> Result<(), RelationError> {
        self.relate(channel, poll, Act::ClosePoll, now)
    }

    fn relate(
        &mut self,
        channel: ChannelId,
        to: Target,
        act: Act,
        now: Millis,
    ) -> Result<(), RelationError> {
        let done = self.with(now, |parts, cx| match parts.direct.with(&channel) {
            Some(direct) => direct.relate(channel, to, act, cx),
            None => parts.channels.relate(channel, to, act, cx),
        });
        self.finish(now);
        done
    }
}
