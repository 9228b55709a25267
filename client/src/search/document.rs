//! A message as the index has it.

use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, UserId};
use serde::{Deserialize, Serialize};

use crate::relations::Target;

/// Bytes of a text that are kept and searched; what comes after them is not found. Most messages have a hundred.
const LONGEST_TEXT: usize = 8_000;

/// What a message has beside its words, as a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Has(pub u16);

impl Has {
    /// An address in its text.
    pub const LINK: Self = Self(1);
    /// A question to choose from.
    pub const POLL: Self = Self(1 << 1);
    /// Any file. Pictures, videos and sounds are files, too.
    pub const FILE: Self = Self(1 << 2);
    /// A picture.
    pub const PICTURE: Self = Self(1 << 3);
    /// A video.
    pub const VIDEO: Self = Self(1 << 4);
    /// Music or another sound.
    pub const AUDIO: Self = Self(1 << 5);
    /// A voice message.
    pub const VOICE: Self = Self(1 << 6);

    /// Both.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of the other is in it.
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// What a text has.
    pub(super) fn of_text(text: &str) -> Self {
        if text.contains("https://") || text.contains("http://") {
            Self::LINK
        } else {
            Self::default()
        }
    }
}

/// A message as the index has it.
#[derive(Clone, PartialEq, Eq)]
pub struct Document {
    /// The channel or conversation.
    pub place: ChannelId,
    /// Where it stands there.
    pub seq: u64,
    /// Which message it is.
    pub message: Target,
    /// Who wrote it.
    pub author: UserId,
    /// When, but no later than it came here: nobody can put theirs above those of others.
    pub at: Millis,
    /// What it has beside its words.
    pub has: Has,
    /// What it says.
    pub text: String,
    /// Where the edit stands that it has its text of; 0: it says what was written first.
    pub edited: u64,
}

impl Document {
    /// The same with another text.
    pub(super) fn say(&mut self, text: &str, edited: u64) {
        let kept = Has(self.has.0 & !Has::LINK.0);
        self.has = kept.with(Has::of_text(text));
        cut(text).clone_into(&mut self.text);
        self.edited = edited;
    }
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Document")
            .field("place", &self.place)
            .field("seq", &self.seq)
            .field("text", &format_args!("{} bytes", self.text.len()))
            .finish_non_exhaustive()
    }
}

/// The beginning of a text that is kept.
pub(super) fn cut(text: &str) -> &str {
    let mut end = text.len().min(LONGEST_TEXT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}
