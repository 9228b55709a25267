//! One other device of the call: the connection to it, and its replacements.
//!
//! Joins negotiation, candidates and recovery; decides nothing about who is in the call.

mod mending;

use parley_protocol::Millis;
use parley_protocol::ids::CallSessionId;

use super::candidates::{Incoming, Outgoing};
use super::effect::{CallEffect, PeerCommand, PeerId, PeerStatus, Shared};
use super::event::PeerEvent;
use super::ignored::Ignored;
use super::negotiation::{Negotiation, Step};
use super::recovery::Recovery;
use super::signal::{Candidates, Description, MAX_SDP_BYTES, SignalBody};
use super::timing;

/// One other device.
#[derive(Debug)]
pub(super) struct Peer {
    id: PeerId,
    session: CallSessionId,
    is_polite: bool,
    connection: u32,
    negotiation: Negotiation,
    outgoing: Outgoing,
    incoming: Incoming,
    recovery: Recovery,
    /// When this side makes the first offer, if the other does not.
    offer_at: Option<Millis>,
    replaced_by_other: Option<Millis>,
    missing_since: Option<Millis>,
    /// The path in use goes through TURN, which ends with the relay.
    is_relayed: bool,
    /// The relay came back, and has not told its servers yet.
    waits_for_servers: bool,
    status: PeerStatus,
}

/// What a peer is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Beginning {
    pub(super) id: PeerId,
    pub(super) session: CallSessionId,
    pub(super) is_polite: bool,
    pub(super) connection: u32,
    pub(super) offers_first: bool,
}

impl Peer {
    pub(super) fn new(beginning: Beginning, shared: &mut Shared, now: Millis) -> Self {
        let Beginning {
            id,
            session,
            is_polite,
            connection,
            offers_first,
        } = beginning;
        let mut peer = Self {
            id,
            session,
            is_polite,
            connection,
            negotiation: Negotiation::new(is_polite),
            outgoing: Outgoing::default(),
            incoming: Incoming::default(),
            recovery: Recovery::new(is_polite, now),
            offer_at: None,
            replaced_by_other: None,
            missing_since: None,
            is_relayed: false,
            waits_for_servers: false,
            status: PeerStatus::Connecting,
        };
        shared.create(id);
        shared.effects.push_back(CallEffect::PeerStatus {
            device: id.device,
            status: PeerStatus::Connecting,
        });
        peer.begin(offers_first, shared, now);
        peer
    }

    fn begin(&mut self, offers: bool, shared: &mut Shared, now: Millis) {
        if offers {
            self.offer_at = None;
            let steps = self.negotiation.offer(now);
            self.run(steps, shared, now);
        } else {
            self.offer_at = Some(now.saturating_add(timing::FIRST_OFFER));
        }
    }

    pub(super) fn id(&self) -> PeerId {
        self.id
    }

    pub(super) fn session(&self) -> CallSessionId {
        self.session
    }

    pub(super) fn connection(&self) -> u32 {
        self.connection
    }

    pub(super) fn status(&self) -> PeerStatus {
        self.status
    }

    /// Since when the roster does not name it.
    pub(super) fn missing_since(&self) -> Option<Millis> {
        self.missing_since
    }

    pub(super) fn handle_missing(&mut self, now: Millis) {
        self.missing_since.get_or_insert(now);
    }

    pub(super) fn handle_present(&mut self) {
        self.missing_since = None;
    }

    pub(super) fn may_live(&self) -> bool {
        self.recovery.may_live()
    }

    pub(super) fn is_dead(&self) -> bool {
        self.recovery.is_dead()
    }

    /// A description from the other side.
    pub(super) fn handle_description(
        &mut self,
        connection: u32,
        description: Description,
        shared: &mut Shared,
        now: Millis,
    ) {
        if connection < self.connection {
            return shared.ignore(Some(self.id.device), Ignored::OldConnection);
        }
        if connection > self.connection && !self.follow(connection, &description, shared, now) {
            return;
        }
        let steps = self.negotiation.handle_description(description, now);
        self.run(steps, shared, now);
        self.tell(shared, now);
    }

    /// Candidates from the other side.
    pub(super) fn handle_candidates(
        &mut self,
        connection: u32,
        candidates: Candidates,
        shared: &mut Shared,
    ) {
        match self.incoming.push(connection, self.connection, candidates) {
            Ok(Some(candidates)) => self.add(candidates, shared),
            Ok(None) => {}
            Err(reason) => shared.ignore(Some(self.id.device), reason),
        }
    }

    /// An event of the present browser connection.
    pub(super) fn handle_event(&mut self, event: PeerEvent, shared: &mut Shared, now: Millis) {
        match event {
            PeerEvent::CreationFailed | PeerEvent::DescriptionFailed => self.handle_broken(now),
            PeerEvent::NegotiationNeeded => {
                if self.negotiation.has_completed() {
                    let steps = self.negotiation.offer(now);
                    self.run(steps, shared, now);
                }
            }
            PeerEvent::LocalDescription { kind: _, sdp } if sdp.0.len() > MAX_SDP_BYTES => {
                self.handle_broken(now);
            }
            PeerEvent::LocalDescription { kind, sdp } => {
                let steps = self.negotiation.handle_local(kind, sdp, now);
                self.run(steps, shared, now);
            }
            PeerEvent::RemoteDescriptionSet => {
                let steps = self.negotiation.handle_remote_set(now);
                self.run(steps, shared, now);
            }
            PeerEvent::Candidate(candidate) => self.outgoing.push(candidate, now),
            PeerEvent::GatheringComplete => self.outgoing.complete(now),
            PeerEvent::ConnectionState(state) => self.recovery.handle_state(state, now),
            PeerEvent::Path { is_relayed } => self.is_relayed = is_relayed,
            PeerEvent::Impostor => self.recovery.handle_impostor(now),
            PeerEvent::Silence => self.recovery.handle_hint(now),
        }
        self.flush(shared, now);
        self.tell(shared, now);
    }

