//! What somebody says of themselves below their name. It goes through a channel like a message, and is no line.

use parley_protocol::Millis;
use parley_protocol::ids::UserId;
use parley_protocol::map::{IdMap, IdSet};
use parley_protocol::names::is_blank;
use serde::{Deserialize, Serialize};

use super::relations::is_emoji;
use super::{Body, Timeline, TimelineItem};

/// Characters of a status. Longer ones are refused when they are sent, and count nothing when they come.
pub const MAX_STATUS_CHARS: usize = 100;

/// What somebody says of themselves. Without emoji and text it is none, and takes the one before it away.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Status {
    /// One emoji before the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub emoji: Option<String>,
    /// One line of at most [`MAX_STATUS_CHARS`].
    #[serde(default)]
    pub text: String,
    /// When it ends, by its author's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Millis>,
}

/// What is wrong with a status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StatusFault {
    /// More than [`MAX_STATUS_CHARS`].
    #[error("the status is longer than {MAX_STATUS_CHARS} characters")]
    TooLong,
    /// More than one line, or characters that do not show.
    #[error("the status is not one line of text")]
    NotALine,
    /// Not one emoji.
    #[error("this is no emoji")]
    NoEmoji,
}

impl Status {
    /// Whether it says nothing.
    pub fn is_nothing(&self) -> bool {
        self.emoji.is_none() && is_blank(&self.text)
    }

    /// Whether it is still so.
    pub fn lasts_at(&self, now: Millis) -> bool {
        self.until.is_none_or(|until| now < until)
    }

    /// Whether it can be sent, and counts when it comes.
    ///
    /// # Errors
    /// [`StatusFault`], the first one.
    pub fn check(&self) -> Result<(), StatusFault> {
        if self.text.chars().nth(MAX_STATUS_CHARS).is_some() {
            return Err(StatusFault::TooLong);
        }
        if self.text.chars().any(char::is_control) {
            return Err(StatusFault::NotALine);
        }
        match &self.emoji {
            Some(emoji) if !is_emoji(emoji) => Err(StatusFault::NoEmoji),
            Some(_) | None => Ok(()),
        }
    }
}

impl std::fmt::Debug for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            emoji: _,
            text,
            until,
        } = self;
        write!(f, "Status({} bytes, until {until:?})", text.len())
    }
}

/// Where the statuses of each member stand.
#[derive(Debug, Clone, Default)]
pub(super) struct Statuses(IdMap<UserId, IdSet<u64>>);

impl Statuses {
    pub(super) fn put(&mut self, item: &TimelineItem) {
        if let Body::Status(_) = item.body {
            self.0.or_default(item.user).insert(item.seq);
        }
    }

    pub(super) fn remove(&mut self, item: &TimelineItem) {
        if let Some(seqs) = self.0.get_mut(&item.user) {
            seqs.remove(&item.seq);
        }
    }
}

impl Timeline {
    /// A member's newest status that is here.
    pub(crate) fn newest_status(&self, user: &UserId) -> Option<(u64, &Status)> {
        let seq = self.statuses.0.get(user)?.iter().next_back()?;
        match &self.item_at(seq)?.body {
            Body::Status(status) => Some((seq, status)),
            Body::Text { .. }
            | Body::Poll { .. }
            | Body::Relation(_)
            | Body::CustomEmoji(_)
            | Body::Void
            | Body::Removed { .. }
            | Body::Unreadable { .. } => None,
        }
    }
}
