//! Rosters of voice channels. In memory: after a restart the clients join again by themselves.
//!
//! A device that loses its connection stays on the roster for a grace period, so that a call between browsers goes
//! on while the socket reconnects.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use parley_protocol::Millis;
use parley_protocol::community::Community;
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::{RelayToClient, Response};
use parley_protocol::ids::{CallSessionId, ChannelId, DeviceId, UserId};
use parley_protocol::limits::MAX_VOICE_PARTICIPANTS;
use parley_protocol::voice::{Participant, Roster, VoiceState};

use super::rooms::Rooms;
use super::{ConnectionId, Core};
use crate::outgoing::{Frame, StateKey};

/// How long a disconnected device stays on the roster (ms).
const RECONNECT_GRACE: Millis = 10_000;
/// How long a disconnected device may use TURN (ms): its call may go on without the socket.
const TURN_GRACE: Millis = 60_000;
/// A change of a participant's state is sent at most this often per channel (ms). Joins and leaves are sent at
/// once.
const STATE_INTERVAL: Millis = 100;

pub(super) struct Join {
    pub(super) channel: ChannelId,
    pub(super) session: CallSessionId,
    pub(super) state: VoiceState,
}

#[derive(Debug, Default)]
pub(super) struct Voice {
    pub(super) rosters: BTreeMap<ChannelId, Vec<Participant>>,
    pub(super) channel_by_device: HashMap<DeviceId, ChannelId>,
    /// Those of them that are rooms of direct calls: no channel of the log.
    pub(super) rooms: Rooms,
    /// Disconnected devices within a grace period, and since when.
    pub(super) away: BTreeMap<DeviceId, Millis>,
    pub(super) sent_at: HashMap<ChannelId, Millis>,
    pub(super) due: BTreeMap<ChannelId, Millis>,
}

impl Voice {
    pub(super) fn rosters(&self, may_read: impl Fn(&ChannelId) -> bool) -> Vec<Roster> {
        self.rosters
            .iter()
            .filter(|(channel, _)| may_read(channel) && !self.rooms.has(channel))
            .map(|(channel, participants)| Roster {
                channel: *channel,
                participants: participants.clone(),
            })
            .collect()
    }

    /// Channels with somebody in them, and devices in these.
    pub(super) fn size(&self) -> (usize, usize) {
        (self.rosters.len(), self.channel_by_device.len())
    }

    pub(super) fn roster(&self, channel: ChannelId) -> Roster {
        Roster {
            channel,
            participants: self.rosters.get(&channel).cloned().unwrap_or_default(),
        }
    }

    pub(super) fn device_gone(&mut self, device: DeviceId, now: Millis) {
        self.away.insert(device, now);
    }

    pub(super) fn device_back(&mut self, device: DeviceId) {
        // A device on a roster stays in `away` until its client joins again to confirm that the call goes on.
        if !self.channel_by_device.contains_key(&device) {
            self.away.remove(&device);
        }
    }

    /// Removes a device from its channel's roster.
    pub(super) fn remove(&mut self, device: DeviceId) -> Option<ChannelId> {
        let channel = self.channel_by_device.remove(&device)?;
        if let Some(participants) = self.rosters.get_mut(&channel) {
            participants.retain(|participant| participant.device != device);
            if participants.is_empty() {
                self.rosters.remove(&channel);
                self.rooms.end(&channel);
            }
        }
        Some(channel)
    }

    /// Makes all rosters what is allowed now: see [`Voice::allowed`]. Returns the channels that changed.
    pub(super) fn check(&mut self, community: &Community, now: Millis) -> Vec<ChannelId> {
        let rosters: Vec<Roster> = self.rosters.keys().map(|it| self.roster(*it)).collect();
        let changed = rosters.into_iter().filter_map(|before| {
            let checked = self.allowed(community, &before, now);
            (checked != before).then_some((before, checked))
        });
        let changed: Vec<_> = changed.collect();
        changed
            .into_iter()
            .map(|(before, checked)| {
                let stays =
                    |device: DeviceId| checked.participants.iter().any(|it| it.device == device);
                for gone in before.participants.iter().filter(|it| !stays(it.device)) {
                    self.remove(gone.device);
                }
                if !checked.participants.is_empty() {
                    self.rosters.insert(checked.channel, checked.participants);
                }
                before.channel
            })
            .collect()
    }

