//! What was typed and not sent, and who else is typing.

mod mode;

pub use self::mode::Mode;
#[cfg(not(feature = "gallery"))]
pub use self::mode::excerpt;

use leptos::prelude::*;
use litemap::LiteMap;

use crate::ids::{ChannelId, ItemId};

/// Bytes of a message's text in UTF-8. The engine refuses more.
pub const LONGEST: usize = 32 * 1024;

/// Drafts and typists. The view writes `drafts`, drivers write `typing`.
#[derive(Clone, Copy)]
pub struct ComposerStore {
    /// What was typed and not sent, by channel.
    pub drafts: RwSignal<LiteMap<ChannelId, String>>,
    /// Names of those who are typing, by channel. Never me.
    pub typing: RwSignal<LiteMap<ChannelId, Vec<String>>>,
    /// The view's: what is written is an answer, or an edit.
    pub mode: RwSignal<Option<Mode>>,
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
            mode: RwSignal::new(None),
            recent_emoji: RwSignal::new(Vec::new()),
            emoji_tone: RwSignal::new(0),
        }
    }

    /// Begins an answer or an edit. What was typed comes back when an edit is over.
    pub fn begin(&self, mode: Mode) {
        self.end();
        if let Mode::Edit {
            channel,
            text,
            before,
            ..
        } = &mode
        {
            let (channel, text, before) = (channel.clone(), text.clone(), *before);
            self.drafts.update(|all| {
                let typed = all.insert(channel, text).unwrap_or_default();
                before.set_value(typed);
            });
        }
        self.mode.set(Some(mode));
    }

    /// Neither answer nor edit any more. Says which it was.
    pub fn end(&self) -> Option<Mode> {
        let mode = self.mode.get_untracked()?;
        self.mode.set(None);
        if let Mode::Edit {
            channel, before, ..
        } = &mode
        {
            let before = before.get_value();
            self.drafts.update(|all| {
                all.insert(channel.clone(), before);
            });
        }
        Some(mode)
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
        /// The message that it answers.
        reply_to: Option<ItemId>,
        /// The message in whose thread it stands.
        thread: Option<ItemId>,
    },
    /// Send a text that was taken from elsewhere.
    Forward {
        channel: ChannelId,
        text: String,
        /// The message whose files go along.
        of: Option<(ChannelId, ItemId)>,
        /// What the person says to it, in a message of its own; empty for nothing.
        comment: String,
    },
    /// Ask something.
    SendPoll {
        channel: ChannelId,
        question: String,
        /// From two on.
        options: Vec<String>,
        /// Whether somebody may choose more than one.
        several: bool,
    },
    /// Of the picker.
    Emoji(EmojiChoice),
    /// Somebody types; sent with each change, the driver thins it out.
    Typing(ChannelId),
}

/// What is chosen in the picker of emoji, and kept for the next time.
#[derive(Clone, Debug, PartialEq)]
pub enum EmojiChoice {
    /// An emoji was taken, in a message or for a reaction.
    Pick(String),
    /// Emoji of people have this tone of skin from now on.
    Tone(usize),
}
