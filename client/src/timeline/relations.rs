//! What people do with messages that stand: edits, reactions, deletions, pins, threads, polls. Each is an item of the
//! channel like a message, in its author's chain, but no line of its own. What they make of a message is its
//! [`Summary`], which is the same on every device, in whatever order the items came.
//!
//! | file | what is there |
//! |---|---|
//! | `limits` | how much of each there may be |
//! | `emoji` | what can be a reaction |
//! | `sound` | whether somebody's relation or poll may count at all |
//! | `related` | which items concern which message, and what is made of them, kept until something changes |
//! | `fold` | from the items that concern a message to its summary |
//! | `summary` | what comes out |

mod emoji;
mod fold;
pub mod limits;
mod related;
mod sound;
mod summary;

use parley_protocol::ids::{DeviceId, MessageId};
use serde::{Deserialize, Serialize};

pub use emoji::is_emoji;
pub(crate) use fold::{Done, Fold, Message};
pub(crate) use related::{Related, Relations};
pub use sound::PollFault;
pub use summary::{Choice, Edit, Reaction, Summary, Tally, Thread};

/// A message, by its author's device and the id that this device chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Target {
    /// The device that wrote it.
    pub device: DeviceId,
    /// Its id.
    pub id: MessageId,
}

/// What somebody does with a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relation {
    /// The message, in the same channel.
    pub to: Target,
    /// What is done.
    pub act: Act,
}

/// What can be done with a message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// It says this now. Only of its author.
    Edit(String),
    /// An emoji at it.
    React(String),
    /// The emoji away again.
    Unreact(String),
    /// It is gone for everybody. Of its author, or with [`parley_protocol::entry::Permission::ModerateMessages`].
    Delete,
    /// It is kept at hand for the channel. With [`parley_protocol::entry::Permission::ModerateMessages`] or
    /// [`parley_protocol::entry::Permission::ManageChannels`].
    Pin,
    /// It is pinned no more.
    Unpin,
    /// Options of a poll, by their numbers from 0, ascending; none takes the vote back.
    Vote(Vec<u8>),
    /// No vote counts from here on. Only of the poll's author.
    ClosePoll,
}

/// A question with options.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Poll {
    /// What is asked. At most [`limits::MAX_QUESTION_CHARS`].
    pub question: String,
    /// From [`limits::MIN_OPTIONS`] to [`limits::MAX_OPTIONS`], each at most [`limits::MAX_OPTION_CHARS`].
    pub options: Vec<String>,
    /// Whether somebody may choose more than one.
    pub several: bool,
}

impl std::fmt::Debug for Act {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Edit(text) => write!(f, "Edit({} bytes)", text.len()),
            Self::React(_) => f.write_str("React"),
            Self::Unreact(_) => f.write_str("Unreact"),
            Self::Delete => f.write_str("Delete"),
            Self::Pin => f.write_str("Pin"),
            Self::Unpin => f.write_str("Unpin"),
            Self::Vote(_) => f.write_str("Vote"),
            Self::ClosePoll => f.write_str("ClosePoll"),
        }
    }
}

impl std::fmt::Debug for Poll {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            question: _,
            options,
            several: _,
        } = self;
        write!(f, "Poll({} options)", options.len())
    }
}
