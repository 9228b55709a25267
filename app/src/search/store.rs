//! Finding messages, on the screen: what was typed, what was found, and how far the index is.

use leptos::prelude::*;

use crate::ids::{ChannelId, ItemId};

/// How the index is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum IndexState {
    /// It is being opened.
    #[default]
    Opening,
    /// Messages are still going in. Of a hundred, so many are.
    Indexing(u64),
    /// All that this device has is in it.
    Ready,
    /// It cannot be used here.
    Failed,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Results {
    /// What was typed for it.
    pub typed: String,
    /// The newest first.
    pub lines: Vec<Line>,
    /// How many there are. `None`: more than these.
    pub all: Option<usize>,
    /// What of it says nothing, in words.
    pub problems: Vec<String>,
    /// Whether anything was asked for.
    pub is_asked: bool,
}

/// A message that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub channel: ChannelId,
    pub item: ItemId,
    pub channel_name: String,
    /// It is a conversation, and no channel.
    pub is_direct: bool,
    pub author_name: String,
    /// In milliseconds since 1970.
    pub at: f64,
    /// What it has beside words, in a word each.
    pub has: Vec<&'static str>,
    /// Its text in pieces, and whether each is what was looked for.
    pub pieces: Vec<(String, bool)>,
}

/// Lines that are shown at first, and more each time.
pub const PAGE: usize = 50;

/// Drivers write all but `typed` and `at`.
#[derive(Clone, Copy)]
pub struct SearchStore {
    /// What stands in the field.
    pub typed: RwSignal<String>,
    /// The chosen line of the list.
    pub at: RwSignal<usize>,
    pub results: RwSignal<Results>,
    pub state: RwSignal<IndexState>,
    /// Whether messages that this member may read are not on this device yet.
    pub is_past_coming: RwSignal<bool>,
}

impl SearchStore {
    /// Nothing typed yet.
    pub fn new() -> Self {
        Self {
            typed: RwSignal::new(String::new()),
            at: RwSignal::new(0),
            results: RwSignal::new(Results::default()),
            state: RwSignal::new(IndexState::default()),
            is_past_coming: RwSignal::new(false),
        }
    }
}

/// What a person does to find messages.
#[derive(Clone, Debug, PartialEq)]
pub enum SearchIntent {
    /// The panel is open.
    Open,
    /// It is closed.
    Close,
    /// Look for this, and show so many.
    Ask { typed: String, limit: usize },
}
