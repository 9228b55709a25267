//! Who is online and who is typing, told by the relay only for what is on the screen. Never stored.

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::frame::ClientToRelay;
use parley_protocol::ids::{ChannelId, DeviceId, UserId};
use parley_protocol::map::IdSet;

use super::context::Cx;
use crate::effect::Event;

/// Typing is over when nothing was heard of it for this long.
const TYPING_LASTS: Millis = 6_000;
/// Own typing is told at most this often.
const TYPING_EVERY: Millis = 3_000;
/// People typing at once that are kept.
const TYPISTS: usize = 50;

/// What is on the screen, and what was heard for it.
#[derive(Default)]
pub(super) struct People {
    watched: Option<ChannelId>,
    presence: bool,
    online: Option<IdSet<UserId>>,
    typing_until: LiteMap<(ChannelId, UserId), Millis>,
    told_typing_at: Option<Millis>,
}

impl People {
    pub(super) fn timeout(&self) -> Option<Millis> {
        self.typing_until.values().min().copied()
    }

    pub(super) fn handle_timeout(&mut self, cx: &mut Cx<'_>) {
        self.typing_until.retain(|(channel, _), until| {
            if *until <= cx.now {
                cx.output.event(Event::Typing(*channel));
            }
            *until > cx.now
        });
    }

    /// What is on the screen now: the open text channel, and whether the list of members shows.
    pub(super) fn watch(&mut self, channel: Option<ChannelId>, presence: bool, cx: &mut Cx<'_>) {
        self.watched = channel;
        self.presence = presence;
        self.told_typing_at = None;
        if cx.is_open() {
            cx.output.send(&ClientToRelay::Watch { channel, presence });
        }
    }

    /// The person is typing.
    pub(super) fn typing(&mut self, channel: ChannelId, cx: &mut Cx<'_>) {
        let due = self
            .told_typing_at
            .is_none_or(|at| cx.now >= at + TYPING_EVERY);
        if due && cx.is_open() {
            self.told_typing_at = Some(cx.now);
            cx.output.send(&ClientToRelay::Typing { channel });
        }
    }

    /// With the message the others stop to see this person typing: the next key is told at once.
    pub(super) fn forget_own_typing(&mut self) {
        self.told_typing_at = None;
    }

    pub(super) fn online(&self) -> Option<&IdSet<UserId>> {
        self.online.as_ref()
    }

    pub(super) fn typists(&self, channel: &ChannelId) -> Vec<UserId> {
        self.typing_until
            .keys()
            .filter(|(of, _)| of == channel)
            .map(|(_, user)| *user)
            .collect()
    }

    /// A new connection: the relay is told what is on the screen.
    pub(super) fn resume(&self, cx: &mut Cx<'_>) {
        let (channel, presence) = (self.watched, self.presence);
        if channel.is_some() || presence {
            cx.output.send(&ClientToRelay::Watch { channel, presence });
        }
    }

    /// The connection is gone, and with it all that was heard.
    pub(super) fn pause(&mut self, cx: &mut Cx<'_>) {
        if self.online.take().is_some() {
            cx.output.event(Event::Presence);
        }
        for ((channel, _), _) in std::mem::take(&mut self.typing_until) {
            cx.output.event(Event::Typing(channel));
        }
    }

    /// The relay says who is online. Says who was not, as far as that is known.
    pub(super) fn handle_presence(&mut self, online: Vec<UserId>, cx: &mut Cx<'_>) -> Vec<UserId> {
        let members = online.into_iter();
        let online: IdSet<UserId> = members
            .filter(|user| cx.log.active_member(user).is_some())
            .collect();
        let before = self.online.take().unwrap_or_default();
        let arrived = online
            .iter()
            .filter(|user| !before.contains(user))
            .collect();
        self.online = Some(online);
        cx.output.event(Event::Presence);
        arrived
    }

    pub(super) fn handle_typing(&mut self, channel: ChannelId, user: UserId, cx: &mut Cx<'_>) {
        let known = cx.log.may_write(&user, &channel) && user != cx.me.user;
        if known && self.typing_until.len() < TYPISTS {
            self.typing_until
                .insert((channel, user), cx.now + TYPING_LASTS);
            cx.output.event(Event::Typing(channel));
        }
    }

    /// A message came: its author is not typing it any more.
    pub(super) fn note_written(&mut self, channel: ChannelId, author: &DeviceId, cx: &mut Cx<'_>) {
        let Some(device) = cx.log.devices().get(author) else {
            return;
        };
        let key = (channel, device.user);
        if self.typing_until.remove(&key).is_some() {
            cx.output.event(Event::Typing(channel));
        }
    }
}
