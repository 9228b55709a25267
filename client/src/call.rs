//! One stay in one voice channel: a mesh of connections, one to each other device of the roster.
//!
//! The machine says what the browser's connections shall do and what the devices tell each other; it
//! never touches either. Its owner feeds it and drains it after each input:
//!
//! | input | source |
//! |---|---|
//! | [`Call::handle_roster`] | the relay, less the devices that the community log does not name |
//! | [`Call::handle_signal`] | another device, decrypted by Olm |
//! | [`Call::handle_peer`] | the browser's connection, see [`PeerEvent`] |
//! | [`Call::handle_relay_lost`], [`Call::handle_relay_back`] | the socket |
//! | [`Call::handle_network_change`] | the browser: another network or address |
//! | [`Call::handle_ice_servers`] | the relay's answer to joining, or to [`CallEffect::RefreshIceServers`] |
//! | [`Call::handle_removed`] | the community log: a device or member is out |
//! | [`Call::retry`], [`Call::set_relay_only`], [`Call::leave`] | a person |
//! | [`Call::handle_timeout`] | the clock, at [`Call::poll_timeout`] |
//!
//! Who came later offers first. Both may offer at once all the same; then the device with the smaller id
//! is the polite one and gives way. A lost signal is sent again, a broken path mended by an ICE restart,
//! a connection that does not heal replaced by one with a higher number, which the other side follows.
//! While the relay is away nothing is closed and nothing is sent.
//!
//! Not here: who is muted or speaking (the roster's state), and any media.

mod candidates;
mod config;
pub mod control;
mod effect;
mod event;
mod handover;
mod hiding;
mod hold;
mod ignored;
mod machine;
mod negotiation;
mod peer;
mod reconcile;
mod recovery;
mod rights;
pub mod sending;
mod signal;
mod timing;

use std::collections::VecDeque;

use litemap::LiteMap;
use parley_protocol::Millis;
use parley_protocol::ids::{CallSessionId, ChannelId, DeviceId};
use parley_protocol::map::IdSet;
use parley_protocol::voice::IceServers;

pub use config::{CallConfig, PeerView};
pub use effect::{CallEffect, CallEnd, CallStatus, PeerCommand, PeerId, PeerStatus};
pub use event::{ConnectionState, PeerEvent};
pub use ignored::Ignored;
pub(crate) use machine::{Begin, CallInput, CallMachine, begin};
pub use rights::Rights;
pub use signal::{
    CallSignal, Candidates, Description, DescriptionKind, IceCandidate, MAX_CANDIDATE_BYTES,
    MAX_CANDIDATES, MAX_SDP_BYTES, Sdp, SignalBody, SignalError,
};

use effect::Shared;
use handover::Handover;
use hold::Hold;
use peer::Peer;

/// One stay in one voice channel.
#[derive(Debug)]
pub struct Call {
    me: DeviceId,
    shared: Shared,
    peers: LiteMap<DeviceId, Peer>,
    hold: Hold,
    handover: Handover,
    /// Stays that ended for good, while the roster still names them.
    ended: IdSet<(DeviceId, CallSessionId)>,
    /// The last connection made with a stay, so that the next one has a higher number.
    connections: LiteMap<DeviceId, (CallSessionId, u32)>,
    has_joined: bool,
    has_left: bool,
    /// After the relay came back: until then nobody is missed.
    grace_until: Millis,
    refresh_at: Option<Millis>,
    /// Whether addresses are hidden was changed while the relay was away.
    must_replace: bool,
    status: CallStatus,
}

impl Call {
    /// Begins a stay. Peers come with the first roster that names it.
    pub fn new(config: CallConfig, now: Millis) -> Self {
        let CallConfig {
            me,
            session,
            channel,
            ice,
            relay_only,
        } = config;
        let refresh_at = Some(refresh_at(&ice, now));
        Self {
            me,
            shared: Shared {
                session,
                channel,
                ice,
                relay_only,
                relay_is_up: true,
                effects: VecDeque::from([CallEffect::Status(CallStatus::Joining)]),
                generations: 0,
            },
            peers: LiteMap::new(),
            hold: Hold::default(),
            handover: Handover::default(),
            ended: IdSet::new(),
            connections: LiteMap::new(),
            has_joined: false,
            has_left: false,
            grace_until: 0,
            refresh_at,
            must_replace: false,
            status: CallStatus::Joining,
        }
    }

