//! What the page and the worker say to each other. It stays in this browser.

use parley_client::search::{Found, Wanted};
use parley_protocol::json;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// From the page.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Job {
    /// Open the index, in the store of this holder, and take in what is new.
    Begin { holder: String },
    /// Something is new in the store.
    News,
    /// Look for this.
    Find { number: u64, wanted: Wanted },
    /// Nobody waits: finish, and keep what was made.
    Finish,
}

/// From the worker.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// How far the index is.
    State(State),
    Found {
        number: u64,
        found: Found,
    },
    /// It cannot go on.
    Failed {
        why: String,
    },
}

/// How far the index is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Of a hundred, so many places are read.
    pub percent: u64,
    /// Whether all that is in the store is in the index.
    pub is_whole: bool,
    /// Whether all of the index is in the store.
    pub is_kept: bool,
}

pub fn write<T: Serialize>(message: &T) -> String {
    json::write(message)
}

pub fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    json::read(text).ok()
}
