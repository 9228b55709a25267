//! The network between browsers: which paths there are, and what the connections make of them.

use parley_client::call::{ConnectionState, PeerEvent, PeerId};

use super::super::browser::FakePeer;
use super::{Event, World};

impl World {
    // Paths.

    /// Finds which connections have a path now, and tells browsers what changed.
    pub(super) fn reconcile_links(&mut self) {
        let places: Vec<(usize, PeerId)> = (0..self.nodes.len())
            .flat_map(|at| self.nodes[at].browser.keys().map(move |peer| (at, *peer)))
            .collect();
        for (at, peer) in places {
            let linked = self.other_end(at, peer).is_some();
            let now = self.now;
            let Some(fake) = self.nodes[at].browser.get_mut(&peer) else {
                continue;
            };
            let next = next_state(fake, linked, now);
            if linked {
                fake.last_linked = now;
            }
            let was = std::mem::replace(&mut fake.state, next);
            if was != next {
                // Always equally late, because a browser tells of states in order.
                let event = PeerEvent::ConnectionState(next);
                self.schedule(now + 2, Event::Tell { at, peer, event });
            }
            if !linked {
                self.schedule_look();
            }
        }
    }

    pub(super) fn schedule_look(&mut self) {
        let at = self.now + 500;
        if !self
            .events
            .values()
            .any(|event| matches!(event, Event::Look))
        {
            self.schedule(at, Event::Look);
        }
    }

    /// The connection at the other end with which this one has a path.
    pub(in crate::call) fn other_end(&self, at: usize, peer: PeerId) -> Option<PeerId> {
        let other = self
            .nodes
            .iter()
            .position(|node| node.device == peer.device)?;
        if self.blocked.contains(&(at.min(other), at.max(other))) {
            return None;
        }
        let fake = self.nodes[at].browser.get(&peer)?;
        let me = self.nodes[at].device;
        let theirs = self.nodes[other]
            .browser
            .iter()
            .find(|(id, theirs)| id.device == me && fake.matches(theirs))?;
        Some(*theirs.0)
    }

    pub(in crate::call) fn block(&mut self, a: usize, b: usize) {
        self.blocked.insert((a.min(b), a.max(b)));
        self.reconcile_links();
    }

    pub(in crate::call) fn unblock(&mut self, a: usize, b: usize) {
        self.blocked.remove(&(a.min(b), a.max(b)));
        self.reconcile_links();
    }

    /// From now on this connection finds no path.
    pub(in crate::call) fn damage(&mut self, at: usize, peer: PeerId) {
        let fake = self.nodes[at].browser.get_mut(&peer).expect("open");
        fake.is_damaged = true;
        self.reconcile_links();
    }
}

/// A path that is lost for two seconds is silent, after eight it failed; a path not found in 15 failed.
fn next_state(fake: &FakePeer, linked: bool, now: u64) -> ConnectionState {
    if linked {
        return ConnectionState::Connected;
    }
    let lost_for = now.saturating_sub(fake.last_linked);
    let checking_for = now.saturating_sub(fake.checking_since);
    match fake.state {
        ConnectionState::Connected if lost_for < 2_000 => ConnectionState::Connected,
        ConnectionState::Connected => ConnectionState::Disconnected,
        ConnectionState::Disconnected if lost_for < 8_000 => ConnectionState::Disconnected,
        ConnectionState::New if fake.remote.is_none() => ConnectionState::New,
        ConnectionState::Failed if checking_for < 1_000 => ConnectionState::Connecting,
        ConnectionState::New | ConnectionState::Connecting if checking_for < 15_000 => {
            ConnectionState::Connecting
        }
        ConnectionState::New
        | ConnectionState::Connecting
        | ConnectionState::Disconnected
        | ConnectionState::Failed => ConnectionState::Failed,
        ConnectionState::Closed => ConnectionState::Closed,
    }
}
