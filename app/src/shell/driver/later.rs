//! What nobody waits for: the community's emoji and roles. What shows them and does what people ask about them comes with
//! what draws messages.

use leptos::prelude::Update;
use parley_client::Engine;
use parley_protocol::error::ErrorCode;
use parley_protocol::ids::EntryId;

use crate::chunk::chunk;
use crate::driver::appends::{Appends, refusal};
use crate::driver::port::Port;
use crate::platform::task;
use crate::stores::{Intent, Stores};
use crate::{emoji, roles};

chunk!(timeline: fn load_work() -> Work = work);

#[derive(Clone, Copy)]
struct Work {
    show: fn(Stores, &Engine),
    handle_intent: fn(Intent, Stores, &mut Engine, u64) -> Option<EntryId>,
}

fn work() -> Work {
    Work {
        show: show_now,
        handle_intent: handle_now,
    }
}

/// It was loaded, or was not to be had.
pub struct LaterInput(Option<Work>);

pub struct Later {
    stores: Stores,
    port: Port<LaterInput>,
    work: Option<Work>,
    is_loading: bool,
    waiting: Vec<Intent>,
    asked: Appends<()>,
}

impl Later {
    pub fn new(stores: Stores, port: Port<LaterInput>) -> Self {
        Self {
            stores,
            port,
            work: None,
            is_loading: false,
            waiting: Vec::new(),
            asked: Appends::default(),
        }
    }

    pub fn handle(&mut self, input: LaterInput, engine: Option<&mut Engine>, now: u64) {
        self.is_loading = false;
        self.work = self.work.or(input.0);
        let (Some(work), Some(engine)) = (self.work, engine) else {
            return;
        };
        for intent in std::mem::take(&mut self.waiting) {
            self.handle_intent(intent, engine, now);
        }
        (work.show)(self.stores, engine);
    }

    pub fn handle_intent(&mut self, intent: Intent, engine: &mut Engine, now: u64) {
        let Some(work) = self.work else {
            self.waiting.push(intent);
            return self.load();
        };
        if let Some(entry) = (work.handle_intent)(intent, self.stores, engine, now) {
            self.asked.ask(entry, ());
        }
    }

    /// Shows them as they are now, or once what does so is here.
    pub fn show(&mut self, engine: &Engine) {
        match self.work {
            Some(work) => (work.show)(self.stores, engine),
            None => self.load(),
        }
    }

    /// The log took an entry, or refused it.
    pub fn handle_answer(&mut self, entry: EntryId, refused: Option<&ErrorCode>) {
        if self.asked.take(entry).is_none() {
            return;
        }
        if let Some(code) = refused {
            self.stores.view.notify_problem(refusal(code));
            self.stores.roles.refused.update(|refused| *refused += 1);
        }
    }

    fn load(&mut self) {
        if !std::mem::replace(&mut self.is_loading, true) {
            let port = self.port.clone();
            task::spawn(async move { port.put(LaterInput(load_work().await.ok())) });
        }
    }
}

fn show_now(stores: Stores, engine: &Engine) {
    emoji::driver::show(stores.emoji, engine);
    roles::driver::show(stores.roles, engine);
}

fn handle_now(intent: Intent, stores: Stores, engine: &mut Engine, now: u64) -> Option<EntryId> {
    if let Intent::Roles(intent) = intent {
        return roles::driver::handle_intent(intent, stores, engine, now);
    }
    if let Intent::Emoji(intent) = intent {
        emoji::driver::handle_intent(stores.emoji, intent, engine, now);
    }
    None
}
