//! Who is online and who writes, told by the relay only for what is on the screen. Never stored.

use std::collections::BTreeSet;

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::frame::ClientToRelay;
use parley_protocol::ids::{ChannelId, DeviceId, UserId};

use super::Engine;
use crate::effect::Event;
use crate::sorted;

/// Writing is over when nothing was heard of it for this long.
const TYPING_LASTS: Millis = 6_000;
/// Own typing is told at most this often.
const TYPING_EVERY: Millis = 3_000;
/// People writing at once that are kept.
const TYPISTS: usize = 50;

/// What is on the screen, and what was heard for it.
#[derive(Default)]
pub(super) struct People {
    watched: Option<ChannelId>,
    presence: bool,
    online: Option<BTreeSet<UserId>>,
    typing_until: LiteMap<(ChannelId, UserId), Millis>,
    told_typing_at: Option<Millis>,
}

impl People {
    pub(super) fn timeout(&self) -> Option<Millis> {
        self.typing_until.values().min().copied()
    }
}

impl Engine {
    /// What is on the screen now: the open text channel, and whether the list of members shows.
    pub fn watch(&mut self, channel: Option<ChannelId>, presence: bool, _now: Millis) {
        self.people.watched = channel;
        self.people.presence = presence;
        self.people.told_typing_at = None;
        if self.connection.is_open() {
            self.output
                .send(&ClientToRelay::Watch { channel, presence });
        }
        self.output.flush();
    }

    /// The person is writing. May be called at every key.
    pub fn typing(&mut self, channel: ChannelId, now: Millis) {
        let due = self
            .people
            .told_typing_at
            .is_none_or(|at| now >= at + TYPING_EVERY);
        if due && self.connection.is_open() {
            self.people.told_typing_at = Some(now);
            self.output.send(&ClientToRelay::Typing { channel });
        }
        self.output.flush();
    }

    /// With the message the others stop to see this person writing: the next key is told at once.
    pub(super) fn forget_own_typing(&mut self) {
        self.people.told_typing_at = None;
    }

    /// Members with a connected device. `None` while that is not known.
    pub fn online(&self) -> Option<&BTreeSet<UserId>> {
        self.people.online.as_ref()
    }

    /// Who writes in a channel right now.
    pub fn typists(&self, channel: &ChannelId) -> Vec<UserId> {
        self.people
            .typing_until
            .keys()
            .filter(|(where_, _)| where_ == channel)
            .map(|(_, user)| *user)
            .collect()
    }

    pub(super) fn resume_people(&mut self) {
        let (channel, presence) = (self.people.watched, self.people.presence);
        if channel.is_some() || presence {
            self.output
                .send(&ClientToRelay::Watch { channel, presence });
        }
    }

    pub(super) fn forget_people(&mut self) {
        if self.people.online.take().is_some() {
            self.output.event(Event::Presence);
        }
        for ((channel, _), _) in std::mem::take(&mut self.people.typing_until) {
            self.output.event(Event::Typing(channel));
        }
    }

    pub(super) fn handle_presence(&mut self, online: Vec<UserId>, now: Millis) {
        let members = online
            .into_iter()
            .filter(|user| self.community.active_member(user).is_some());
        let before = self.people.online.replace(sorted::set(members));
        self.hear_of_arrivals(before.as_ref(), now);
        self.output.event(Event::Presence);
    }

    pub(super) fn handle_typing(&mut self, channel: ChannelId, user: UserId, now: Millis) {
        let known = self.community.may_write(&user, &channel) && user != self.user;
        if known && self.people.typing_until.len() < TYPISTS {
            self.people
                .typing_until
                .insert((channel, user), now + TYPING_LASTS);
            self.output.event(Event::Typing(channel));
        }
    }

    /// A message came: its author does not write on it any more.
    pub(super) fn note_written(&mut self, channel: ChannelId, author: &DeviceId) {
        let Some(device) = self.community.devices().get(author) else {
            return;
        };
        let key = (channel, device.user);
        if self.people.typing_until.remove(&key).is_some() {
            self.output.event(Event::Typing(channel));
        }
    }

    pub(super) fn people_timeout(&mut self, now: Millis) {
        let Self { people, output, .. } = self;
        people.typing_until.retain(|(channel, _), until| {
            if *until <= now {
                output.event(Event::Typing(*channel));
            }
            *until > now
        });
    }
}