    /// The voice channel.
    pub fn channel(&self) -> ChannelId {
        self.shared.channel
    }

    /// This stay.
    pub fn session(&self) -> CallSessionId {
        self.shared.session
    }

    /// How the whole call is.
    pub fn status(&self) -> CallStatus {
        self.status
    }

    /// The other devices.
    pub fn peers(&self) -> impl Iterator<Item = PeerView> {
        self.peers.values().map(|peer| PeerView {
            id: peer.id(),
            session: peer.session(),
            status: peer.status(),
            in_roster: peer.missing_since().is_none(),
        })
    }

    /// Takes a signal from another device.
    pub fn handle_signal(&mut self, from: DeviceId, signal: CallSignal, now: Millis) {
        if let Err(reason) = self.check_signal(from, &signal) {
            return self.shared.ignore(Some(from), reason);
        }
        if let SignalBody::TakeOver = signal.body {
            if !self.handle_take_over(from, signal.from_session) {
                self.shared.ignore(Some(from), Ignored::NoTakeOver);
            }
            return;
        }
        match self.peers.get(&from) {
            Some(peer) if peer.session() == signal.from_session => {
                self.act_on_signal(from, signal, now);
            }
            Some(_) | None => {
                if !self.hold.push(from, signal, now) {
                    self.shared.ignore(Some(from), Ignored::TooManyHeld);
                }
            }
        }
    }

    fn check_signal(&self, from: DeviceId, signal: &CallSignal) -> Result<(), Ignored> {
        if self.has_left {
            return Err(Ignored::CallIsOver);
        }
        if from == self.me {
            return Err(Ignored::FromMyself);
        }
        if signal.channel != self.shared.channel {
            return Err(Ignored::OtherChannel);
        }
        if signal.to_session != self.shared.session {
            return Err(Ignored::OtherStay);
        }
        if self.ended.contains(&(from, signal.from_session)) {
            return Err(Ignored::SenderLeft);
        }
        signal.check().map_err(Ignored::Malformed)
    }

    fn act_on_signal(&mut self, from: DeviceId, signal: CallSignal, now: Millis) {
        let CallSignal {
            channel: _,
            from_session,
            to_session: _,
            connection,
            body,
        } = signal;
        let Some(peer) = self.peers.get_mut(&from) else {
            return;
        };
        match body {
            SignalBody::Description(description) => {
                peer.handle_description(connection, description, &mut self.shared, now);
            }
            SignalBody::Candidates(candidates) => {
                peer.handle_candidates(connection, candidates, &mut self.shared);
            }
            SignalBody::TakeOver => {}
            SignalBody::Bye => {
                self.ended.insert((from, from_session));
                self.close_peer(from);
            }
        }
    }

    /// Takes an event of a browser connection.
    pub fn handle_peer(&mut self, id: PeerId, event: PeerEvent, now: Millis) {
        match self.peers.get_mut(&id.device) {
            Some(peer) if peer.id() == id => peer.handle_event(event, &mut self.shared, now),
            Some(_) | None => self.shared.ignore(Some(id.device), Ignored::LateEvent),
        }
        self.close_missing(now);
        self.hand_over(now);
    }

    /// The socket to the relay broke. Connections stay as they are.
    pub fn handle_relay_lost(&mut self, now: Millis) {
        self.shared.relay_is_up = false;
        self.tell(now);
    }

    /// The relay has welcomed this device again.
    pub fn handle_relay_back(&mut self, now: Millis) {
        if self.has_left {
            return;
        }
        self.shared.relay_is_up = true;
        self.grace_until = now.saturating_add(timing::RELAY_GRACE);
        for (_, peer) in self.peers.iter_mut() {
            peer.handle_relay_back(&mut self.shared, now);
        }
        self.replace_all(now);
        self.handle_timeout(now);
    }

    /// Takes fresh TURN credentials. Connections use them from their next ICE restart on.
    pub fn handle_ice_servers(&mut self, ice: IceServers, now: Millis) {
        if self.has_left {
            return;
        }
        self.refresh_at = Some(refresh_at(&ice, now));
        self.shared.ice = ice;
        self.configure();
        for (_, peer) in self.peers.iter_mut() {
            peer.handle_servers(&mut self.shared, now);
        }
    }

