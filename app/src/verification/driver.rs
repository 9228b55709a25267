//! Verification, behind the page. Who is verified is known at once; the protocol is in a chunk, which is loaded when
//! somebody verifies or is asked to.

mod running;
mod verifying;

use leptos::prelude::Set;
use litemap::LiteMap;
use parley_client::Engine;
use parley_client::engine::Trust;
use parley_client::verification::VerificationMessage;
use parley_protocol::ids::DeviceId;

use self::running::Running;
use self::verifying::Verifying;
use super::store::{Failure, Mark, Somebody, Stage, VerificationIntent, VerificationStore};
use crate::chunk::{LoadError, chunk};
use crate::driver::convert::user_id;
use crate::driver::port::Port;
use crate::driver::set_changed::set_changed;
use crate::ids;
use crate::platform::task;
use crate::stores::Stores;

/// What waits while the chunk is on its way. More is dropped: who sends it asks again.
const WAITING: usize = 64;

type Begin = fn(VerificationStore, Port<VerificationInput>, &Engine) -> Option<Box<dyn Verifying>>;

chunk!(verification: fn load() -> Begin = begin);

fn begin() -> Begin {
    |store, port, engine| Some(Box::new(Running::new(store, port, engine)?))
}

/// Something that reaches verification from its own timers and tasks.
pub enum VerificationInput {
    /// The chunk is here, or could not be loaded.
    Loaded(Result<Begin, LoadError>),
    /// Its time has come.
    Timeout,
}

enum Waiting {
    Intent(VerificationIntent),
    Message {
        from: DeviceId,
        message: VerificationMessage,
    },
}

/// The door to the verifications of this device.
pub struct Verifications {
    store: VerificationStore,
    port: Port<VerificationInput>,
    running: Option<Box<dyn Verifying>>,
    is_loading: bool,
    waiting: Vec<Waiting>,
}

impl Verifications {
    pub fn new(stores: Stores, port: Port<VerificationInput>) -> Self {
        Self {
            store: stores.verification,
            port,
            running: None,
            is_loading: false,
            waiting: Vec::new(),
        }
    }

    pub fn handle_intent(&mut self, intent: VerificationIntent, engine: &mut Engine) {
        match (&mut self.running, intent) {
            (_, VerificationIntent::Forget(user)) => {
                if let Some(user) = user_id(&user) {
                    engine.forget_verified(user, crate::platform::clock::now());
                }
            }
            (Some(running), intent) => running.handle_intent(intent, engine),
            (None, VerificationIntent::Close) => {
                self.waiting.clear();
                self.store.under_way.set(None);
            }
            (None, intent) => self.wait_with(Waiting::Intent(intent)),
        }
    }

    /// A device says something about a verification.
    pub fn handle_message(
        &mut self,
        from: DeviceId,
        message: VerificationMessage,
        engine: Option<&mut Engine>,
    ) {
        match (&mut self.running, engine) {
            (Some(running), Some(engine)) => running.handle_message(from, message, engine),
            (None, Some(_)) => self.wait_with(Waiting::Message { from, message }),
            (_, None) => {}
        }
    }

    pub fn handle_log_change(&mut self, engine: Option<&mut Engine>) {
        if let (Some(running), Some(engine)) = (&mut self.running, engine) {
            running.handle_log_change(engine);
        }
    }

    pub fn handle(&mut self, input: VerificationInput, engine: Option<&mut Engine>) {
        let Some(engine) = engine else {
            return;
        };
        match (input, &mut self.running) {
            (VerificationInput::Loaded(Ok(begin)), _) => {
                self.is_loading = false;
                self.running = begin(self.store, self.port.clone(), engine);
                for waiting in std::mem::take(&mut self.waiting) {
                    match waiting {
                        Waiting::Intent(intent) => self.handle_intent(intent, engine),
                        Waiting::Message { from, message } => {
                            self.handle_message(from, message, Some(engine));
                        }
                    }
                }
            }
            (VerificationInput::Loaded(Err(LoadError)), _) => self.show_not_loaded(),
            (VerificationInput::Timeout, Some(running)) => running.handle_timeout(engine),
            (VerificationInput::Timeout, None) => {}
        }
    }

    fn wait_with(&mut self, waiting: Waiting) {
        if self.waiting.len() < WAITING {
            self.waiting.push(waiting);
        }
        if std::mem::replace(&mut self.is_loading, true) {
            return;
        }
        let port = self.port.clone();
        task::spawn(async move { port.put(VerificationInput::Loaded(load().await)) });
    }

    /// Whoever wanted to verify sees it where the next step would be.
    fn show_not_loaded(&mut self) {
        self.is_loading = false;
        let asked = std::mem::take(&mut self.waiting);
        let with = asked.into_iter().find_map(|waiting| match waiting {
            Waiting::Intent(
                VerificationIntent::Ask(user)
                | VerificationIntent::ShowCode(user)
                | VerificationIntent::Scanned { user, .. },
            ) => Some(user),
            Waiting::Intent(_) | Waiting::Message { .. } => None,
        });
        if let Some(user) = with {
            let failed = Stage::Failed(Failure::NotLoaded);
            self.store.under_way.set(Some((user, failed)));
        }
    }
}

/// Shows who is verified, and whose keys changed.
pub fn show_marks(engine: &Engine, stores: Stores) {
    let store = stores.verification;
    let mut marks = LiteMap::new();
    let mut changed = Vec::new();
    let members = engine.community().members().iter();
    for (user, member) in members.filter(|(_, member)| member.is_active()) {
        let id = ids::UserId::from(user.to_string());
        match engine.trust(user) {
            Trust::Unverified => {}
            Trust::Verified => {
                marks.insert(id, Mark::Verified);
            }
            Trust::Changed => {
                marks.insert(id.clone(), Mark::Changed);
                let name = member.display_name().to_owned();
                changed.push(Somebody { id, name });
            }
        }
    }
    set_changed(store.marks, marks);
    set_changed(store.changed, changed);
}
