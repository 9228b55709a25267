//! Everything there is: one relay, machines, what is between them, and the time.

use std::collections::BTreeMap;

use parley_client::Engine;
use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, EntryId, MessageId};
use parley_protocol::invite::InviteLink;
use parley_relay::ConnectionId;
use parley_relay::entropy::SeededEntropy;
use parley_relay::local::{LocalOptions, LocalRelay, Received};

use super::direct::WrittenDirectly;
use super::handed::Handed;
use super::link::{Down, Link, Weather};
use super::machine::Machine;
use super::people::Person;
use super::ratchets::Ratchets;
use super::tally::Counts;
use super::witness::Witness;

pub(super) const START: Millis = 1_800_000_000_000;
/// More steps than this at one moment: somebody wants to be woken again and again.
const STEPS_AT_ONCE: u32 = 5_000;

/// A message that somebody wrote, and whose machine kept it.
#[derive(Debug, Clone)]
pub(super) struct Written {
    pub(super) machine: usize,
    pub(super) channel: ChannelId,
    pub(super) text: String,
    /// It was refused at some time, and perhaps tried again later.
    pub(super) refused: bool,
}

pub(super) struct World {
    pub(super) seed: u64,
    pub(super) now: Millis,
    pub(super) folder: tempfile::TempDir,
    pub(super) relay: Option<LocalRelay>,
    pub(super) relay_back_at: Option<Millis>,
    pub(super) relay_starts: u64,
    pub(super) enrolments: u64,
    pub(super) machine_starts: u64,
    pub(super) connections: u64,
    pub(super) disk_free_at: Option<Millis>,
    pub(super) witness: Option<Witness>,
    pub(super) people: Vec<Person>,
    pub(super) machines: Vec<Machine>,
    pub(super) weather: Weather,
    /// Connections of which the relay does not know yet that they are over.
    pub(super) leaving: Vec<(Millis, ConnectionId)>,
    pub(super) invites: Vec<(EntryId, InviteLink)>,
    pub(super) joins: Vec<(Millis, InviteLink)>,
    /// Links that bring back a person, until they are in the log.
    pub(super) readmissions: Vec<(EntryId, InviteLink, usize)>,
    pub(super) returns: Vec<(Millis, InviteLink, usize)>,
    /// People who have no machine any more, and when they are at another one.
    pub(super) sign_ins: Vec<(Millis, usize)>,
    pub(super) counts: Counts,
    /// Time that passed while everybody was away.
    pub(super) away: Millis,
    pub(super) written: BTreeMap<MessageId, Written>,
    pub(super) written_order: Vec<MessageId>,
    pub(super) direct: Vec<WrittenDirectly>,
    pub(super) groups: Vec<ChannelId>,
    pub(super) ratchets: Ratchets,
    pub(super) handed: Handed,
    steps_at_once: u32,
}

impl World {
    pub(super) fn empty(seed: u64, weather: Weather) -> Self {
        let folder = if std::path::Path::new("/dev/shm").is_dir() {
            tempfile::tempdir_in("/dev/shm")
        } else {
            tempfile::tempdir()
        };
        let mut world = Self {
            seed,
            now: START,
            folder: folder.expect("a folder"),
            relay: None,
            relay_back_at: None,
            relay_starts: 0,
            enrolments: 0,
            machine_starts: 0,
            connections: 0,
            disk_free_at: None,
            witness: None,
            people: Vec::new(),
            machines: Vec::new(),
            weather,
            leaving: Vec::new(),
            invites: Vec::new(),
            joins: Vec::new(),
            readmissions: Vec::new(),
            returns: Vec::new(),
            sign_ins: Vec::new(),
            counts: Counts::default(),
            away: 0,
            written: BTreeMap::new(),
            written_order: Vec::new(),
            direct: Vec::new(),
            groups: Vec::new(),
            ratchets: Ratchets::default(),
            handed: Handed::default(),
            steps_at_once: 0,
        };
        world.start_relay();
        world
    }

    /// Lets time run to `end`.
    pub(super) fn run_until(&mut self, end: Millis) {
        while let Some(at) = self.next().filter(|at| *at <= end) {
            if at > self.now {
                self.now = at;
                self.steps_at_once = 0;
            }
            self.steps_at_once += 1;
            assert!(
                self.steps_at_once < STEPS_AT_ONCE,
                "somebody wants to be woken again and again"
            );
            self.step();
        }
        self.now = self.now.max(end);
    }

