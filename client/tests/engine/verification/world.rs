//! A verification for each device of a bench, and the wire between them.

use std::collections::{BTreeMap, VecDeque};

use parley_client::verification::{
    Progress, ShortString, Verification, VerificationEffect, VerificationMessage,
};
use parley_protocol::Millis;
use parley_protocol::community::Community;
use parley_protocol::ids::{DeviceId, UserId};
use parley_protocol::keys::Ed25519PublicKey;

use super::super::bench::Bench;

/// A message on its way.
#[derive(Clone, Debug)]
pub(super) struct Letter {
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) message: VerificationMessage,
}

type Wire = Box<dyn FnMut(Letter) -> Vec<Letter>>;

pub(super) struct World {
    pub(super) bench: Bench,
    machines: Vec<Verification>,
    pub(super) post: VecDeque<Letter>,
    /// What becomes of a letter.
    pub(super) wire: Wire,
    pub(super) verified: Vec<BTreeMap<UserId, Ed25519PublicKey>>,
    counted: Vec<String>,
    pub(super) now: Millis,
}

pub(super) const ADA: usize = 0;
pub(super) const BOB: usize = 1;

impl World {
    /// Ada and Bob, each with one device.
    pub(super) fn of_two() -> Self {
        Self::on(Bench::of_two())
    }

    /// One machine for each device that there is.
    pub(super) fn on(bench: Bench) -> Self {
        let machines: Vec<Verification> = bench
            .devices
            .iter()
            .zip(1..)
            .map(|(device, seed)| Verification::new((device.user, device.id()), "", [seed; 32]))
            .collect();
        Self {
            now: bench.now,
            verified: vec![BTreeMap::new(); machines.len()],
            counted: vec![String::new(); machines.len()],
            bench,
            machines,
            post: VecDeque::new(),
            wire: Box::new(|letter| vec![letter]),
        }
    }

    pub(super) fn user(&self, device: usize) -> UserId {
        self.bench.devices[device].user
    }

    pub(super) fn id(&self, device: usize) -> DeviceId {
        self.bench.devices[device].id()
    }

    pub(super) fn identity(&self, device: usize) -> Ed25519PublicKey {
        let engine = self.bench.devices[device].engine.as_ref().expect("on");
        engine.community().members()[&self.user(device)].identity
    }

    /// Does something on a device, and puts what it sends into the post.
    pub(super) fn act<T>(
        &mut self,
        device: usize,
        act: impl FnOnce(&mut Verification, &Community, Millis) -> T,
    ) -> T {
        let engine = self.bench.devices[device].engine.as_ref().expect("on");
        let result = act(&mut self.machines[device], engine.community(), self.now);
        while let Some(effect) = self.machines[device].poll_effect() {
            match effect {
                VerificationEffect::Send { to, message } => {
                    let to = self.index_of(to);
                    let from = device;
                    self.post.push_back(Letter { from, to, message });
                }
                VerificationEffect::Verified { user, identity } => {
                    self.verified[device].insert(user, identity);
                }
                VerificationEffect::Counted(counted) => self.counted[device] = counted,
            }
        }
        result
    }

    fn index_of(&self, device: DeviceId) -> usize {
        let at = (0..self.machines.len()).find(|at| self.id(*at) == device);
        at.expect("a device of the bench")
    }

    /// The page on this device is loaded anew.
    pub(super) fn restart(&mut self, device: usize) {
        let me = (self.user(device), self.id(device));
        self.machines[device] = Verification::new(me, &self.counted[device], [99; 32]);
    }

    /// Carries letters until none is left.
    pub(super) fn deliver(&mut self) {
        for _ in 0..1_000 {
            let Some(letter) = self.post.pop_front() else {
                return;
            };
            for letter in (self.wire)(letter) {
                self.hand_over(letter);
            }
        }
        panic!("it never ends");
    }

    pub(super) fn hand_over(&mut self, Letter { from, to, message }: Letter) {
        let from = self.id(from);
        self.act(to, |machine, log, now| {
            machine.handle_message(from, message, log, now);
        });
    }

    /// Lets time pass.
    pub(super) fn pass(&mut self, millis: Millis) {
        self.now += millis;
        for device in 0..self.machines.len() {
            self.act(device, |machine, _, now| machine.handle_timeout(now));
        }
        self.deliver();
    }

    /// One asks, the other accepts.
    pub(super) fn begin(&mut self, asker: usize, answerer: usize) {
        let (asks, answers) = (self.user(asker), self.user(answerer));
        self.act(asker, |machine, log, now| machine.ask(answers, log, now))
            .expect("a member");
        self.deliver();
        assert_eq!(self.machines[answerer].asked_by(), Some(asks));
        self.act(answerer, |machine, log, now| machine.accept(asks, log, now));
        self.deliver();
    }

    pub(super) fn decide(&mut self, device: usize, is_same: bool) {
        self.act(device, |machine, _, _| machine.decide(is_same));
        self.deliver();
    }

    pub(super) fn asked_by(&self, device: usize) -> Option<UserId> {
        self.machines[device].asked_by()
    }

    pub(super) fn progress(&self, device: usize) -> Option<Progress> {
        self.machines[device]
            .progress()
            .map(|(_, progress)| progress)
    }

    pub(super) fn due(&self, device: usize) -> Option<Millis> {
        self.machines[device].poll_timeout()
    }

    /// What the person at a device sees to compare.
    pub(super) fn short_string(&self, device: usize) -> ShortString {
        match self.progress(device) {
            Some(Progress::Comparing(short) | Progress::Waiting(short)) => short,
            other => panic!("nothing to compare: {other:?}"),
        }
    }

    pub(super) fn nobody_is_verified(&self) -> bool {
        self.verified.iter().all(BTreeMap::is_empty)
    }
}
