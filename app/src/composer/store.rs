//! What was typed and not sent, and who else is typing.

use leptos::prelude::*;
use litemap::LiteMap;

use crate::ids::ChannelId;

/// Bytes of a message's text in UTF-8. The engine refuses more.
pub const LONGEST: usize = 32 * 1024;

/// Drafts and typists. The view writes `drafts`, drivers write `typing`.
#[derive(Clone, Copy)]
pub struct ComposerStore {
    /// What was typed and not sent, by channel.
    pub drafts: RwSignal<LiteMap<ChannelId, String>>,
    /// Names of those who are typing, by channel. Never me.
    pub typing: RwSignal<LiteMap<ChannelId, Vec<String>>>,
    /// Emoji that were taken last, the newest first.
    pub recent_emoji: RwSignal<Vec<String>>,
    /// The tone of skin of emoji; 0 for none.
    pub emoji_tone: RwSignal<usize>,
}

impl ComposerStore {
    /// Nothing typed.
    pub fn new() -> Self {
        Self {
            drafts: RwSignal::new(LiteMap::new()),
            typing: RwSignal::new(LiteMap::new()),
            recent_emoji: RwSignal::new(Vec::new()),
            emoji_tone: RwSignal::new(0),
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
    /// An emoji was taken, in a message or for a reaction.
    PickEmoji(String),
    /// Emoji of people have this tone of skin from now on.
    SetEmojiTone(usize),
    /// Arrow up where nothing is typed: change the last message of mine.
    EditLast(ChannelId),
    /// Somebody types; sent with each change, the driver thins it out.
    Typing(ChannelId),
}
