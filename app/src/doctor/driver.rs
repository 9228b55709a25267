//! The connection doctor, behind its dialog. This is the door: what looks is a chunk.

mod checks;
mod looking;
mod report;
mod servers;

use leptos::prelude::{GetUntracked, Set, Update};
use parley_client::Engine;
use parley_client::engine::ConnectionState;
use parley_protocol::voice::IceServers;

use super::store::{DoctorIntent, DoctorStore, Finding, Matter, Run};
use crate::chunk::{LoadError, chunk};
use crate::driver::port::Port;
use crate::platform::clock::Timer;
use crate::platform::task;
use crate::stores::Stores;

/// How long the relay may take to tell its servers, in milliseconds.
const PATIENCE: u64 = 4_000;

chunk!(doctor: fn load() -> Look = look);

/// Looks at everything, and reports as it goes.
type Look = fn(Case, Port<DoctorInput>);

fn look() -> Look {
    looking::begin
}

/// What is looked at, and what is known of it.
pub struct Case {
    number: u64,
    /// The relay's servers; `None` if it could not be asked.
    servers: Option<IceServers>,
    is_online: bool,
    hides_address: bool,
    /// The chosen microphone.
    microphone: Option<String>,
}

/// What reaches the door from what it started.
pub enum DoctorInput {
    /// The relay did not tell its servers in time.
    NoServers(u64),
    /// What looks could not be loaded.
    NotLoaded(u64),
    Found {
        number: u64,
        matter: Matter,
        finding: Finding,
    },
    Over(u64),
}

/// The door.
pub struct Doctor {
    stores: Stores,
    store: DoctorStore,
    port: Port<DoctorInput>,
    /// Counts looks: what an older one finds is not shown any more.
    number: u64,
    /// A look that waits for the relay's servers.
    waiting: Option<(Case, Option<Timer>)>,
}

impl Doctor {
    pub fn new(stores: Stores, port: Port<DoctorInput>) -> Self {
        Self {
            stores,
            store: stores.doctor,
            port,
            number: 0,
            waiting: None,
        }
    }

    pub fn handle_intent(&mut self, intent: DoctorIntent, engine: Option<&mut Engine>, now: u64) {
        self.number += 1;
        self.waiting = None;
        match intent {
            DoctorIntent::Stop => self.store.run.set(None),
            DoctorIntent::Look => {
                self.store.run.set(Some(Run::default()));
                self.begin(engine, now);
            }
        }
    }

    fn begin(&mut self, engine: Option<&mut Engine>, now: u64) {
        let chosen = self.stores.call.input.get_untracked();
        let mut case = Case {
            number: self.number,
            servers: None,
            is_online: false,
            hides_address: self.stores.prefs.hide_address.get_untracked(),
            microphone: chosen.map(|id| id.as_str().to_owned()),
        };
        let is_asked = engine.is_some_and(|engine| {
            case.is_online = matches!(engine.connection(), ConnectionState::Online);
            engine.ask_ice_servers(now)
        });
        if !is_asked {
            return self.look(case);
        }
        let (port, number) = (self.port.clone(), self.number);
        let timer = Timer::after(PATIENCE, move || port.put(DoctorInput::NoServers(number)));
        self.waiting = Some((case, timer));
    }

    /// The relay told its servers.
    pub fn handle_servers(&mut self, servers: IceServers) {
        if let Some((case, _)) = self.waiting.take() {
            self.look(Case {
                servers: Some(servers),
                ..case
            });
        }
    }

    fn look(&self, case: Case) {
        let (port, number) = (self.port.clone(), case.number);
        task::spawn(async move {
            match load().await {
                Ok(look) => look(case, port),
                Err(LoadError) => port.put(DoctorInput::NotLoaded(number)),
            }
        });
    }

    pub fn handle(&mut self, input: DoctorInput) {
        match input {
            DoctorInput::NoServers(number) if number == self.number => {
                if let Some((case, _)) = self.waiting.take() {
                    self.look(case);
                }
            }
            DoctorInput::Found {
                number,
                matter,
                finding,
            } if number == self.number => self.change(|run| run.found.push((matter, finding))),
            DoctorInput::Over(number) if number == self.number => self.change(|run| {
                run.is_over = true;
                run.report = report::write(&run.found);
            }),
            DoctorInput::NotLoaded(number) if number == self.number => self.change(|run| {
                run.problem = Some(
                    "This part of Parley could not be loaded. Check your network, then try again.",
                );
            }),
            DoctorInput::NoServers(_)
            | DoctorInput::NotLoaded(_)
            | DoctorInput::Found { .. }
            | DoctorInput::Over(_) => {}
        }
    }

    fn change(&self, act: impl FnOnce(&mut Run)) {
        self.store.run.update(|run| {
            if let Some(run) = run {
                act(run);
            }
        });
    }
}