    fn next(&self) -> Option<Millis> {
        let relay = self.relay.as_ref().and_then(LocalRelay::poll_timeout);
        let machines = self.machines.iter().filter_map(Machine::next);
        let leaving = self.leaving.iter().map(|(at, _)| *at);
        let joins = self.joins.iter().map(|(at, _)| *at);
        let returns = self.returns.iter().map(|(at, ..)| *at);
        let sign_ins = self.sign_ins.iter().map(|(at, _)| *at);
        relay
            .into_iter()
            .chain(self.relay_back_at)
            .chain(self.disk_free_at)
            .chain(machines)
            .chain(leaving)
            .chain(joins)
            .chain(returns)
            .chain(sign_ins)
            .min()
    }

    fn step(&mut self) {
        let now = self.now;
        if self.relay_back_at.is_some_and(|at| at <= now) {
            self.start_relay();
        }
        if self.disk_free_at.is_some_and(|at| at <= now) {
            self.free_disk();
        }
        let due = |relay: &LocalRelay| relay.poll_timeout().is_some_and(|at| at <= now);
        if self.relay.as_ref().is_some_and(due) {
            self.with_relay(LocalRelay::handle_timeout);
        }
        let (over, leaving): (Vec<_>, Vec<_>) = std::mem::take(&mut self.leaving)
            .into_iter()
            .partition(|(at, _)| *at <= now);
        self.leaving = leaving;
        for (_, connection) in over {
            self.with_relay(|relay, now| relay.disconnect(connection, now));
        }
        let (due, joins): (Vec<_>, Vec<_>) = std::mem::take(&mut self.joins)
            .into_iter()
            .partition(|(at, _)| *at <= now);
        self.joins = joins;
        for (_, link) in due {
            self.join(link);
        }
        self.let_people_return();
        for machine in 0..self.machines.len() {
            self.step_machine(machine);
        }
    }

    /// Does something with the relay, and brings what comes of it on its way.
    pub(super) fn with_relay<T>(
        &mut self,
        act: impl FnOnce(&mut LocalRelay, Millis) -> T,
    ) -> Option<T> {
        let now = self.now;
        let relay = self.relay.as_mut()?;
        let result = act(relay, now);
        if let Some(witness) = &mut self.witness {
            witness.watch(relay, now);
        }
        for machine in &mut self.machines {
            if let Some(link) = machine.link.as_mut().filter(|link| !link.silent) {
                fetch(relay, link, now);
            }
        }
        Some(result)
    }

    pub(super) fn start_relay(&mut self) {
        self.relay_back_at = None;
        self.relay_starts += 1;
        let entropy = SeededEntropy::new(self.seed.wrapping_mul(1_000) + self.relay_starts);
        let relay = LocalRelay::open(
            self.folder.path(),
            Box::new(entropy),
            LocalOptions::default(),
        );
        let mut relay = relay.expect("the folder opens");
        if let Some(witness) = &mut self.witness {
            witness.connect(&mut relay, self.now);
        }
        self.relay = Some(relay);
    }

    pub(super) fn free_disk(&mut self) {
        self.disk_free_at = None;
        if let Some(relay) = &self.relay {
            relay.free_disk().expect("a database");
        }
    }

    /// The relay's process is gone, without a word.
    pub(super) fn kill_relay(&mut self, back_at: Millis) {
        self.relay = None;
        self.disk_free_at = None;
        self.relay_back_at = Some(back_at);
        self.leaving.clear();
        for machine in 0..self.machines.len() {
            if self.machines[machine].link.take().is_some() {
                self.tell(machine, Engine::handle_disconnected);
            }
        }
    }
}

/// Takes what the relay has for a machine, as far as the machine keeps up.
pub(super) fn fetch(relay: &mut LocalRelay, link: &mut Link, now: Millis) {
    while link.has_room() {
        match relay.receive(link.connection, now) {
            Received::Frame(text) => link.push_down(Down::Frame(text), now),
            Received::Closed => link.push_down(Down::End, now),
            Received::Nothing => return,
        }
    }
}
