//! What a new log entry ends: connections of removed devices, streams that a member may no longer read, places on
//! call rosters.

use parley_protocol::Millis;
use parley_protocol::entry::{Action, Entry};
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::{ChannelId, DeviceId, UserId};

use super::{ConnectionId, Core};
use crate::refusal::refused;

impl Core {
    pub(super) fn log_effects(&mut self, entries: &[(u64, Entry)], now: Millis) {
        let (mut rights_changed, mut calls_changed) = (false, false);
        for (_, entry) in entries {
            let Ok(body) = entry.parse_body() else {
                continue;
            };
            match body.action {
                Action::MemberRemoved { user } => {
                    let devices = self.devices_where(|connected| connected.user == user);
                    self.expel_all(devices, now);
                    for device in self.devices_that_were(&user) {
                        self.expel(device, now);
                    }
                }
                Action::MemberJoined { member, .. } => {
                    self.expel_former(&member.user, member.device.id, now);
                }
                Action::DeviceRevoked { device } => {
                    let devices = self.devices_where(|connected| connected.device == device);
                    self.expel_all(devices, now);
                    self.expel(device, now);
                }
                Action::ChannelCreated { channel, .. } => {
                    self.channels.entry(channel).or_default();
                    rights_changed |= self.voice.rooms.has(&channel);
                }
                Action::RoleTaken { .. }
                | Action::RoleDefined { .. }
                | Action::ChannelChanged { .. }
                | Action::ChannelArchived { .. } => rights_changed = true,
                Action::RoleGiven { .. } | Action::CallsOrdered { .. } => calls_changed = true,
                Action::CommunityCreated { .. }
                | Action::InviteMade { .. }
                | Action::InviteRevoked { .. }
                | Action::DeviceAdded { .. }
                | Action::VaultKeySet { .. }
                | Action::VaultNoted { .. }
                | Action::MemberRenamed { .. } => {}
            }
        }
        self.end_guests(now);
        if rights_changed {
            self.drop_unreadable_streams();
        }
        if rights_changed || calls_changed {
            self.check_rosters(now);
        }
    }

    /// Removes a device from its call, and ends its TURN allocations.
    pub(super) fn expel(&mut self, device: DeviceId, now: Millis) {
        self.shared.set_live(device, false);
        self.ice.end(device);
        if let Some(channel) = self.voice.remove(device) {
            self.send_roster_to_all(channel, now);
        }
    }

    /// Ends the connections of the devices that a member had before they came back with new keys.
    fn expel_former(&mut self, user: &UserId, newest: DeviceId, now: Millis) {
        let connected =
            self.devices_where(|connected| connected.user == *user && connected.device != newest);
        self.expel_all(connected, now);
        for device in self.devices_that_were(user) {
            if device != newest {
                self.expel(device, now);
            }
        }
    }

    fn devices_where(
        &self,
        wanted: impl Fn(&super::Connection) -> bool,
    ) -> Vec<(ConnectionId, DeviceId)> {
        self.connections
            .iter()
            .filter(|(_, connection)| wanted(connection))
            .map(|(id, connection)| (*id, connection.device))
            .collect()
    }

    /// All devices that a member had, also disconnected ones: they may still use TURN.
    fn devices_that_were(&self, user: &UserId) -> Vec<DeviceId> {
        self.community()
            .into_iter()
            .flat_map(|community| community.devices())
            .filter(|(_, device)| device.user == *user)
            .map(|(id, _)| *id)
            .collect()
    }

    fn expel_all(&mut self, devices: Vec<(ConnectionId, DeviceId)>, now: Millis) {
        for (connection, device) in devices {
            self.end(connection, refused(ErrorCode::UnknownDevice), now);
            self.expel(device, now);
        }
    }

    fn drop_unreadable_streams(&mut self) {
        let Some(community) = self.community().cloned() else {
            return;
        };
        for (channel, state) in &mut self.channels {
            state.subscribers.retain(|subscriber| {
                self.connections
                    .get(subscriber)
                    .is_some_and(|connection| community.may_read(&connection.user, channel))
            });
        }
        for connection in self.connections.values_mut() {
            let user = connection.user;
            let may_read = |channel: &ChannelId| community.may_read(&user, channel);
            connection
                .lags
                .retain(|lag| lag.channel().is_none_or(|channel| may_read(&channel)));
        }
    }

    fn check_rosters(&mut self, now: Millis) {
        let Some(community) = self.community().cloned() else {
            return;
        };
        for channel in self.voice.check(&community, now) {
            self.send_roster_to_all(channel, now);
        }
    }
}
