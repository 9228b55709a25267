//! How far the vault is read.

use leptos::prelude::*;

/// What the person sees of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Reading {
    /// Nothing is to be read, or all of it was.
    #[default]
    None,
    /// It is on.
    Running {
        /// Of [`Reading::Running::total`].
        done: u64,
        /// Segments. 0 while that is not known.
        total: u64,
    },
    /// The relay does not answer; it goes on by itself.
    Waiting,
    /// It is over, and something was wrong with what the relay gave.
    Damaged {
        /// Segments that are missing or were refused.
        problems: usize,
    },
}

/// The vault's reading as the view sees it.
#[derive(Clone, Copy)]
pub struct VaultStore {
    pub reading: RwSignal<Reading>,
    /// For those who look closer: what was wrong, one a line.
    pub detail: RwSignal<String>,
}

impl VaultStore {
    /// Nothing to read.
    pub fn new() -> Self {
        Self {
            reading: RwSignal::new(Reading::None),
            detail: RwSignal::new(String::new()),
        }
    }
}
