//! Machines, browsers, a relay and a network in one virtual time. The same seed gives the same run.

use std::collections::{BTreeMap, BTreeSet};

use parley_client::call::{Call, CallEffect, CallSignal, DescriptionKind, PeerEvent, PeerId, Sdp};
use parley_protocol::ids::{CallSessionId, ChannelId, DeviceId, UserId};
use parley_protocol::voice::{IceServers, Participant, Roster};

use super::browser::{FakePeer, Session};
use super::dice::{Dice, Weather};

mod deeds;
mod effects;
mod network;

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
    /// Whose device it is; one person each, unless a test says otherwise.
    pub(super) user: UserId,
    pub(super) call: Option<Call>,
    pub(super) browser: BTreeMap<PeerId, FakePeer>,
    pub(super) is_online: bool,
    /// A later device of the same person has told it to go.
    pub(super) is_taken_over: bool,
    pub(super) hides_address: bool,
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
    /// Whether devices go when another one has taken over, as an engine does. Otherwise a test does it.
    pub(super) hands_over: bool,
    /// Devices whose descriptions make no sense.
    pub(super) garbles: BTreeSet<usize>,
    events: BTreeMap<(u64, u64), Event>,
    count: u64,
}

impl World {
    /// So many devices, none in the channel. A device's id is smaller the smaller its index.
    pub(super) fn new(nodes: u8, seed: u64) -> Self {
        let nodes = (1..=nodes)
            .map(|n| Node {
                device: DeviceId::from_bytes([n; 16]),
                user: UserId::from_bytes([n; 16]),
                call: None,
                browser: BTreeMap::new(),
                is_online: true,
                is_taken_over: false,
                hides_address: false,
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
            hands_over: false,
            garbles: BTreeSet::new(),
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

    pub(super) fn act(&mut self, node: usize, what: impl FnOnce(&mut Call)) {
        if let Some(call) = self.nodes[node].call.as_mut() {
            what(call);
        }
        self.drain(node);
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
            for node in 0..self.nodes.len() {
                let is_over = std::mem::take(&mut self.nodes[node].is_taken_over);
                if is_over && self.hands_over && self.nodes[node].call.is_some() {
                    self.leave(node);
                }
            }
            self.reconcile_links();
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
                let (mut sdp, candidates) = fake.set_local(kind);
                if self.garbles.contains(&at) {
                    sdp = Sdp("nonsense".to_owned());
                }
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
                if !Session::makes_sense(&sdp) {
                    return self.tell(at, peer, PeerEvent::DescriptionFailed, 3);
                }
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
