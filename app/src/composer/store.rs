//! What was typed and not sent, and who else is typing.

use leptos::prelude::*;
use litemap::LiteMap;

use crate::ids::ChannelId;

/// Drafts and typists. The view writes `drafts`, drivers write `typing`.
#[derive(Clone, Copy)]
pub struct ComposerStore {
    /// What was typed and not sent, by channel.
    pub drafts: RwSignal<LiteMap<ChannelId, String>>,
    /// Names of those who are typing, by channel. Never me.
    pub typing: RwSignal<LiteMap<ChannelId, Vec<String>>>,
}

impl ComposerStore {
    /// Nothing typed.
    pub fn new() -> Self {
        Self {
            drafts: RwSignal::new(LiteMap::new()),
            typing: RwSignal::new(LiteMap::new()),
        }
    }
}

/// What a person does in the composer.
#[derive(Clone, Debug, PartialEq)]
pub enum ComposerIntent {
    /// Composer: Enter.
    SendMessage {
        channel: ChannelId,
        /// What was typed, without white space at its ends. Never empty.
        text: String,
    },
    /// Somebody types; sent with each change, the driver thins it out.
    Typing(ChannelId),
}
