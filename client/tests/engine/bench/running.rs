//! Time, wires and crashes.

use parley_client::Effect;
use parley_client::effect::ConnectFailure;
use parley_client::engine::Engine;
use parley_protocol::Millis;
use parley_protocol::frame::{RelayToClient, encode};
use parley_protocol::keys::Hash;
use parley_relay::local::{LocalOptions, Received};

use super::{Bench, open};

impl Bench {
    /// Starts a device from what it has stored.
    pub(in crate::engine) fn start(&mut self, index: usize) {
        let seed = self.rng.bytes();
        let device = &mut self.devices[index];
        let engine = Engine::restore(&device.records(), seed, self.now);
        device.engine = engine.expect("what was stored makes an engine");
        if let Some(engine) = &mut device.engine {
            engine.begin_direct(self.now);
        }
        self.run();
    }

    /// The device is off from one moment to the next.
    pub(in crate::engine) fn kill(&mut self, index: usize) {
        let device = &mut self.devices[index];
        device.engine = None;
        device.effects_left = None;
        if let Some(connection) = device.connection.take() {
            self.relay.disconnect(connection, self.now);
        }
        self.run();
    }

    /// The connection breaks, and the device does not notice yet.
    pub(in crate::engine) fn cut(&mut self, index: usize) {
        if let Some(connection) = self.devices[index].connection.take() {
            self.relay.disconnect(connection, self.now);
        }
        self.run();
    }

    /// A hostile relay gives a device a frame.
    pub(in crate::engine) fn hand(&mut self, index: usize, frame: &RelayToClient) {
        let text = encode(frame);
        self.tell(index, |engine, now| engine.handle_frame(&text, now));
    }

    pub(in crate::engine) fn unplug(&mut self, index: usize) {
        self.devices[index].plugged = false;
        self.close(index);
        self.run();
    }

    pub(in crate::engine) fn plug(&mut self, index: usize) {
        self.devices[index].plugged = true;
        self.tell(index, Engine::handle_online_hint);
        self.pass(20_000);
    }

    /// The relay is killed and started again.
    pub(in crate::engine) fn restart_relay(&mut self) {
        self.restart_relay_now();
        self.pass(20_000);
    }

    /// The same, and nobody is back yet.
    pub(in crate::engine) fn restart_relay_now(&mut self) {
        for index in 0..self.devices.len() {
            self.devices[index].connection = None;
        }
        self.relay = open(&self.folder, 2, LocalOptions::default());
        let now = self.now;
        for device in &mut self.devices {
            if let Some(engine) = &mut device.engine {
                engine.handle_disconnected(now);
            }
        }
    }

    /// Puts a blob at the relay, for a device's member.
    pub(in crate::engine) fn upload(&mut self, index: usize, bytes: &[u8]) -> Hash {
        let (now, device) = (self.now, &mut self.devices[index]);
        let (session, cookie) = self.relay.refresh(&device.cookie, now).expect("live");
        device.cookie = cookie;
        let uploaded = self.relay.upload(&session.access_token, bytes, now);
        uploaded.expect("there is room")
    }

    /// Lets time pass.
    pub(in crate::engine) fn pass(&mut self, millis: Millis) {
        let end = self.now + millis;
        self.run();
        loop {
            let engines = self.devices.iter().filter_map(|it| it.engine.as_ref());
            let due = engines.filter_map(Engine::poll_timeout);
            let Some(at) = due.chain(self.relay.poll_timeout()).min() else {
                break;
            };
            if at > end {
                break;
            }
            self.now = self.now.max(at);
            self.relay.handle_timeout(self.now);
            let now = self.now;
            for device in &mut self.devices {
                if let Some(engine) = &mut device.engine {
                    engine.handle_timeout(now);
                }
            }
            self.run();
        }
        self.now = end;
    }

    /// Until nothing moves any more.
    pub(super) fn run(&mut self) {
        for _ in 0..10_000 {
            let moved = (0..self.devices.len()).any(|index| self.run_one(index));
            if !moved {
                return;
            }
        }
        panic!("it never ends");
    }

    fn run_one(&mut self, index: usize) -> bool {
        let mut moved = false;
        while let Some(effect) = self.devices[index].next_effect() {
            moved = true;
            self.carry_out(index, effect);
        }
        if self.devices[index].effects_left == Some(0) {
            return moved;
        }
        let Some(connection) = self.devices[index].connection else {
            return moved;
        };
        match self.relay.receive(connection, self.now) {
            Received::Frame(text) => self.devices[index].hear(&text, self.now),
            Received::Closed => self.close(index),
            Received::Nothing => return moved,
        }
        true
    }

    fn carry_out(&mut self, index: usize, effect: Effect) {
        let now = self.now;
        let device = &mut self.devices[index];
        match effect {
            Effect::Store(changes) => device.keep(changes),
            Effect::Connect { new_token } if device.plugged => {
                let kept = device.token.take().filter(|_| !new_token);
                let token = kept.unwrap_or_else(|| {
                    let (session, cookie) = self.relay.refresh(&device.cookie, now).expect("live");
                    device.cookie = cookie;
                    session.access_token
                });
                device.token = Some(token.clone()).filter(|_| device.keeps_token);
                device.connection = Some(self.relay.connect());
                let engine = device.engine.as_mut().expect("it is on");
                engine.handle_connected(token, now);
            }
            Effect::Connect { .. } => {
                let engine = device.engine.as_mut().expect("it is on");
                engine.handle_connect_failed(ConnectFailure::Unreachable, now);
            }
            Effect::Disconnect => {
                if let Some(connection) = device.connection.take() {
                    self.relay.disconnect(connection, now);
                }
            }
            Effect::Send(text) => {
                self.ratchets.watch(device.id(), &text);
                let Some(text) = device.without_lost_mail(&text) else {
                    device.lost.push(text);
                    return;
                };
                if let Some(connection) = device.connection {
                    self.relay.send(connection, &text, now);
                }
                device.sent.push(text);
            }
            Effect::Find { keys } => {
                let found = device.archived(&keys);
                let engine = device.engine.as_mut().expect("it is on");
                engine.handle_found(&found, now);
            }
            Effect::FindItems {
                channel,
                first,
                last,
                newest,
            } => {
                let mut found = device.items_between(&first, &last);
                let most = newest.map_or(usize::MAX, |it| it as usize);
                found.drain(..found.len().saturating_sub(most));
                let engine = device.engine.as_mut().expect("it is on");
                engine.handle_found_items(channel, &found, now);
            }
            Effect::Call(effect) => device.calls.push(effect),
            Effect::Event(event) => device.events.push(event),
        }
    }

    pub(super) fn close(&mut self, index: usize) {
        let now = self.now;
        let device = &mut self.devices[index];
        if let Some(connection) = device.connection.take() {
            self.relay.disconnect(connection, now);
            if let Some(engine) = &mut device.engine {
                engine.handle_disconnected(now);
            }
        }
    }
}
