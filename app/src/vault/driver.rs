//! Reading the vault, behind the page: the door. What reads is in a chunk, which is loaded only when an enrolment left
//! something to read.

mod input;
mod reading;
mod takeover;

use leptos::prelude::Set;
use parley_client::store::Record;
use parley_client::vault::Restore;

use super::store::{self, VaultStore};
use crate::chunk::{LoadError, chunk};
use crate::driver::keeper::Loaded;
use crate::driver::port::Port;
use crate::driver::wish::Wishes;
use crate::platform::clock::Timer;
use crate::platform::task;
use input::{Begin, Step, VaultReading};
pub use input::{Surroundings, VaultInput};

/// A chunk that did not load is tried again after this.
const LOAD_AGAIN_AFTER: u64 = 10_000;

chunk!(vault: fn load() -> Begin = begin);

fn begin() -> Begin {
    |store, port, records| Box::new(reading::Reader::new(store, port, records))
}

/// The door to what reads a vault.
pub struct Vault {
    store: VaultStore,
    port: Port<VaultInput>,
    /// What the enrolment kept for it.
    waiting: Vec<Record>,
    reader: Option<Box<dyn VaultReading>>,
    again: Option<Timer>,
}

impl Vault {
    pub fn new(store: VaultStore, port: Port<VaultInput>) -> Self {
        Self {
            store,
            port,
            waiting: Vec::new(),
            reader: None,
            again: None,
        }
    }

    /// A device is here. If its vault was not read to the end, that begins.
    pub fn enter(&mut self, loaded: &Loaded) {
        let waiting = loaded.records.iter().filter(|it| Restore::is_waiting(it));
        self.read(waiting.cloned().collect());
    }

    /// Reads the vault, if something says so.
    pub fn read(&mut self, waiting: Vec<Record>) {
        self.waiting = waiting;
        self.reader = None;
        if !self.waiting.is_empty() {
            self.store
                .reading
                .set(store::Reading::Running { done: 0, total: 0 });
            self.load();
        }
    }

    /// This device is out for good: nothing comes back to it.
    pub fn stop(&mut self) {
        self.waiting.clear();
        self.reader = None;
        self.again = None;
        self.store.reading.set(store::Reading::None);
    }

    fn load(&self) {
        let port = self.port.clone();
        task::spawn(async move { port.put(VaultInput::Loaded(load().await)) });
    }

    pub async fn handle(&mut self, input: VaultInput, here: Surroundings<'_>) -> Wishes {
        match input {
            VaultInput::Loaded(_) | VaultInput::LoadAgain if self.waiting.is_empty() => {
                Wishes::new()
            }
            VaultInput::Loaded(Ok(begin)) => {
                let records = std::mem::take(&mut self.waiting);
                let reader = begin(self.store, self.port.clone(), records);
                let reader = self.reader.insert(reader);
                reader.handle(Step::Begin, here).await
            }
            VaultInput::Loaded(Err(LoadError)) => {
                self.store.reading.set(store::Reading::Waiting);
                let port = self.port.clone();
                self.again =
                    Timer::after(LOAD_AGAIN_AFTER, move || port.put(VaultInput::LoadAgain));
                Wishes::new()
            }
            VaultInput::LoadAgain => {
                self.load();
                Wishes::new()
            }
            VaultInput::Step(step) => match &mut self.reader {
                Some(reader) => reader.handle(step, here).await,
                None => Wishes::new(),
            },
        }
    }
}
