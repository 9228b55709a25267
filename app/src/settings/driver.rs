//! Signing out: this device leaves the log, so that nobody encrypts for it any more; then everything here is forgotten.

mod shared;

pub use shared::{SettingsChanged, Shared};

use parley_client::Engine;
use parley_protocol::entry::Action;
use parley_protocol::ids::EntryId;

use super::store::SettingsIntent;
use crate::driver::appends::{Appends, not_asked};
use crate::driver::port::Port;
use crate::driver::wish::{Wish, Wishes};
use crate::platform::clock::Timer;
use crate::stores::Stores;

/// How long signing out waits for the relay, in milliseconds.
const PATIENCE: u64 = 3_000;

/// The relay was waited for long enough.
pub struct OutOfPatience;

/// Whether this device is leaving.
pub struct SignOut {
    stores: Stores,
    port: Port<OutOfPatience>,
    asked: Appends<()>,
    patience: Option<Timer>,
}

impl SignOut {
    pub fn new(stores: Stores, port: Port<OutOfPatience>) -> Self {
        Self {
            stores,
            port,
            asked: Appends::default(),
            patience: None,
        }
    }

    /// Without an engine or a relay it only forgets.
    pub fn handle_intent(
        &mut self,
        intent: SettingsIntent,
        engine: Option<&mut Engine>,
        now: u64,
    ) -> Wishes {
        let SettingsIntent::SignOut = intent;
        let Some(engine) = engine else {
            return vec![Wish::Forget];
        };
        let device = engine.me().1;
        match engine.append(Action::DeviceRevoked { device }, now) {
            Ok(entry) => {
                self.asked.ask(entry, ());
                let port = self.port.clone();
                self.patience = Timer::after(PATIENCE, move || port.put(OutOfPatience));
                Wishes::new()
            }
            Err(error) => {
                self.stores.view.notify_problem(not_asked(error));
                vec![Wish::Forget]
            }
        }
    }

    /// Whether the log was asked and has not answered.
    pub fn is_under_way(&self) -> bool {
        !self.asked.is_empty()
    }

    /// The log took or refused an entry. Either way this device goes.
    pub fn handle_answer(&mut self, entry: EntryId) -> Wishes {
        let asked = self.asked.take(entry);
        asked.map(|()| Wish::Forget).into_iter().collect()
    }
}
