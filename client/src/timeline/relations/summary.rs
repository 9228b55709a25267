//! What became of a message: what everybody on every device sees.

use parley_protocol::Millis;
use parley_protocol::ids::{MessageId, UserId};
use parley_protocol::map::IdSet;

use crate::timeline::Body;

/// What was done with a message, in the end. What one's own device has not sent yet counts already.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// What it says since its last edit. `None`: what was written first.
    pub text: Option<String>,
    /// Its edits, oldest first; the last one is `text`. Of more than [`super::limits::MAX_EDITS`] the newest.
    pub edits: Vec<Edit>,
    /// In the order in which each emoji came first, at most [`super::limits::MAX_EMOJI`].
    pub reactions: Vec<Reaction>,
    /// Who deleted it. Then nothing else is left of it but its thread.
    pub deleted: Option<UserId>,
    /// Whether it is pinned.
    pub pinned: bool,
    /// The thread that hangs off it.
    pub thread: Option<Thread>,
    /// How a poll stands.
    pub poll: Option<Tally>,
    /// Whether something of it is not at the relay yet.
    pub waiting: bool,
    /// What of one's own the relay refused, which does not count: for [`crate::Engine::retry`] or
    /// [`crate::Engine::discard`].
    pub failed: Vec<MessageId>,
    /// What this member did with it so far.
    pub(crate) own_acts: u32,
}

/// What a message once became.
#[derive(Clone, PartialEq, Eq)]
pub struct Edit {
    /// The author's clock.
    pub at: Millis,
    /// What it said from then on.
    pub text: String,
}

/// An emoji at a message.
#[derive(Clone, PartialEq, Eq)]
pub struct Reaction {
    /// Symbols, or a `:name:`.
    pub emoji: String,
    /// Whose it is, one member at least.
    pub users: IdSet<UserId>,
    /// Whether one is one's own.
    pub mine: bool,
}

/// The messages that hang off another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thread {
    /// How many there are, deleted ones included.
    pub count: usize,
    /// The sequence number of the last one.
    pub last_seq: u64,
}

/// How a poll stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tally {
    /// One for each of the poll's options.
    pub choices: Vec<Choice>,
    /// How many members voted.
    pub voters: usize,
    /// Whether no vote counts any more.
    pub closed: bool,
}

/// How an option stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// Who chose it.
    pub users: IdSet<UserId>,
    /// Whether one did oneself.
    pub mine: bool,
}

impl Summary {
    /// Of a message with which nothing was done.
    pub(crate) fn nothing() -> &'static Self {
        static NOTHING: Summary = Summary::empty();
        &NOTHING
    }

    const fn empty() -> Self {
        Self {
            text: None,
            edits: Vec::new(),
            reactions: Vec::new(),
            deleted: None,
            pinned: false,
            thread: None,
            poll: None,
            waiting: false,
            failed: Vec::new(),
            own_acts: 0,
        }
    }

    /// What the message with that body says now. `None` if it was deleted or cannot be read. Of a poll the question.
    pub fn says<'a>(&'a self, body: &'a Body) -> Option<&'a str> {
        if self.deleted.is_some() {
            return None;
        }
        match body {
            Body::Text { text, .. } => Some(self.text.as_ref().unwrap_or(text)),
            Body::Poll { poll, .. } => Some(&poll.question),
            Body::Removed { .. }
            | Body::Relation(_)
            | Body::CustomEmoji(_)
            | Body::Status(_)
            | Body::Void
            | Body::Unreadable { .. } => None,
        }
    }

    /// An emoji at it.
    pub fn reaction(&self, emoji: &str) -> Option<&Reaction> {
        self.reactions.iter().find(|it| it.emoji == emoji)
    }
}

impl std::fmt::Debug for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            text: _,
            edits,
            reactions,
            deleted,
            pinned,
            thread,
            poll,
            waiting,
            failed,
            own_acts: _,
        } = self;
        f.debug_struct("Summary")
            .field("edits", &edits.len())
            .field("reactions", reactions)
            .field("deleted", deleted)
            .field("pinned", pinned)
            .field("thread", thread)
            .field("poll", poll)
            .field("waiting", waiting)
            .field("failed", failed)
            .finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Edit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { at, text } = self;
        write!(f, "Edit({} bytes, at {at})", text.len())
    }
}

impl std::fmt::Debug for Reaction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            emoji: _,
            users,
            mine,
        } = self;
        f.debug_struct("Reaction")
            .field("users", users)
            .field("mine", mine)
            .finish_non_exhaustive()
    }
}
