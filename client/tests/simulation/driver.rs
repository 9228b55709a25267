//! The driver of each machine: hands its engine what comes, and carries out what the engine wants, one effect
//! after the other, until the machine crashes.

use parley_client::effect::{ConnectFailure, SignedOut};
use parley_client::{Effect, Engine, Event};
use parley_protocol::Millis;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::EntryId;
use parley_relay::ConnectionId;

use super::dice::Dice;
use super::link::{Down, Link};
use super::world::{START, World, fetch};

impl World {
    pub(super) fn step_machine(&mut self, index: usize) {
        let now = self.now;
        let machine = &mut self.machines[index];
        if machine.start_at.take_if(|at| *at <= now).is_some() {
            self.start(index);
        }
        let machine = &mut self.machines[index];
        if machine.log_in_at.take_if(|at| *at <= now).is_some() {
            self.log_in(index);
        }
        if self.machines[index]
            .read_at
            .take_if(|at| *at <= now)
            .is_some()
        {
            self.read_vault(index);
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
                Down::Frame(text) => {
                    trace(index, now, "down", &text);
                    self.look_into_mail(index, &text);
                    self.tell(index, |engine, now| engine.handle_frame(&text, now));
                }
                Down::End => {
                    self.machines[index].link = None;
                    self.tell(index, Engine::handle_disconnected);
                }
            }
        }
        let engine = self.machines[index].engine.as_ref();
        if engine
            .and_then(Engine::poll_timeout)
            .is_some_and(|at| at <= now)
        {
            self.tell(index, Engine::handle_timeout);
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

    fn next_down(&mut self, index: usize) -> Option<Down> {
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
        if let Some(engine) = &mut machine.engine {
            engine.begin_direct(now);
        }
        if machine.disk.is_to_read_vault() {
            machine.read_at = Some(now + machine.dice.between(100, 4_000));
        }
        self.carry_out_effects(index);
    }

    /// The machine is off from one moment to the next.
    pub(super) fn crash(&mut self, index: usize, back_at: Millis) {
        let machine = &mut self.machines[index];
        machine.engine = None;
        machine.access = None;
        machine.connect_at = None;
        machine.crash_after = None;
        machine.reading = None;
        machine.read_at = None;
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
                    engine.handle_connect_failed(failure, now);
                });
            }
        }
    }

    fn open_socket(&mut self, index: usize, new_token: bool) -> Result<String, ConnectFailure> {
        let now = self.now;
        let token = self.token(index, new_token)?;
        let connection = self
            .with_relay(|relay, _| relay.connect())
            .ok_or(ConnectFailure::Unreachable)?;
        self.connections += 1;
        let weather = self.weather;
        let machine = &mut self.machines[index];
        let dice = Dice::of(&[machine.dice.roll()]);
        machine.link = Some(Link::new(connection, dice, weather));
        let link = machine.link.as_mut();
        if let (Some(relay), Some(link)) = (&mut self.relay, link) {
            fetch(relay, link, now);
        }
        Ok(token)
    }

    /// A token of the machine's session that is good for a while.
    pub(super) fn token(&mut self, index: usize, new: bool) -> Result<String, ConnectFailure> {
        let now = self.now;
        let machine = &mut self.machines[index];
        let good = machine
            .access
            .take_if(|(_, ends)| !new && *ends >= now + 60_000);
        if let Some(good) = good {
            return Ok(machine.access.insert(good).0.clone());
        }
        let cookie = machine.cookie.clone();
        let refreshed = self
            .with_relay(|relay, now| relay.refresh(&cookie, now))
            .ok_or(ConnectFailure::Unreachable)?;
        let (session, cookie) = refreshed.map_err(|error| {
            if error.code == ErrorCode::StorageFailed {
                ConnectFailure::Unreachable
            } else {
                ConnectFailure::SessionEnded
            }
        })?;
        let machine = &mut self.machines[index];
        machine.cookie = cookie;
        let token = session.access_token.clone();
        machine.access = Some((session.access_token, session.expires_at));
        Ok(token)
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
            Effect::Find { keys } => {
                let found = machine.disk.archived(&keys);
                if let Some(engine) = &mut machine.engine {
                    engine.handle_found(&found, now);
                }
            }
            Effect::FindItems {
                channel,
                first,
                last,
                newest,
            } => {
                let mut found = machine.disk.items_between(&first, &last);
                let most = newest.map_or(usize::MAX, |it| it as usize);
                found.drain(..found.len().saturating_sub(most));
                if let Some(engine) = &mut machine.engine {
                    engine.handle_found_items(channel, &found, now);
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
                let readmits = |(id, ..): &(EntryId, _, _)| *id == entry;
                if let Some(place) = self.readmissions.iter().position(readmits) {
                    let (_, link, person) = self.readmissions.swap_remove(place);
                    self.returns.push((at, link, person));
                }
            }
            Event::SignedOut(SignedOut::Removed) => machine.gone = true,
            Event::SignedOut(SignedOut::SessionEnded | SignedOut::Replaced) => {
                machine.log_in_at = Some(self.now + 2_000);
            }
            Event::Connection
            | Event::Community
            | Event::Timeline(_)
            | Event::Past
            | Event::Direct
            | Event::Voice
            | Event::Presence
            | Event::AccountData
            | Event::Typing(_)
            | Event::Alerts
            | Event::AppendRefused { .. }
            | Event::VoiceRefused { .. }
            | Event::VoiceEnded { .. }
            | Event::IceServers(_)
            | Event::Emoji
            | Event::Verification { .. } => {}
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
