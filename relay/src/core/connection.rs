//! The core's state of one connected device, and its end.

use std::collections::VecDeque;
use std::sync::Arc;

use parley_protocol::Millis;
use parley_protocol::entry::GuestTerms;
use parley_protocol::frame::PresenceState;
use parley_protocol::ids::{ChannelId, DeviceId, UserId};

use super::catch_up::History;
use super::lag::Lag;
use super::out::Out;
use super::{ConnectionId, Core};
use crate::command::FamilyId;
use crate::outgoing::{Frame, Outbox, StateKey};

/// One authenticated connection. 2,000 of them are kept: every field counts.
pub(super) struct Connection {
    pub(super) outbox: Arc<Outbox>,
    pub(super) user: UserId,
    pub(super) device: DeviceId,
    pub(super) family: FamilyId,
    /// What a guest may do.
    pub(super) guest: Option<GuestTerms>,
    /// Streams in which it is behind; in all others it gets live frames.
    pub(super) lags: VecDeque<Lag>,
    /// Requested pages of history.
    pub(super) histories: VecDeque<History>,
    /// Whether it waits for a read.
    pub(super) is_queued: bool,
    pub(super) watches: Option<ChannelId>,
    pub(super) wants_presence: bool,
    pub(super) typed_at: Millis,
    /// What its device says of the member, as it counts.
    pub(super) presence: PresenceState,
    /// When that last changed.
    pub(super) stated_at: Millis,
}

impl Connection {
    pub(super) fn send(&self, frame: Frame, out: &Out) {
        out.send(&self.outbox, frame);
    }

    /// Sends a live frame of a stream; if there is no room, the connection lags and reads it from the disk later.
    pub(super) fn send_stream(&mut self, frame: Frame, lag: Lag, out: &Out) {
        if !out.send_stream(&self.outbox, frame) {
            self.fall_behind(lag);
        }
    }

    /// Starts a lag. The log comes before all other streams.
    pub(super) fn fall_behind(&mut self, lag: Lag) {
        match lag {
            Lag::Log { .. } => self.lags.push_front(lag),
            Lag::Mail { .. } | Lag::Items { .. } | Lag::Newest { .. } => self.lags.push_back(lag),
        }
        self.outbox.tell_when_empty();
    }

    pub(super) fn send_state(&self, key: StateKey, frame: Frame, out: &Out) {
        out.send_state(&self.outbox, key, frame);
    }

    pub(super) fn is_behind_in_log(&self) -> bool {
        self.is_behind_in(|lag| matches!(lag, Lag::Log { .. }))
    }

    pub(super) fn is_behind_in(&self, stream: impl Fn(&Lag) -> bool) -> bool {
        self.lags.iter().any(stream)
    }
}

impl Core {
    /// Ends a connection. Its device stays on its call's roster for a grace period.
    pub(super) fn gone(&mut self, connection: ConnectionId, now: Millis) {
        let Some(gone) = self.forget(connection) else {
            return;
        };
        if self.connection_by_device.get(&gone.device) == Some(&connection) {
            self.connection_by_device.remove(&gone.device);
            if gone.guest.is_some() {
                // Nobody could say later whether their time is over.
                self.expel(gone.device, now);
            } else {
                self.voice.device_gone(gone.device, now);
            }
        }
        self.presence
            .leave(connection, gone.user, gone.presence, now);
        tracing::debug!(device = short(&gone.device), "device disconnected");
    }

    /// Removes a connection from every list.
    pub(super) fn forget(&mut self, connection: ConnectionId) -> Option<Connection> {
        let gone = self.connections.remove(&connection)?;
        self.guests.remove(&connection);
        for channel in self.channels.values_mut() {
            channel.subscribers.retain(|other| *other != connection);
        }
        let metrics = &self.shared.metrics.connections;
        metrics.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
        Some(gone)
    }
}

/// The start of a device id: enough to follow one device through the relay's own logs.
pub(super) fn short(device: &DeviceId) -> String {
    device.to_string().chars().take(6).collect()
}