    /// This device has another network, or another address: the paths that it has are gone or will be.
    pub fn handle_network_change(&mut self, now: Millis) {
        for (_, peer) in self.peers.iter_mut() {
            peer.handle_network_change(now);
        }
        self.handle_timeout(now);
    }

    /// A person wants to hide their address, or not any more. Connected peers are connected anew.
    pub fn set_relay_only(&mut self, relay_only: bool, now: Millis) {
        if self.has_left || self.shared.relay_only == relay_only {
            return;
        }
        self.shared.relay_only = relay_only;
        self.must_replace = true;
        self.replace_all(now);
    }

    /// A path that is in use does not change with the configuration: the connections must be others.
    fn replace_all(&mut self, now: Millis) {
        if !self.must_replace || !self.shared.relay_is_up {
            return;
        }
        self.must_replace = false;
        for (_, peer) in self.peers.iter_mut() {
            peer.handle_retry(&mut self.shared, now);
        }
    }

    fn configure(&mut self) {
        for peer in self.peers.values() {
            self.shared.configure(peer.id());
        }
    }

    /// The community log put a device out: it must not hear another second.
    pub fn handle_removed(&mut self, device: DeviceId) {
        if let Some(peer) = self.peers.get(&device) {
            self.ended.insert((device, peer.session()));
            self.close_peer(device);
        }
        self.hold.take(|held| held.from == device);
    }

    /// A person asks to try a failed peer again. Without the relay that has to wait.
    pub fn retry(&mut self, device: DeviceId, now: Millis) {
        if self.shared.relay_is_up
            && let Some(peer) = self.peers.get_mut(&device)
        {
            peer.handle_retry(&mut self.shared, now);
        }
    }

    /// Ends the stay. The owner also tells the relay.
    pub fn leave(&mut self, now: Millis) {
        if self.has_left {
            return;
        }
        self.has_left = true;
        self.refresh_at = None;
        self.hold.clear();
        for (_, peer) in std::mem::take(&mut self.peers) {
            peer.say_bye(&mut self.shared);
            peer.close(&mut self.shared);
        }
        self.tell(now);
    }

    /// What to do next, in order. Ask until there is nothing more.
    pub fn poll_effect(&mut self) -> Option<CallEffect> {
        self.shared.effects.pop_front()
    }

    /// When to call [`Call::handle_timeout`], if no input comes first.
    pub fn poll_timeout(&self) -> Option<Millis> {
        let peers = self
            .peers
            .values()
            .filter_map(|peer| peer.deadline(&self.shared));
        let missing = self
            .peers
            .values()
            .filter_map(|peer| self.missing_deadline(peer));
        let refresh = self.refresh_at.filter(|_| self.shared.relay_is_up);
        peers
            .chain(missing)
            .chain(self.hold.deadline())
            .chain(self.handover_deadline())
            .chain(refresh)
            .min()
    }

    /// Does what is due.
    pub fn handle_timeout(&mut self, now: Millis) {
        for held in self.hold.take_expired(now) {
            self.shared.ignore(Some(held.from), Ignored::NotInRoster);
        }
        for (_, peer) in self.peers.iter_mut() {
            peer.handle_timeout(&mut self.shared, now);
        }
        self.close_missing(now);
        self.hand_over(now);
        if self.shared.relay_is_up && self.refresh_at.is_some_and(|at| at <= now) {
            self.refresh_at = Some(now.saturating_add(timing::CREDENTIALS_LEAST));
            self.shared.effects.push_back(CallEffect::RefreshIceServers);
        }
        self.tell(now);
    }

    /// Says how the call and its peers are, where that changed.
    fn tell(&mut self, now: Millis) {
        for (_, peer) in self.peers.iter_mut() {
            peer.tell(&mut self.shared, now);
        }
        let status = match (self.has_left, self.shared.relay_is_up, self.has_joined) {
            (true, _, _) => CallStatus::Left,
            (false, false, _) => CallStatus::RelayAway,
            (false, true, false) => CallStatus::Joining,
            (false, true, true) => CallStatus::Joined,
        };
        if status != self.status {
            self.status = status;
            self.shared.effects.push_back(CallEffect::Status(status));
        }
    }
}

/// By the relay's clock, which may differ from this one: never sooner than a minute from now.
fn refresh_at(ice: &IceServers, now: Millis) -> Millis {
    let early = ice.expires_at.saturating_sub(timing::CREDENTIALS_EARLY);
    early.max(now.saturating_add(timing::CREDENTIALS_LEAST))
}
