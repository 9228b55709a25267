//! Everything there is: one relay, machines, what is between them, and the time.

use std::collections::BTreeMap;

use parley_client::effect::{ConnectFailure, SignedOut};
use parley_client::{Effect, Engine, Event};
use parley_protocol::Millis;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::{ChannelId, EntryId, MessageId};
use parley_protocol::invite::InviteLink;
use parley_relay::ConnectionId;
use parley_relay::entropy::SeededEntropy;
use parley_relay::local::{LocalOptions, LocalRelay, Received};

use super::dice::Dice;
use super::link::{Link, Weather};
use super::machine::Machine;
use super::people::Person;
use super::ratchets::Ratchets;
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
    pub(super) written: BTreeMap<MessageId, Written>,
    pub(super) written_order: Vec<MessageId>,
    pub(super) ratchets: Ratchets,
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
            written: BTreeMap::new(),
            written_order: Vec::new(),
            ratchets: Ratchets::default(),
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
        relay
            .into_iter()
            .chain(self.relay_back_at)
            .chain(self.disk_free_at)
            .chain(machines)
            .chain(leaving)
            .chain(joins)
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
        let (over, leaving) = std::mem::take(&mut self.leaving)
            .into_iter()
            .partition(|(at, _)| *at <= now);
        self.leaving = leaving;
        for (_, connection) in Vec::<(Millis, ConnectionId)>::from(over) {
            self.with_relay(|relay, now| relay.disconnect(connection, now));
        }
        let (due, joins) = std::mem::take(&mut self.joins)
            .into_iter()
            .partition(|(at, _)| *at <= now);
        self.joins = joins;
        for (_, link) in Vec::<(Millis, InviteLink)>::from(due) {
            self.join(link);
        }
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
                self.tell(machine, |engine, now| engine.handle_disconnected(now));
            }
        }
    }

    fn step_machine(&mut self, index: usize) {
        let now = self.now;
        let machine = &mut self.machines[index];
        if machine.start_at.take_if(|at| *at <= now).is_some() {
            self.start(index);
        }
        let machine = &mut self.machines[index];
        if machine.log_in_at.take_if(|at| *at <= now).is_some() {
            self.log_in(index);
        }
        let machine = &mut self.machines[index];
        if let Some((_, new_token)) = machine.connect_at.take_if(|(at, _)| *at <= now) {
            self.connect(index, new_token);
        }
        while let Some((connection, text)) = self.next_up(index) {
            self.with_relay(|relay, now| relay.send(connection, &text, now));
        }
        while let Some(frame) = self.next_down(index) {
            match frame {
                Some(text) => {
                    trace(index, now, "down", &text);
                    self.tell(index, |engine, now| engine.handle_frame(&text, now));
                }
                None => {
                    self.machines[index].link = None;
                    self.tell(index, |engine, now| engine.handle_disconnected(now));
                }
            }
        }
        let engine = self.machines[index].engine.as_ref();
        if engine
            .and_then(Engine::poll_timeout)
            .is_some_and(|at| at <= now)
        {
            self.tell(index, |engine, now| engine.handle_timeout(now));
        }
    }

    fn next_up(&mut self, index: usize) -> Option<(ConnectionId, String)> {
        let now = self.now;
        let link = self.machines[index].link.as_mut()?;
        if link.silent {
            return None;
        }
        Some((link.connection, link.take_up(now)?))
    }

    fn next_down(&mut self, index: usize) -> Option<Option<String>> {
        let now = self.now;
        let link = self.machines[index].link.as_mut()?;
        if link.silent {
            return None;
        }
        let frame = link.take_down(now)?;
        if let Some(relay) = &mut self.relay {
            fetch(relay, link, now);
        }
        Some(frame)
    }

    pub(super) fn start(&mut self, index: usize) {
        self.machine_starts += 1;
        let now = self.now;
        let machine = &mut self.machines[index];
        machine.crash_after = None;
        let records = machine.disk.records();
        let engine = Engine::restore(&records, machine.dice.seed(), now);
        machine.engine = engine.expect("what was stored makes an engine");
        self.carry_out_effects(index);
    }

    /// The machine is off from one moment to the next.
    pub(super) fn crash(&mut self, index: usize, back_at: Millis) {
        let machine = &mut self.machines[index];
        machine.engine = None;
        machine.access = None;
        machine.connect_at = None;
        machine.crash_after = None;
        machine.start_at = Some(back_at);
        self.cut(index, back_at);
    }

    /// The link is over. The relay hears of it at `relay_told_at`.
    pub(super) fn cut(&mut self, index: usize, relay_told_at: Millis) {
        let Some(mut link) = self.machines[index].link.take() else {
            return;
        };
        if !link.silent {
            for text in link.rest_at_cut() {
                self.with_relay(|relay, now| relay.send(link.connection, &text, now));
            }
        }
        self.leaving.push((relay_told_at, link.connection));
    }

    fn connect(&mut self, index: usize, new_token: bool) {
        match self.open_socket(index, new_token) {
            Ok(token) => self.tell(index, |engine, now| engine.handle_connected(token, now)),
            Err(failure) => {
                self.tell(index, |engine, now| {
                    engine.handle_connect_failed(failure, now)
                });
            }
        }
    }

    fn open_socket(&mut self, index: usize, new_token: bool) -> Result<String, ConnectFailure> {
        let now = self.now;
        let machine = &mut self.machines[index];
        let known = machine
            .access
            .take_if(|(_, ends)| new_token || *ends < now + 60_000);
        if known.is_some() || machine.access.is_none() {
            let cookie = machine.cookie.clone();
            let refreshed = self
                .with_relay(|relay, now| relay.refresh(&cookie, now))
                .ok_or(ConnectFailure::Unreachable)?;
            let (session, cookie) = refreshed.map_err(|error| match error.code {
                ErrorCode::StorageFailed => ConnectFailure::Unreachable,
                _ => ConnectFailure::SessionEnded,
            })?;
            let machine = &mut self.machines[index];
            machine.cookie = cookie;
            machine.access = Some((session.access_token, session.expires_at));
        }
        let connection = self
            .with_relay(|relay, _| relay.connect())
            .ok_or(ConnectFailure::Unreachable)?;
        self.connections += 1;
        let weather = self.weather;
        let machine = &mut self.machines[index];
        let dice = Dice::of(&[machine.dice.roll()]);
        machine.link = Some(Link::new(connection, dice, weather));
        let token = machine.access.as_ref().map(|(token, _)| token.clone());
        let link = machine.link.as_mut();
        if let (Some(relay), Some(link)) = (&mut self.relay, link) {
            fetch(relay, link, now);
        }
        token.ok_or(ConnectFailure::Unreachable)
    }

    /// Hands something to an engine and carries out what it wants.
    pub(super) fn tell(&mut self, index: usize, act: impl FnOnce(&mut Engine, Millis)) {
        self.ask(index, act);
    }

    /// The same, for what has an answer.
    pub(super) fn ask<T>(
        &mut self,
        index: usize,
        act: impl FnOnce(&mut Engine, Millis) -> T,
    ) -> Option<T> {
        let now = self.now;
        let engine = self.machines[index].engine.as_mut()?;
        let result = act(engine, now);
        self.carry_out_effects(index);
        Some(result)
    }

    fn carry_out_effects(&mut self, index: usize) {
        loop {
            let machine = &mut self.machines[index];
            let Some(effect) = machine.engine.as_mut().and_then(Engine::poll_effect) else {
                return;
            };
            match &mut machine.crash_after {
                Some(0) => {
                    let back_at = self.now + machine.dice.between(1_000, 30_000);
                    return self.crash(index, back_at);
                }
                Some(left) => *left -= 1,
                None => {}
            }
            self.carry_out(index, effect);
        }
    }

    fn carry_out(&mut self, index: usize, effect: Effect) {
        let now = self.now;
        let machine = &mut self.machines[index];
        match effect {
            Effect::Store(changes) => machine.disk.keep(changes),
            Effect::Connect { new_token } => {
                machine.connect_at = Some((now + machine.dice.between(20, 200), new_token));
            }
            Effect::Disconnect => {
                let told_at = now + machine.dice.between(0, 15_000);
                machine.connect_at = None;
                self.cut(index, told_at);
            }
            Effect::Send(text) => {
                trace(index, now, "up", &text);
                self.ratchets.watch(machine.device, &text);
                if let Some(link) = &mut machine.link {
                    link.push_up(text, now);
                }
            }
            Effect::Event(event) => self.note(index, event),
            Effect::Call(_) => {}
        }
    }

    fn note(&mut self, index: usize, event: Event) {
        let machine = &mut self.machines[index];
        match event {
            Event::Appended { entry } => {
                let at = self.now + machine.dice.between(100, 20_000);
                if let Some(place) = self.invites.iter().position(|(id, _)| *id == entry) {
                    let (_, link) = self.invites.swap_remove(place);
                    self.joins.push((at, link));
                }
            }
            Event::SignedOut(SignedOut::Removed) => machine.gone = true,
            Event::SignedOut(SignedOut::SessionEnded | SignedOut::Replaced) => {
                machine.log_in_at = Some(self.now + 2_000);
            }
            _ => {}
        }
    }
}

/// Takes what the relay has for a machine, as far as the machine keeps up.
fn fetch(relay: &mut LocalRelay, link: &mut Link, now: Millis) {
    while link.has_room() {
        match relay.receive(link.connection, now) {
            Received::Frame(text) => link.push_down(Some(text), now),
            Received::Closed => link.push_down(None, now),
            Received::Nothing => return,
        }
    }
}

/// Shows what passes one machine, if `PARLEY_SIM_TRACE` names it.
fn trace(machine: usize, now: Millis, way: &str, text: &str) {
    let wanted = std::env::var("PARLEY_SIM_TRACE");
    if wanted.is_ok_and(|wanted| wanted == machine.to_string()) {
        let text: String = text.chars().take(600).collect();
        eprintln!("{:>9} {way:>4} {text}", now - START);
    }
}