    pub(super) fn poll_timeout(&self) -> Option<Millis> {
        let seats = self.away.iter().map(|(device, since)| {
            let grace = if self.channel_by_device.contains_key(device) {
                RECONNECT_GRACE
            } else {
                TURN_GRACE
            };
            since.saturating_add(grace)
        });
        seats.chain(self.due.values().copied()).min()
    }

    fn away_since(&self, grace: Millis, now: Millis) -> Vec<DeviceId> {
        self.away
            .iter()
            .filter(|(_, since)| since.saturating_add(grace) <= now)
            .map(|(device, _)| *device)
            .collect()
    }
}

impl Core {
    pub(super) fn join_voice(
        &mut self,
        connection: ConnectionId,
        join: Join,
        now: Millis,
    ) -> Result<Response, ErrorCode> {
        let channel = join.channel;
        if !self.is_guest(connection) {
            self.readable(connection, channel)?;
        }
        let found = self.connections.get(&connection);
        let found = found.ok_or(ErrorCode::NotAuthenticated)?;
        let participant = Participant {
            device: found.device,
            user: found.user,
            session: join.session,
            state: join.state,
        };
        let community = self.community().map(Arc::clone);
        let community = community.ok_or(ErrorCode::NotSetUp)?;
        let before = self.voice.roster(channel);
        // A person whose other device is in takes their own place over.
        let of_others = |other: &&Participant| other.user != participant.user;
        if before.participants.iter().filter(of_others).count() >= MAX_VOICE_PARTICIPANTS {
            return Err(ErrorCode::Full);
        }
        let participant = admit(&community, &before, participant, now)?;
        self.seat(channel, participant, &before, now);
        self.ice_servers(connection, now)
    }

    pub(super) fn seat(
        &mut self,
        channel: ChannelId,
        joins: Participant,
        before: &Roster,
        now: Millis,
    ) {
        self.voice.away.remove(&joins.device);
        let is_room = self.voice.rooms.has(&channel);
        let same_stay =
            |other: &Participant| other.device == joins.device && other.session == joins.session;
        let mut participants = before.participants.clone();
        if let Some(seat) = participants.iter_mut().find(|other| same_stay(other)) {
            seat.state = joins.state;
        } else {
            if let Some(left) = self.voice.remove(joins.device)
                && left != channel
            {
                self.send_roster_to_all(left, now);
            }
            participants.retain(|other| other.device != joins.device);
            keep_newest_of(&mut participants, joins.user);
            participants.push(joins);
        }
        for gone in &before.participants {
            if !participants.iter().any(|it| it.device == gone.device) {
                self.voice.remove(gone.device);
            }
        }
        if participants != before.participants {
            if is_room {
                // The one who was in it alone comes anew.
                self.voice.rooms.begin(channel);
            }
            self.voice.channel_by_device.insert(joins.device, channel);
            self.voice.rosters.insert(channel, participants);
            self.send_roster_to_all(channel, now);
        }
    }

    pub(super) fn leave_voice(&mut self, connection: ConnectionId, now: Millis) {
        let Some(device) = self.connections.get(&connection).map(|found| found.device) else {
            return;
        };
        if let Some(channel) = self.voice.remove(device) {
            self.send_roster_to_all(channel, now);
        }
    }

