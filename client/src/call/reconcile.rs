//! The roster and the peers: who gets a connection, and who loses it.

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::ids::{CallSessionId, DeviceId};
use parley_protocol::limits::MAX_VOICE_PARTICIPANTS;
use parley_protocol::voice::Roster;

use super::peer::{Beginning, Peer};
use super::{Call, Ignored, timing};
use crate::sorted;

/// Stays whose last connection is remembered. The oldest that are not here any more are forgotten above it.
const MAX_REMEMBERED: usize = 4 * MAX_VOICE_PARTICIPANTS;

/// Another device that the roster names.
#[derive(Debug, Clone, Copy)]
struct Present {
    session: CallSessionId,
    /// It was there before this device.
    came_first: bool,
}

impl Call {
    /// Takes the roster. Whoever hands it in has left out the devices that the community log does not name.
    pub fn handle_roster(&mut self, roster: &Roster, now: Millis) {
        if self.has_left {
            return self.shared.ignore(None, Ignored::CallIsOver);
        }
        if roster.channel != self.shared.channel {
            return self.shared.ignore(None, Ignored::OtherChannel);
        }
        if roster.participants.len() > MAX_VOICE_PARTICIPANTS {
            self.shared.ignore(None, Ignored::RosterTooLong);
        }
        let my_place = roster
            .participants
            .iter()
            .position(|one| one.device == self.me && one.session == self.shared.session);
        self.has_joined |= my_place.is_some();
        self.handover.handle_roster(roster, my_place, now);
        if self.has_joined {
            let present = self.present(roster, my_place);
            self.ended.retain(|(device, session)| {
                present
                    .get(device)
                    .is_some_and(|present| present.session == *session)
            });
            self.connect(&present, now);
            self.miss(&present, now);
            self.replay(now);
            self.hand_over(now);
        }
        self.tell(now);
    }

    fn present(&self, roster: &Roster, my_place: Option<usize>) -> LiteMap<DeviceId, Present> {
        let others = roster
            .participants
            .iter()
            .take(MAX_VOICE_PARTICIPANTS)
            .enumerate();
        let others =
            others.filter(|(_, one)| one.device != self.me && !self.handover.is_own(&one.device));
        sorted::map(others.map(|(place, one)| {
            let present = Present {
                session: one.session,
                came_first: my_place.is_none_or(|mine| place < mine),
            };
            (one.device, present)
        }))
    }

    fn connect(&mut self, present: &LiteMap<DeviceId, Present>, now: Millis) {
        for (device, one) in present {
            if let Some(peer) = self.peers.get_mut(device) {
                if peer.session() == one.session {
                    peer.handle_present();
                    continue;
                }
                self.close_peer(*device);
            }
            if !self.ended.contains(&(*device, one.session)) {
                self.open_peer(*device, *one, now);
            }
        }
    }

    fn open_peer(&mut self, device: DeviceId, present: Present, now: Millis) {
        let earlier = self
            .connections
            .get(&device)
            .filter(|(session, _)| *session == present.session);
        let connection = earlier.map_or(1, |(_, last)| last.saturating_add(1));
        let beginning = Beginning {
            id: self.shared.next_peer_id(device),
            session: present.session,
            is_polite: self.me < device,
            connection,
            // Who meets again cannot count on the other having noticed.
            offers_first: present.came_first || earlier.is_some(),
        };
        let peer = Peer::new(beginning, &mut self.shared, now);
        self.peers.insert(device, peer);
    }

    pub(super) fn close_peer(&mut self, device: DeviceId) {
        let Some(peer) = self.peers.remove(&device) else {
            return;
        };
        if self.connections.len() >= MAX_REMEMBERED {
            self.connections
                .retain(|device, _| self.peers.contains_key(device));
        }
        self.connections
            .insert(device, (peer.session(), peer.connection()));
        peer.close(&mut self.shared);
    }

    fn miss(&mut self, present: &LiteMap<DeviceId, Present>, now: Millis) {
        for (device, peer) in &mut self.peers {
            if !present.contains_key(device) {
                peer.handle_missing(now);
            }
        }
        self.close_missing(now);
    }

    /// Closes the peers that have been missing for too long.
    pub(super) fn close_missing(&mut self, now: Millis) {
        let overdue: Vec<DeviceId> = self
            .peers
            .iter()
            .filter(|(_, peer)| self.missing_deadline(peer).is_some_and(|at| at <= now))
            .map(|(device, _)| *device)
            .collect();
        for device in overdue {
            self.close_peer(device);
        }
    }

    /// When a peer that the roster does not name is closed. Without the relay the roster means nothing.
    pub(super) fn missing_deadline(&self, peer: &Peer) -> Option<Millis> {
        let since = peer.missing_since().filter(|_| self.shared.relay_is_up)?;
        if peer.is_dead() {
            return Some(since);
        }
        let patience = if peer.may_live() {
            timing::MISSING_GRACE
        } else {
            0
        };
        Some(since.saturating_add(patience).max(self.grace_until))
    }

    /// Acts on the signals whose senders the roster names by now.
    fn replay(&mut self, now: Millis) {
        let peers = &self.peers;
        let ready = self.hold.take(|held| {
            peers
                .get(&held.from)
                .is_some_and(|peer| peer.session() == held.signal.from_session)
        });
        for held in ready {
            if self.ended.contains(&(held.from, held.signal.from_session)) {
                self.shared.ignore(Some(held.from), Ignored::SenderLeft);
            } else {
                self.act_on_signal(held.from, held.signal, now);
            }
        }
    }
}
