//! Machines, browsers, a relay and a network in one virtual time. The same seed gives the same run.

use std::collections::{BTreeMap, BTreeSet};

use parley_client::call::{
    Call, CallConfig, CallEffect, CallSignal, ConnectionState, DescriptionKind, IceCandidate,
    PeerCommand, PeerEvent, PeerId, Sdp,
};
use parley_protocol::ids::{CallSessionId, ChannelId, DeviceId, UserId};
use parley_protocol::voice::{IceServers, Participant, Roster, VoiceState};

use super::browser::FakePeer;
use super::dice::{Dice, Weather};

pub(super) const CHANNEL: ChannelId = ChannelId::from_bytes([7; 16]);
const START: u64 = 1_000_000;

/// Something that will happen.
#[derive(Debug)]
enum Event {
    Signal {
        from: usize,
        to: usize,
        text: String,
    },
    Roster {
        to: usize,
        roster: Roster,
    },
    SetLocal {
        at: usize,
        peer: PeerId,
        kind: DescriptionKind,
    },
    SetRemote {
        at: usize,
        peer: PeerId,
        kind: DescriptionKind,
        sdp: Sdp,
    },
    Tell {
        at: usize,
        peer: PeerId,
        event: PeerEvent,
    },
    Look,
}

/// One device.
pub(super) struct Node {
    pub(super) device: DeviceId,
    pub(super) call: Option<Call>,
    pub(super) browser: BTreeMap<PeerId, FakePeer>,
    pub(super) is_online: bool,
    session: CallSessionId,
    next_roster: u64,
}

/// Whether a signal from one device to another is lost.
type Drops = Box<dyn FnMut(usize, usize, &CallSignal) -> bool>;

/// Everything.
pub(super) struct World {
    pub(super) now: u64,
    pub(super) dice: Dice,
    pub(super) weather: Weather,
    pub(super) nodes: Vec<Node>,
    /// What the relay believes.
    pub(super) roster: Vec<Participant>,
    /// Every effect: when, whose, what.
    pub(super) log: Vec<(u64, usize, CallEffect)>,
    /// Signals for which this holds are lost.
    pub(super) drops: Drops,
    /// Pairs without a path between them.
    pub(super) blocked: BTreeSet<(usize, usize)>,
    events: BTreeMap<(u64, u64), Event>,
    count: u64,
}

impl World {
    /// So many devices, none in the channel. A device's id is smaller the smaller its index.
    pub(super) fn new(nodes: u8, seed: u64) -> Self {
        let nodes = (1..=nodes)
            .map(|n| Node {
                device: DeviceId::from_bytes([n; 16]),
                call: None,
                browser: BTreeMap::new(),
                is_online: true,
                session: CallSessionId::from_bytes([0; 16]),
                next_roster: 0,
            })
            .collect();
        Self {
            now: START,
            dice: Dice::new(seed),
            weather: Weather::CALM,
            nodes,
            roster: Vec::new(),
            log: Vec::new(),
            drops: Box::new(|_, _, _| false),
            blocked: BTreeSet::new(),
            events: BTreeMap::new(),
            count: 0,
        }
    }

    pub(super) fn device(&self, node: usize) -> DeviceId {
        self.nodes[node].device
    }

    pub(super) fn session(&self, node: usize) -> CallSessionId {
        self.nodes[node].session
    }

    pub(super) fn call(&mut self, node: usize) -> &mut Call {
        self.nodes[node].call.as_mut().expect("in a call")
    }

    // What devices do.

    pub(super) fn join(&mut self, node: usize) {
        self.begin(node);
        self.enter_roster(node);
    }

    /// Starts a call that the relay does not know of yet.
    pub(super) fn begin(&mut self, node: usize) {
        self.count += 1;
        let mut session = [0; 16];
        session[..8].copy_from_slice(&self.count.to_be_bytes());
        let session = CallSessionId::from_bytes(session);
        let config = CallConfig {
            me: self.device(node),
            session,
            channel: CHANNEL,
            ice: ice(START + 3_600_000),
            relay_only: false,
        };
        self.nodes[node].session = session;
        self.nodes[node].call = Some(Call::new(config, self.now));
        self.drain(node);
    }

    pub(super) fn enter_roster(&mut self, node: usize) {
        let participant = Participant {
            device: self.device(node),
            user: UserId::from_bytes([1; 16]),
            session: self.session(node),
            state: VoiceState::default(),
        };
        match self
            .roster
            .iter_mut()
            .find(|one| one.device == participant.device)
        {
            Some(one) => *one = participant,
            None => self.roster.push(participant),
        }
        self.publish();
    }

    pub(super) fn leave_roster(&mut self, node: usize) {
        let device = self.device(node);
        self.roster.retain(|one| one.device != device);
        self.publish();
    }

    pub(super) fn leave(&mut self, node: usize) {
        let now = self.now;
        self.act(node, |call| call.leave(now));
        self.nodes[node].call = None;
        assert!(
            self.nodes[node].browser.is_empty(),
            "leaving closes every connection"
        );
        self.leave_roster(node);
    }

