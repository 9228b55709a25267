//! Who is here and who is typing, told by the relay only for what is on the screen; and what the relay is told of
//! oneself. Never stored.

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::frame::{ClientToRelay, PresenceState};
use parley_protocol::ids::{ChannelId, DeviceId, UserId};
use parley_protocol::map::{IdMap, IdSet};

use super::account_data::AccountData;
use super::context::Cx;
use super::presence::{Habit, told};
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
    /// Those of them who are not simply here.
    state_by_user: IdMap<UserId, PresenceState>,
    /// Nobody sits in front of this device.
    is_idle: bool,
    /// What the relay was told on this connection.
    told: Option<PresenceState>,
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

    pub(super) fn is_idle(&self) -> bool {
        self.is_idle
    }

    /// Says whether that is news.
    pub(super) fn set_idle(&mut self, is_idle: bool) -> bool {
        std::mem::replace(&mut self.is_idle, is_idle) != is_idle
    }

    /// What a hello says.
    pub(super) fn greet(&mut self, data: &AccountData) -> PresenceState {
        *self.told.insert(told(data, self.is_idle))
    }

    /// Tells the relay how the person is here, if that is something else than it was told.
    pub(super) fn pump(&mut self, data: &AccountData, cx: &mut Cx<'_>) {
        let state = told(data, self.is_idle);
        if cx.is_open() && self.told != Some(state) {
            self.told = Some(state);
            cx.output.send(&ClientToRelay::Presence { state });
            cx.output.event(Event::Presence);
        }
    }

    /// The person is typing.
    pub(super) fn typing(&mut self, channel: ChannelId, data: &AccountData, cx: &mut Cx<'_>) {
        if self.is_time_to_tell_typing(data, cx) {
            cx.output.send(&ClientToRelay::Typing { channel });
        }
    }

    /// Whether others are told of it now; then not again for some time.
    pub(super) fn is_time_to_tell_typing(&mut self, data: &AccountData, cx: &Cx<'_>) -> bool {
        let may_tell = Habit::ShowTyping.is_kept(data) && Habit::ShowPresence.is_kept(data);
        let due = self
            .told_typing_at
            .is_none_or(|at| cx.now >= at + TYPING_EVERY);
        let is_time = due && may_tell && cx.is_open();
        if is_time {
            self.told_typing_at = Some(cx.now);
        }
        is_time
    }

    /// With the message the others stop to see this person typing: the next key is told at once.
    pub(super) fn forget_own_typing(&mut self) {
        self.told_typing_at = None;
    }

    pub(super) fn online(&self) -> Option<&IdSet<UserId>> {
        self.online.as_ref()
    }

    /// How a member is here. `None`: not, or that is not known.
    pub(super) fn state_of(&self, user: &UserId) -> Option<PresenceState> {
        let is_online = self.online.as_ref()?.contains(user);
        let state = self.state_by_user.get(user).copied();
        is_online.then(|| state.unwrap_or_default())
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
        self.told = None;
        if self.online.take().is_some() {
            cx.output.event(Event::Presence);
        }
        for ((channel, _), _) in std::mem::take(&mut self.typing_until) {
            cx.output.event(Event::Typing(channel));
        }
    }

    /// The relay says who is here, and how. Says who was not, as far as that is known.
    pub(super) fn handle_presence(
        &mut self,
        lists: [(PresenceState, Vec<UserId>); 3],
        cx: &mut Cx<'_>,
    ) -> Vec<UserId> {
        let mut online = IdSet::new();
        self.state_by_user = IdMap::new();
        for (state, users) in lists {
            let members = users.into_iter();
            for user in members.filter(|user| cx.log.active_member(user).is_some()) {
                online.insert(user);
                if !state.is_online() {
                    self.state_by_user.insert(user, state);
                }
            }
        }
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
        if cx.log.may_write(&user, &channel) {
            self.note_typing(channel, user, cx);
        }
    }

    /// Somebody who may is typing.
    pub(super) fn note_typing(&mut self, channel: ChannelId, user: UserId, cx: &mut Cx<'_>) {
        if user != cx.me.user && self.typing_until.len() < TYPISTS {
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
