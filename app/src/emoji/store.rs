//! The community's emoji on the screen. Never: who may change them, which is the engine's to say.

use std::sync::Arc;

use leptos::prelude::*;

/// An emoji that everybody here can use.
#[derive(Clone, Debug, PartialEq)]
pub struct CustomEmoji {
    /// Without colons.
    pub name: Arc<str>,
    /// The picture, as an address that an image can have.
    pub address: Arc<str>,
    /// Who added it.
    pub by: String,
    /// When, in milliseconds since 1970.
    pub at: f64,
}

/// A change that is not at the relay yet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Waiting {
    pub id: String,
    pub name: String,
    /// Added, or taken away.
    pub adds: bool,
    /// The relay refused it.
    pub failed: bool,
}

/// Drivers write every field.
#[derive(Clone, Copy)]
pub struct EmojiStore {
    /// By name.
    pub all: RwSignal<Vec<CustomEmoji>>,
    pub waiting: RwSignal<Vec<Waiting>>,
    /// Why the last change was not taken.
    pub problem: RwSignal<Option<&'static str>>,
}

impl EmojiStore {
    /// None known yet.
    pub fn new() -> Self {
        Self {
            all: RwSignal::new(Vec::new()),
            waiting: RwSignal::new(Vec::new()),
            problem: RwSignal::new(None),
        }
    }

    /// The picture of that name.
    pub fn address(&self, name: &str) -> Option<Arc<str>> {
        self.all.with(|all| {
            let found = all.iter().find(|it| &*it.name == name);
            found.map(|it| Arc::clone(&it.address))
        })
    }

    /// Names and pictures, by name.
    pub fn pictures(&self) -> Vec<(Arc<str>, Arc<str>)> {
        self.all.with(|all| {
            let both = |it: &CustomEmoji| (Arc::clone(&it.name), Arc::clone(&it.address));
            all.iter().map(both).collect()
        })
    }
}

/// What a person does about the community's emoji.
#[derive(Clone, Debug, PartialEq)]
pub enum EmojiIntent {
    /// A small picture under a name, in place of one that has it.
    Add { name: String, image: Vec<u8> },
    /// The person was asked.
    Remove { name: String },
    /// What the relay refused is not wanted any more.
    Forget { id: String },
}
