//! The administration, behind its pages. This is the door: everything is in the chunk of the pages themselves.

mod administering;
mod office;

use self::administering::Begin;
pub use self::administering::{AdminInput, Here};
use super::store::{AdminIntent, Part};
use crate::chunk::{LoadError, chunk};
use crate::driver::port::Port;
use crate::driver::wish::Wishes;
use crate::platform::task;
use crate::stores::Stores;
use leptos::prelude::Update;

chunk!(admin: fn load() -> Begin = begin);

fn begin() -> Begin {
    |stores, port| Box::new(office::Office::new(stores, port))
}

/// The door to the administration.
pub struct Admin {
    stores: Stores,
    port: Port<AdminInput>,
    office: Option<Box<dyn administering::Administering>>,
    /// What was asked for while the chunk was on its way, in order.
    waiting: Vec<AdminIntent>,
}

impl Admin {
    pub fn new(stores: Stores, port: Port<AdminInput>) -> Self {
        Self {
            stores,
            port,
            office: None,
            waiting: Vec::new(),
        }
    }

    pub fn handle_intent(&mut self, intent: AdminIntent, here: Here<'_>) -> Wishes {
        if let Some(office) = &mut self.office {
            office.handle_intent(intent, here);
            return Wishes::new();
        }
        if self.waiting.is_empty() {
            let port = self.port.clone();
            task::spawn(async move { port.put(AdminInput::Loaded(load().await)) });
        }
        self.waiting.push(intent);
        Wishes::new()
    }

    pub fn handle(&mut self, input: AdminInput, mut here: Here<'_>) -> Wishes {
        match input {
            AdminInput::Loaded(Ok(begin)) => {
                let office = self.office.insert(begin(self.stores, self.port.clone()));
                for intent in std::mem::take(&mut self.waiting) {
                    office.handle_intent(intent, here.again());
                }
                Wishes::new()
            }
            AdminInput::Loaded(Err(LoadError)) => {
                self.waiting.clear();
                let failed = "This part of Parley could not be loaded. Check your connection, then try again.";
                self.stores
                    .admin
                    .shown
                    .update(|shown| shown.overview = Part::Failed(failed.to_owned()));
                Wishes::new()
            }
            AdminInput::ReadLog | AdminInput::Done(_) => self
                .office
                .as_mut()
                .map(|office| office.handle(input, here))
                .unwrap_or_default(),
        }
    }
}
