//! Rooms of direct calls: rosters of ids that stand in no log. Whoever names a room is let in, and only they hear who
//! else is in it. So the relay knows which devices talk, as it does by what they send one another, and not in which
//! conversation; the next call is in another room. Whether somebody belongs into a room is the clients' matter.
//!
//! A device is in one room at most, and a room ends with the last one in it: there are never more rooms than devices.

use std::sync::Arc;

use parley_protocol::Millis;
use parley_protocol::community::Community;
use parley_protocol::error::ErrorCode;
use parley_protocol::frame::Response;
use parley_protocol::ids::ChannelId;
use parley_protocol::limits::MAX_VOICE_PARTICIPANTS;
use parley_protocol::voice::{Participant, Roster};

use super::connection::Connection;
use super::voice::{Join, Voice};
use super::{ConnectionId, Core};

impl Voice {
    /// A roster as the log allows it (see [`Community::checked_roster`]). In a room that is every member's device, and
    /// nobody once a channel has taken the room's id.
    pub(super) fn allowed(&self, community: &Community, roster: &Roster, now: Millis) -> Roster {
        let channel = roster.channel;
        if !self.rooms.has(&channel) {
            return community.checked_roster(roster, now);
        }
        let is_channel = community.channels().contains_key(&channel);
        let there = roster.participants.iter();
        let there = there.filter(|one| !is_channel && community.active_member(&one.user).is_some());
        Roster {
            channel,
            participants: there.copied().collect(),
        }
    }
}

impl Core {
    pub(super) fn join_room(
        &mut self,
        connection: ConnectionId,
        join: Join,
        now: Millis,
    ) -> Result<Response, ErrorCode> {
        let found = self.connections.get(&connection);
        let found = found.ok_or(ErrorCode::NotAuthenticated)?;
        let Join {
            channel: room,
            session,
            state,
        } = join;
        let participant = Participant {
            device: found.device,
            user: found.user,
            session,
            state,
        };
        let community = self.community().map(Arc::clone);
        let community = community.ok_or(ErrorCode::NotSetUp)?;
        let is_taken = self.voice.rosters.contains_key(&room) && !self.voice.rooms.has(&room);
        if is_taken || community.channels().contains_key(&room) {
            return Err(ErrorCode::NotPermitted);
        }
        let before = self.voice.roster(room);
        let others = before.participants.iter();
        let others = others.filter(|other| other.device != participant.device);
        if others.count() >= MAX_VOICE_PARTICIPANTS {
            return Err(ErrorCode::Full);
        }
        self.voice.rooms.begin(room);
        self.seat(room, participant, &before, now);
        // Whoever is back after a broken connection was told of channels, and of no room.
        self.send_roster(connection, room);
        self.ice_servers(connection, now)
    }

    /// Whether a connection is told who is in a channel or a room.
    pub(super) fn may_see(
        &self,
        community: &Community,
        connection: &Connection,
        id: &ChannelId,
    ) -> bool {
        let is_in = || self.voice.channel_by_device.get(&connection.device) == Some(id);
        if self.voice.rooms.has(id) {
            return is_in();
        }
        let terms = connection.guest;
        community.may_read(&connection.user, id) || terms.is_some_and(|terms| terms.channel == *id)
    }
}