    /// The tab is gone without a word, and the relay has noticed.
    pub(super) fn crash(&mut self, node: usize) {
        self.kill_tab(node);
        self.leave_roster(node);
    }

    /// The tab is gone without a word.
    pub(super) fn kill_tab(&mut self, node: usize) {
        self.nodes[node].call = None;
        self.nodes[node].browser.clear();
        self.settle_links();
    }

    pub(super) fn go_offline(&mut self, node: usize) {
        self.nodes[node].is_online = false;
        let now = self.now;
        self.act(node, |call| call.handle_relay_lost(now));
    }

    pub(super) fn go_online(&mut self, node: usize) {
        self.nodes[node].is_online = true;
        let now = self.now;
        self.act(node, |call| call.handle_relay_back(now));
        if self.nodes[node].call.is_some() {
            self.enter_roster(node);
        } else {
            self.publish();
        }
    }

    pub(super) fn act(&mut self, node: usize, what: impl FnOnce(&mut Call)) {
        if let Some(call) = self.nodes[node].call.as_mut() {
            what(call);
        }
        self.drain(node);
    }

    /// The relay tells its roster to everyone who is connected.
    pub(super) fn publish(&mut self) {
        for to in 0..self.nodes.len() {
            self.publish_to(to);
        }
    }

    fn publish_to(&mut self, to: usize) {
        let roster = Roster {
            channel: CHANNEL,
            participants: self.roster.clone(),
        };
        let delay = 1 + self.dice.below(self.weather.delay);
        let node = &mut self.nodes[to];
        let at = (self.now + delay).max(node.next_roster);
        node.next_roster = at;
        self.schedule(at, Event::Roster { to, roster });
    }

    /// Delivers a signal as if it had been decrypted just now.
    pub(super) fn deliver(&mut self, from: DeviceId, to: usize, signal: CallSignal) {
        let now = self.now;
        self.act(to, |call| call.handle_signal(from, signal, now));
    }

    /// Gives a roster to one device, whatever the relay believes.
    pub(super) fn show_roster(&mut self, to: usize, order: &[usize]) {
        let participants = order
            .iter()
            .map(|node| Participant {
                device: self.device(*node),
                user: UserId::from_bytes([1; 16]),
                session: self.session(*node),
                state: VoiceState::default(),
            })
            .collect();
        let (now, roster) = (
            self.now,
            Roster {
                channel: CHANNEL,
                participants,
            },
        );
        self.act(to, |call| call.handle_roster(&roster, now));
    }

    // Time.

    pub(super) fn run(&mut self, duration: u64) {
        let end = self.now + duration;
        let mut at_once = 0;
        while let Some(next) = self.next_time().filter(|next| *next <= end) {
            at_once = if next > self.now { 0 } else { at_once + 1 };
            assert!(at_once < 10_000, "time stands still");
            self.now = self.now.max(next);
            self.step();
            self.settle_links();
        }
        self.now = end;
    }

    fn next_time(&self) -> Option<u64> {
        let timers = self
            .nodes
            .iter()
            .filter_map(|node| node.call.as_ref()?.poll_timeout());
        let event = self.events.keys().next().map(|(at, _)| *at);
        timers.chain(event).min()
    }

    fn step(&mut self) {
        if let Some(first) = self.events.first_entry()
            && first.key().0 <= self.now
        {
            let event = first.remove();
            return self.happen(event);
        }
        let now = self.now;
        for node in 0..self.nodes.len() {
            let due = self.nodes[node].call.as_ref().and_then(Call::poll_timeout);
            if due.is_some_and(|due| due <= now) {
                self.act(node, |call| call.handle_timeout(now));
            }
        }
    }

    fn schedule(&mut self, at: u64, event: Event) {
        self.count += 1;
        self.events.insert((at, self.count), event);
    }

    fn happen(&mut self, event: Event) {
        let now = self.now;
        match event {
            Event::Signal { from, to, text } => {
                if self.nodes[to].is_online {
                    let signal = serde_json::from_str(&text).expect("a signal");
                    self.deliver(self.device(from), to, signal);
                }
            }
            Event::Roster { to, roster } => {
                if self.nodes[to].is_online {
                    self.act(to, |call| call.handle_roster(&roster, now));
                }
            }
            Event::SetLocal { at, peer, kind } => {
                let Some(fake) = self.nodes[at].browser.get_mut(&peer) else {
                    return;
                };
                fake.busy = false;
                let (sdp, candidates) = fake.set_local(kind);
                self.gather(at, peer, candidates);
                self.tell(at, peer, PeerEvent::LocalDescription { kind, sdp }, 3);
            }
            Event::SetRemote {
                at,
                peer,
                kind,
                sdp,
            } => {
                let Some(fake) = self.nodes[at].browser.get_mut(&peer) else {
                    return;
                };
                fake.busy = false;
                fake.set_remote(kind, &sdp);
                fake.checking_since = now;
                self.tell(at, peer, PeerEvent::RemoteDescriptionSet, 3);
            }
            Event::Tell { at, peer, event } => {
                self.act(at, |call| call.handle_peer(peer, event, now));
            }
            Event::Look => {}
        }
    }

