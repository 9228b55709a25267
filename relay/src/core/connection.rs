//! What the core knows of one connected device, and what happens when it goes.

use std::collections::VecDeque;
use std::sync::Arc;

use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, DeviceId, UserId};

use super::catch_up::{History, Lag};
use super::hello::short;
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
    /// Streams in which it is behind; in all others it hears what is new at once.
    pub(super) lags: VecDeque<Lag>,
    /// Pages of history that were asked for.
    pub(super) histories: VecDeque<History>,
    /// It stands in line for a read.
    pub(super) in_line: bool,
    pub(super) watches: Option<ChannelId>,
    pub(super) wants_presence: bool,
    pub(super) typed_at: Millis,
}

impl Connection {
    pub(super) fn send(&self, frame: Frame, out: &Out) {
        out.send(&self.outbox, frame);
    }

    /// Sends what is new in a stream; if there is no room, it is read from the disk later.
    pub(super) fn send_stream(&mut self, frame: Frame, lag: Lag, out: &Out) {
        if !out.send_stream(&self.outbox, frame) {
            self.fall_behind(lag);
        }
    }

    /// The log comes before all else.
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
    /// A connection is over. Its device keeps its seat in a call for a moment.
    pub(super) fn gone(&mut self, connection: ConnectionId, now: Millis) {
        let Some(gone) = self.forget(connection) else {
            return;
        };
        if self.connection_by_device.get(&gone.device) == Some(&connection) {
            self.connection_by_device.remove(&gone.device);
            self.voice.device_gone(gone.device, now);
        }
        self.presence.offline(gone.user, now);
        tracing::debug!(device = short(&gone.device), "a device is gone");
    }

    /// Takes a connection out of every list.
    pub(super) fn forget(&mut self, connection: ConnectionId) -> Option<Connection> {
        let gone = self.connections.remove(&connection)?;
        for channel in self.channels.values_mut() {
            channel.subscribers.retain(|other| *other != connection);
        }
        let metrics = &self.shared.metrics.connections;
        metrics.fetch_sub(1, std::sync::atomic::Ordering::Relaxed);
        Some(gone)
    }
}
