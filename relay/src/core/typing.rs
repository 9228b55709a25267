//! Typing. Never stored, sent only to clients that look at the channel, and rate-limited.

use std::sync::Arc;

use parley_protocol::Millis;
use parley_protocol::frame::RelayToClient;
use parley_protocol::ids::ChannelId;

use super::{ConnectionId, Core};
use crate::outgoing::{Frame, StateKey};

/// A device's typing is sent at most this often (ms). Clients send it every three seconds.
const TYPING_INTERVAL: Millis = 1000;

impl Core {
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