    fn gather(&mut self, at: usize, peer: PeerId, candidates: Vec<IceCandidate>) {
        if candidates.is_empty() {
            return;
        }
        let mut when = self.now;
        for candidate in candidates {
            when += self.dice.below(80);
            self.schedule(
                when,
                Event::Tell {
                    at,
                    peer,
                    event: PeerEvent::Candidate(candidate),
                },
            );
        }
        self.schedule(
            when + 5,
            Event::Tell {
                at,
                peer,
                event: PeerEvent::GatheringComplete,
            },
        );
    }

    fn tell(&mut self, at: usize, peer: PeerId, event: PeerEvent, within: u64) {
        let when = self.now + self.dice.below(within);
        self.schedule(when, Event::Tell { at, peer, event });
    }

    fn drain(&mut self, node: usize) {
        while let Some(effect) = self.nodes[node].call.as_mut().and_then(Call::poll_effect) {
            self.log.push((self.now, node, effect.clone()));
            match effect {
                CallEffect::Peer { peer, command } => self.command(node, peer, command),
                CallEffect::Send { to, signal } => self.mail(node, to, &signal),
                CallEffect::Status(_)
                | CallEffect::PeerStatus { .. }
                | CallEffect::PeerGone { .. }
                | CallEffect::RefreshIceServers
                | CallEffect::Ignored { .. } => {}
            }
        }
    }

    fn mail(&mut self, from: usize, to: DeviceId, signal: &CallSignal) {
        let to = self
            .nodes
            .iter()
            .position(|node| node.device == to)
            .expect("a known device");
        assert!(
            self.nodes[from].is_online,
            "nothing is sent without the relay"
        );
        if (self.drops)(from, to, signal) || self.dice.percent(self.weather.loss) {
            return;
        }
        let copies = if self.dice.percent(self.weather.double) {
            2
        } else {
            1
        };
        for _ in 0..copies {
            let when = self.now + 1 + self.dice.below(self.weather.delay);
            let text = serde_json::to_string(signal).expect("JSON");
            self.schedule(when, Event::Signal { from, to, text });
        }
    }

    fn command(&mut self, node: usize, peer: PeerId, command: PeerCommand) {
        let when = self.now + self.dice.below(15);
        if let PeerCommand::Create { .. } = command {
            self.count += 1;
            let fake = FakePeer::new(self.count, self.now);
            let before = self.nodes[node].browser.insert(peer, fake);
            assert!(before.is_none(), "created twice");
            return self.tell(node, peer, PeerEvent::NegotiationNeeded, 3);
        }
        let fake = self.nodes[node]
            .browser
            .get_mut(&peer)
            .expect("a command for an open connection");
        match command {
            PeerCommand::Create { .. } | PeerCommand::SetConfiguration { .. } => {}
            PeerCommand::SetLocalDescription { kind } => {
                assert!(
                    !std::mem::replace(&mut fake.busy, true),
                    "one operation at a time"
                );
                self.schedule(
                    when,
                    Event::SetLocal {
                        at: node,
                        peer,
                        kind,
                    },
                );
            }
            PeerCommand::SetRemoteDescription { kind, sdp } => {
                assert!(
                    !std::mem::replace(&mut fake.busy, true),
                    "one operation at a time"
                );
                self.schedule(
                    when,
                    Event::SetRemote {
                        at: node,
                        peer,
                        kind,
                        sdp,
                    },
                );
            }
            PeerCommand::AddCandidates { candidates, .. } => fake.add(&candidates),
            PeerCommand::RestartIce => fake.restart_ice(),
            PeerCommand::Close => {
                self.nodes[node].browser.remove(&peer);
            }
        }
    }

    // Paths.

    /// Finds which connections have a path now, and tells browsers what changed.
    fn settle_links(&mut self) {
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

    fn schedule_look(&mut self) {
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
    pub(super) fn other_end(&self, at: usize, peer: PeerId) -> Option<PeerId> {
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

    pub(super) fn block(&mut self, a: usize, b: usize) {
        self.blocked.insert((a.min(b), a.max(b)));
        self.settle_links();
    }

    pub(super) fn unblock(&mut self, a: usize, b: usize) {
        self.blocked.remove(&(a.min(b), a.max(b)));
        self.settle_links();
    }

    /// From now on this connection finds no path.
    pub(super) fn damage(&mut self, at: usize, peer: PeerId) {
        let fake = self.nodes[at].browser.get_mut(&peer).expect("open");
        fake.is_damaged = true;
        self.settle_links();
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

pub(super) fn ice(expires_at: u64) -> IceServers {
    IceServers {
        stun: vec!["stun:relay.example:3478".into()],
        turn: vec!["turn:relay.example:3478".into()],
        username: "name".into(),
        credential: "secret".into(),
        expires_at,
    }
}
