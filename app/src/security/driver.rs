//! What protects this member, behind the page. This is the door: everything but one number is in a chunk (`guard`), which
//! is loaded with the first thing that is asked of it.

mod guard;
mod guarding;

use leptos::prelude::Set;
use parley_client::Engine;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::EntryId;

use self::guarding::{Begin, Guarding};
pub use self::guarding::{Here, SecurityInput};
use super::store::{Problem, SecurityIntent, Step, Work};
use crate::chunk::{LoadError, chunk};
use crate::driver::port::Port;
use crate::driver::wish::Wishes;
use crate::platform::task;
use crate::stores::Stores;

chunk!(security_driver: fn load() -> Begin = begin);

fn begin() -> Begin {
    |stores, port| Box::new(guard::Guard::new(stores, port))
}

/// The door to what a person does about their own protection.
pub struct Security {
    stores: Stores,
    port: Port<SecurityInput>,
    guard: Option<Box<dyn Guarding>>,
    /// What was asked for while the chunk was on its way, in order.
    waiting: Vec<SecurityIntent>,
}

impl Security {
    pub fn new(stores: Stores, port: Port<SecurityInput>) -> Self {
        Self {
            stores,
            port,
            guard: None,
            waiting: Vec::new(),
        }
    }

    pub fn handle_intent(&mut self, intent: SecurityIntent, here: Here<'_>) -> Wishes {
        if let Some(guard) = &mut self.guard {
            return guard.handle_intent(intent, here);
        }
        if self.waiting.is_empty() {
            let port = self.port.clone();
            self.stores.security.work.set(Work::Busy(Step::Loading));
            task::spawn(async move { port.put(SecurityInput::Loaded(load().await)) });
        }
        self.waiting.push(intent);
        Wishes::new()
    }

    pub fn handle(&mut self, input: SecurityInput, mut here: Here<'_>) -> Wishes {
        match input {
            SecurityInput::Loaded(Ok(begin)) => {
                self.stores.security.work.set(Work::Idle);
                let guard = self.guard.insert(begin(self.stores, self.port.clone()));
                let mut wishes = Wishes::new();
                for intent in std::mem::take(&mut self.waiting) {
                    wishes.extend(guard.handle_intent(intent, here.again()));
                }
                wishes
            }
            SecurityInput::Loaded(Err(LoadError)) => {
                self.waiting.clear();
                self.stores.security.work.set(Work::Refused(Problem::Other {
                    text: "This part of Parley could not be loaded. Check your connection, then try again.".to_owned(),
                    detail: "the chunk security_driver".to_owned(),
                }));
                Wishes::new()
            }
            SecurityInput::Done(done) => self
                .guard
                .as_mut()
                .map(|guard| guard.handle(done, here))
                .unwrap_or_default(),
        }
    }

    /// The log took an entry, or refused it.
    pub fn handle_answer(&mut self, entry: EntryId, refused: Option<&ErrorCode>) -> Wishes {
        self.guard
            .as_mut()
            .map(|guard| guard.handle_answer(entry, refused))
            .unwrap_or_default()
    }

    /// Something happened that is not this part's own.
    pub fn follow(&mut self) {
        if let Some(guard) = &mut self.guard {
            guard.follow();
        }
    }

    /// The community has changed.
    pub fn show(&mut self, engine: &Engine) {
        let height = engine.community().head().seq;
        self.stores.security.log_height.set(height);
        if let Some(guard) = &mut self.guard {
            guard.show(engine);
        }
    }
}
