//! Presence and typing. Never stored, sent only to clients that show it, and rate-limited.

use std::collections::HashMap;
use std::sync::Arc;

use parley_protocol::Millis;
use parley_protocol::frame::RelayToClient;
use parley_protocol::ids::{ChannelId, UserId};
use parley_protocol::limits::MAX_PRESENCE_USERS;

use super::{ConnectionId, Core};
use crate::outgoing::{Frame, StateKey};

/// Presence is sent at most this often (ms). Shorter makes a morning's arrivals expensive: the list is complete
/// each time.
const PRESENCE_INTERVAL: Millis = 1000;
/// A device's typing is sent at most this often (ms). Clients send it every three seconds.
const TYPING_INTERVAL: Millis = 1000;

#[derive(Debug, Default)]
pub(super) struct Presence {
    connections_by_user: HashMap<UserId, u32>,
    sent_at: Millis,
    due: Option<Millis>,
    /// Serialised once for all receivers until the next change.
    frame: Option<Frame>,
}

impl Presence {
    pub(super) fn online(&mut self, user: UserId, now: Millis) {
        let count = self.connections_by_user.entry(user).or_default();
        *count = count.saturating_add(1);
        if *count == 1 {
            self.changed(now);
        }
    }

    pub(super) fn offline(&mut self, user: UserId, now: Millis) {
        let Some(count) = self.connections_by_user.get_mut(&user) else {
            return;
        };
        *count = count.saturating_sub(1);
        if *count == 0 {
            self.connections_by_user.remove(&user);
            self.changed(now);
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<Millis> {
        self.due
    }

    fn changed(&mut self, now: Millis) {
        self.frame = None;
        let next = self.sent_at.saturating_add(PRESENCE_INTERVAL).max(now);
        self.due.get_or_insert(next);
    }

    fn frame(&mut self) -> Frame {
        if let Some(frame) = &self.frame {
            return frame.clone();
        }
        let mut online: Vec<_> = self.connections_by_user.keys().copied().collect();
        online.sort_unstable();
        online.truncate(MAX_PRESENCE_USERS);
        let frame = Frame::new(&RelayToClient::Presence { online });
        self.frame = Some(frame.clone());
        frame
    }
}

impl Core {
    pub(super) fn watch(
        &mut self,
        connection: ConnectionId,
        channel: Option<ChannelId>,
        presence: bool,
    ) {
        let Some(found) = self.connections.get_mut(&connection) else {
            return;
        };
        found.watches = channel;
        let wanted_before = std::mem::replace(&mut found.wants_presence, presence);
        if presence && !wanted_before {
            let frame = self.presence.frame();
            self.send_state(connection, StateKey::Presence, frame);
        }
    }

    pub(super) fn presence_timeout(&mut self, now: Millis) {
        if self.presence.due.is_none_or(|due| due > now) {
            return;
        }
        self.presence.due = None;
        self.presence.sent_at = now;
        let wants = |connection: &&super::Connection| connection.wants_presence;
        if !self
            .connections
            .values()
            .any(|connection| wants(&connection))
        {
            return;
        }
        let frame = self.presence.frame();
        for connection in self.connections.values().filter(wants) {
            connection.send_state(StateKey::Presence, frame.clone(), &self.out);
        }
    }

    pub(super) fn typing(&mut self, connection: ConnectionId, channel: ChannelId, now: Millis) {
        let Some(community) = self.community().map(Arc::clone) else {
            return;
        };
        let Some(typing) = self.connections.get_mut(&connection) else {
            return;
        };
        let user = typing.user;
        if now < typing.typed_at.saturating_add(TYPING_INTERVAL)
            || !community.may_write(&user, &channel)
        {
            return;
        }
        typing.typed_at = now;
        let Some(state) = self.channels.get(&channel) else {
            return;
        };
        let frame = Frame::new(&RelayToClient::Typing { channel, user });
        for subscriber in &state.subscribers {
            if let Some(other) = self.connections.get(subscriber)
                && other.watches == Some(channel)
                && other.user != user
            {
                other.send_state(StateKey::Typing(channel, user), frame.clone(), &self.out);
            }
        }
    }
}
