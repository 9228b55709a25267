//! Linking, behind the page. This is the door; both sides are in a chunk, which is loaded when somebody links a device.

mod begin;
mod direct_past;
mod meeting;
mod new_side;
mod old_side;
mod running;

use leptos::prelude::Set;

use self::running::{Begin, Running};
pub use self::running::{LinkingHere, LinkingInput};
use super::store::{LinkFailure, LinkingIntent, LinkingStore, NewStage, OldStage};
use crate::chunk::chunk;
use crate::driver::port::Port;
use crate::driver::wish::Wishes;
use crate::platform::task;
use crate::stores::Stores;

chunk!(linking: fn load() -> Begin = begin);

fn begin() -> Begin {
    begin::side
}

/// The door to the linking that this device takes part in.
pub struct Linking {
    stores: Stores,
    port: Port<LinkingInput>,
    running: Option<Box<dyn Running>>,
    /// What was asked for while the chunk was on its way.
    waiting: Option<LinkingIntent>,
}

impl Linking {
    pub fn new(stores: Stores, port: Port<LinkingInput>) -> Self {
        Self {
            stores,
            port,
            running: None,
            waiting: None,
        }
    }

    pub fn handle_intent(&mut self, intent: LinkingIntent, here: LinkingHere<'_>) -> Wishes {
        match (intent, &mut self.running) {
            (LinkingIntent::Close, running) => {
                self.waiting = None;
                let is_over = running.as_mut().is_none_or(|running| running.close());
                if is_over {
                    self.running = None;
                }
                self.store().old.set(None);
                Wishes::new()
            }
            (LinkingIntent::Decide(is_same), Some(running)) => {
                running.decide(is_same, here);
                Wishes::new()
            }
            (LinkingIntent::Decide(_), None) => Wishes::new(),
            (intent, _) => {
                self.running = None;
                if matches!(intent, LinkingIntent::UseCode(_)) {
                    self.store().new.set(Some(NewStage::Joining));
                } else {
                    self.store().old.set(Some(OldStage::Opening));
                }
                let is_loading = self.waiting.replace(intent).is_some();
                if !is_loading {
                    let port = self.port.clone();
                    task::spawn(async move { port.put(LinkingInput::Loaded(load().await)) });
                }
                Wishes::new()
            }
        }
    }

    pub async fn handle(&mut self, input: LinkingInput, here: LinkingHere<'_>) -> Wishes {
        match input {
            LinkingInput::Loaded(Ok(begin)) => {
                if let Some(intent) = self.waiting.take() {
                    self.running = begin(intent, self.stores, self.port.clone(), here);
                }
                Wishes::new()
            }
            LinkingInput::Loaded(Err(_)) => {
                let failed = LinkFailure::NotLoaded;
                match self.waiting.take() {
                    Some(LinkingIntent::UseCode(_)) => {
                        self.store().new.set(Some(NewStage::Failed(failed)));
                    }
                    Some(_) => self.store().old.set(Some(OldStage::Failed(failed))),
                    None => {}
                }
                Wishes::new()
            }
            LinkingInput::Done(number, done) => match &mut self.running {
                Some(running) if running.number() == number => running.handle(done, here).await,
                // Of a linking that was closed.
                Some(_) | None => Wishes::new(),
            },
        }
    }

    fn store(&self) -> LinkingStore {
        self.stores.linking
    }
}