    /// The network of this device is another one.
    pub(super) fn handle_network_change(&mut self, now: Millis) {
        self.recovery.handle_hint(now);
    }

    /// The relay is back: what it may have lost goes again. A path through it is gone if it was started anew.
    pub(super) fn handle_relay_back(&mut self, shared: &mut Shared, now: Millis) {
        self.recovery.handle_relay_back(now);
        if self.is_relayed {
            self.recovery.handle_hint(now);
        }
        self.waits_for_servers = true;
        self.recovery
            .wait_until(now.saturating_add(timing::FRESH_SERVERS));
        if !self.recovery.is_connected() {
            self.outgoing.rewind(now);
        }
        let steps = self.negotiation.send_offer_again(now);
        self.run(steps, shared, now);
    }

    /// The relay's STUN and TURN servers are here: what waited for them goes on.
    pub(super) fn handle_servers(&mut self, shared: &mut Shared, now: Millis) {
        let waited = std::mem::take(&mut self.waits_for_servers);
        let fresh = now.saturating_add(timing::FRESH_SERVERS);
        if waited && self.recovery.act_at().is_some_and(|at| at <= fresh) {
            self.mend(shared, now);
            self.flush(shared, now);
            self.tell(shared, now);
        }
    }

    /// When something is due. Without the relay nothing can be.
    pub(super) fn deadline(&self, shared: &Shared) -> Option<Millis> {
        if !shared.relay_is_up {
            return None;
        }
        let status = match self.status {
            PeerStatus::Connecting | PeerStatus::Reconnecting => self.recovery.status_deadline(),
            PeerStatus::Connected | PeerStatus::Failed | PeerStatus::Refused => None,
        };
        let again_at = self
            .outgoing
            .again_at()
            .filter(|_| !self.recovery.is_connected());
        [
            self.outgoing.deadline(),
            again_at,
            self.negotiation.deadline(),
            self.offer_at,
            self.recovery.act_at(),
            status,
        ]
        .into_iter()
        .flatten()
        .min()
    }

    pub(super) fn handle_timeout(&mut self, shared: &mut Shared, now: Millis) {
        if !shared.relay_is_up {
            return;
        }
        let is_due = |at: Option<Millis>| at.is_some_and(|at| at <= now);
        if is_due(self.recovery.act_at()) {
            self.mend(shared, now);
        }
        if is_due(self.offer_at) {
            self.begin(true, shared, now);
        }
        if is_due(self.negotiation.deadline()) {
            self.offer_again(shared, now);
        }
        if is_due(self.outgoing.again_at()) && !self.recovery.is_connected() {
            self.outgoing.send_again(now);
        }
        self.flush(shared, now);
        self.tell(shared, now);
    }

    /// Ends the connection for good.
    pub(super) fn close(self, shared: &mut Shared) {
        shared.command(self.id, PeerCommand::Close);
        let device = self.id.device;
        shared.effects.push_back(CallEffect::PeerGone { device });
    }

    /// Tells the other side that this one leaves.
    pub(super) fn say_bye(&self, shared: &mut Shared) {
        shared.send(
            self.id.device,
            self.session,
            self.connection,
            SignalBody::Bye,
        );
    }

    fn run(&mut self, steps: Vec<Step>, shared: &mut Shared, now: Millis) {
        for step in steps {
            match step {
                Step::SetLocal(kind) => {
                    self.outgoing.pause();
                    shared.command(self.id, PeerCommand::SetLocalDescription { kind });
                }
                Step::SetRemote(kind, sdp) => {
                    self.offer_at = None;
                    shared.command(self.id, PeerCommand::SetRemoteDescription { kind, sdp });
                }
                Step::RolledBack => self.outgoing.clear(),
                Step::Send { description, again } => self.send(description, again, shared, now),
                Step::Applied(key) => {
                    for candidates in self.incoming.applied(key, self.connection) {
                        self.add(candidates, shared);
                    }
                }
                Step::Completed => self.recovery.handle_completed(now),
                Step::Ignore(reason) => shared.ignore(Some(self.id.device), reason),
            }
        }
    }

    fn send(&mut self, description: Description, again: bool, shared: &mut Shared, now: Millis) {
        if again {
            self.outgoing.rewind(now);
        } else {
            self.outgoing.described(&description);
        }
        let body = SignalBody::Description(description);
        shared.send(self.id.device, self.session, self.connection, body);
        self.flush(shared, now);
    }

    fn flush(&mut self, shared: &mut Shared, now: Millis) {
        if !shared.relay_is_up {
            return;
        }
        for candidates in self.outgoing.take_due(now) {
            let body = SignalBody::Candidates(candidates);
            shared.send(self.id.device, self.session, self.connection, body);
        }
    }

    fn add(&self, candidates: Candidates, shared: &mut Shared) {
        let Candidates {
            kind: _,
            negotiation: _,
            candidates,
            end,
        } = candidates;
        shared.command(self.id, PeerCommand::AddCandidates { candidates, end });
    }

    /// Says how the peer is, if that changed.
    pub(super) fn tell(&mut self, shared: &mut Shared, now: Millis) {
        let status = self.recovery.status(now, shared.relay_is_up);
        if status != self.status {
            self.status = status;
            let device = self.id.device;
            shared
                .effects
                .push_back(CallEffect::PeerStatus { device, status });
        }
    }
}
