//! What was typed and not sent, and who else is typing.

mod desk;
mod mode;

pub use self::desk::Desk;
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
    /// What was typed and not sent, by [`Desk::key`].
    pub drafts: RwSignal<LiteMap<ChannelId, String>>,
    /// Names of those who are typing, by channel. Never me.
    pub typing: RwSignal<LiteMap<ChannelId, Vec<String>>>,
    /// The view's: what is written is an answer, or an edit.
    pub mode: RwSignal<Option<Mode>>,
    /// The view's: the thread that lies over the channel, by its key. Answers and edits are written there.
    pub thread: RwSignal<Option<ChannelId>>,
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
            thread: RwSignal::new(None),
            recent_emoji: RwSignal::new(Vec::new()),
            emoji_tone: RwSignal::new(0),
        }
    }

    /// Begins an answer or an edit. What was typed comes back when an edit is over.
    pub fn begin(&self, mut mode: Mode) {
        self.end();
        if let Mode::Edit {
            channel,
            text,
            before,
            ..
        } = &mut mode
        {
            let (desk, text) = (self.desk(channel), text.clone());
            self.drafts.update(|all| {
                *before = all.insert(desk, text).unwrap_or_default();
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
            let (desk, before) = (self.desk(channel), before.clone());
            self.drafts.update(|all| {
                all.insert(desk, before);
            });
        }
        Some(mode)
    }

    /// The key of where one writes now about what stands in a channel.
    pub fn desk(&self, channel: &ChannelId) -> ChannelId {
        let thread = self.thread.get_untracked();
        thread.unwrap_or_else(|| channel.clone())
    }

    /// Selects the field in which one writes now.
    pub fn field(&self) -> &'static str {
        if self.thread.with_untracked(Option::is_some) {
            "#thread-composer"
        } else {
            "#composer"
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
        /// The message in whose thread it stands.
        thread: Option<ItemId>,
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