    pub(super) fn voice_state(&mut self, connection: ConnectionId, state: VoiceState, now: Millis) {
        let Some(device) = self.connections.get(&connection).map(|found| found.device) else {
            return;
        };
        let Some(channel) = self.voice.channel_by_device.get(&device).copied() else {
            return;
        };
        let Some(community) = self.community().map(Arc::clone) else {
            return;
        };
        let before = self.voice.roster(channel);
        let mut roster = before.clone();
        for seat in &mut roster.participants {
            if seat.device == device {
                seat.state = state;
            }
        }
        // What the log does not allow, such as an open microphone of somebody who was muted, is not told on.
        let checked = self.voice.allowed(&community, &roster, now);
        if checked == before {
            return;
        }
        self.voice.rosters.insert(channel, checked.participants);
        let sent_at = self.voice.sent_at.get(&channel).copied().unwrap_or(0);
        let next = sent_at.saturating_add(STATE_INTERVAL);
        if next <= now {
            self.send_roster_to_all(channel, now);
        } else {
            self.voice.due.entry(channel).or_insert(next);
        }
    }

    pub(super) fn ice_servers(
        &self,
        connection: ConnectionId,
        now: Millis,
    ) -> Result<Response, ErrorCode> {
        let found = self.connections.get(&connection);
        let device = found.ok_or(ErrorCode::NotAuthenticated)?.device;
        Ok(Response::IceServers(self.ice.servers(device, now)))
    }

    pub(super) fn voice_timeout(&mut self, now: Millis) {
        for device in self.voice.away_since(RECONNECT_GRACE, now) {
            if let Some(channel) = self.voice.remove(device) {
                self.send_roster_to_all(channel, now);
            }
            if self.connection_by_device.contains_key(&device) {
                self.voice.away.remove(&device);
            }
        }
        for device in self.voice.away_since(TURN_GRACE, now) {
            self.voice.away.remove(&device);
            self.shared.set_live(device, false);
        }
        let due: Vec<_> = self
            .voice
            .due
            .iter()
            .filter(|(_, due)| **due <= now)
            .map(|(channel, _)| *channel)
            .collect();
        for channel in due {
            self.send_roster_to_all(channel, now);
        }
    }

    /// Sends the roster of a channel to one connection, if it is not empty.
    pub(super) fn send_roster(&self, connection: ConnectionId, channel: ChannelId) {
        if self.voice.rosters.contains_key(&channel) {
            let roster = RelayToClient::Roster(self.voice.roster(channel));
            let frame = Frame::new(&roster);
            self.send_state(connection, StateKey::Roster(channel), frame);
        }
    }

    pub(super) fn send_roster_to_all(&mut self, channel: ChannelId, now: Millis) {
        self.voice.due.remove(&channel);
        if self.voice.rosters.contains_key(&channel) {
            self.voice.sent_at.insert(channel, now);
        } else {
            self.voice.sent_at.remove(&channel);
        }
        let Some(community) = self.community() else {
            return;
        };
        let frame = Frame::new(&RelayToClient::Roster(self.voice.roster(channel)));
        for connection in self.connections.values() {
            if self.may_see(community, connection, &channel) {
                connection.send_state(StateKey::Roster(channel), frame.clone(), &self.out);
            }
        }
    }
}

/// Whoever wants to come in as the log lets them: muted, if they may not speak.
fn admit(
    community: &Community,
    before: &Roster,
    joins: Participant,
    now: Millis,
) -> Result<Participant, ErrorCode> {
    if !community.may_stay(&joins, &before.channel, now) {
        return Err(ErrorCode::NotPermitted);
    }
    let mut after = before.clone();
    let is_it = |one: &Participant| one.device == joins.device;
    let same_stay = |one: &&mut Participant| is_it(one) && one.session == joins.session;
    if let Some(seat) = after.participants.iter_mut().find(same_stay) {
        seat.state = joins.state;
    } else {
        after.participants.retain(|one| !is_it(one));
        after.participants.push(joins);
    }
    let checked = community.checked_roster(&after, now);
    let seat = checked.participants.into_iter().find(is_it);
    seat.ok_or(ErrorCode::Full)
}

/// Of a person's devices only the newest stays, until it was told that another one took over.
fn keep_newest_of(participants: &mut Vec<Participant>, user: UserId) {
    let newest = participants.iter().rfind(|it| it.user == user);
    let newest = newest.map(|it| it.device);
    participants.retain(|it| it.user != user || Some(it.device) == newest);
}
