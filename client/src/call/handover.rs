//! One person, one device in a call: the device that came later takes over, and the earlier one goes when it is told so.
//!
//! The later one says it (by Olm, so that no relay can) as soon as it is connected to everybody else, and again until
//! the roster does not name the earlier one any more.

use parley_protocol::Millis;
use parley_protocol::ids::{CallSessionId, DeviceId};
use parley_protocol::voice::Roster;

use super::effect::{CallEffect, PeerStatus};
use super::peer::Peer;
use super::signal::SignalBody;
use super::{Call, timing};

/// A device that does not hear it as often as this is hardly there, whatever the roster says: it is told seldom from then
/// on.
const OFTEN: u32 = 20;

/// The same person's other devices in the roster.
#[derive(Debug, Default)]
pub(super) struct Handover {
    /// Those that came earlier, with their stays.
    earlier: Vec<(DeviceId, CallSessionId)>,
    /// Those that came later.
    later: Vec<(DeviceId, CallSessionId)>,
    /// Not waited for longer than until then.
    at_the_latest: Millis,
    /// When the earlier ones are told next, once it began.
    tell_at: Option<Millis>,
    /// How often they were told.
    told: u32,
}

impl Handover {
    /// Whether a device is another one of this person.
    pub(super) fn is_own(&self, device: &DeviceId) -> bool {
        let mut own = self.earlier.iter().chain(&self.later);
        own.any(|(one, _)| one == device)
    }

    /// Takes the roster, in which this device stands at `my_place`.
    pub(super) fn handle_roster(&mut self, roster: &Roster, my_place: Option<usize>, now: Millis) {
        let Some((mine, me)) = my_place.and_then(|at| Some((at, roster.participants.get(at)?)))
        else {
            return;
        };
        let had_earlier = !self.earlier.is_empty();
        let others = roster.participants.iter().enumerate();
        let own: Vec<_> = others
            .filter(|(_, one)| one.user == me.user && one.device != me.device)
            .map(|(place, one)| (place, (one.device, one.session)))
            .collect();
        let of = |is_earlier: bool| {
            let those = own
                .iter()
                .filter(|(place, _)| (*place < mine) == is_earlier);
            those.map(|(_, stay)| *stay).collect()
        };
        self.earlier = of(true);
        self.later = of(false);
        if self.earlier.is_empty() {
            self.tell_at = None;
            self.told = 0;
        } else if !had_earlier {
            self.at_the_latest = now.saturating_add(timing::HANDOVER_AT_LATEST);
        }
    }

    fn deadline(&self) -> Option<Millis> {
        let waits = !self.earlier.is_empty();
        waits.then(|| self.tell_at.unwrap_or(self.at_the_latest))
    }
}

impl Call {
    /// Tells the person's earlier devices to go, when this one can be heard.
    pub(super) fn hand_over(&mut self, now: Millis) {
        if self.handover_deadline().is_none() {
            return;
        }
        let is_ready = now >= self.handover.at_the_latest || self.peers.values().all(is_settled);
        let is_due = self.handover.tell_at.map_or(is_ready, |at| at <= now);
        if !is_due {
            return;
        }
        self.handover.told = self.handover.told.saturating_add(1);
        let again = if self.handover.told < OFTEN {
            timing::HANDOVER_AGAIN
        } else {
            timing::HANDOVER_SELDOM
        };
        self.handover.tell_at = Some(now.saturating_add(again));
        for (device, stay) in self.handover.earlier.clone() {
            self.shared.send(device, stay, 1, SignalBody::TakeOver);
        }
    }

    /// When the earlier devices are told next. Without the relay that has to wait.
    pub(super) fn handover_deadline(&self) -> Option<Millis> {
        let may_tell = self.shared.relay_is_up && !self.has_left;
        self.handover.deadline().filter(|_| may_tell)
    }

    /// A device says that it took over. Only a later one of this person may.
    pub(super) fn handle_take_over(&mut self, from: DeviceId, stay: CallSessionId) -> bool {
        let may = self.handover.later.contains(&(from, stay));
        if may {
            self.shared.effects.push_back(CallEffect::TakenOver);
        }
        may
    }
}

fn is_settled(peer: &Peer) -> bool {
    matches!(peer.status(), PeerStatus::Connected | PeerStatus::Failed)
}
