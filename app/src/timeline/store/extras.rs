//! What people did with a message, and what it answers.

use std::hash::{Hash, Hasher};

use super::Linked;
use crate::files::store::File;
use crate::ids::ItemId;

/// Beside the text of a message.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each may be so or not, whatever the others are"
)]
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Extras {
    /// It says something else than at first.
    pub edited: bool,
    /// Kept at hand for the channel.
    pub pinned: bool,
    /// I saved it for myself.
    pub saved: bool,
    /// It was taken from elsewhere.
    pub forwarded: bool,
    /// Messages to which it links, as far as they are here.
    pub links: Vec<Linked>,
    /// What it answers.
    pub reply: Option<Quote>,
    /// In the order in which each emoji came first.
    pub reactions: Vec<Reaction>,
    /// What was sent with it.
    pub files: Vec<File>,
    /// The question that it asks.
    pub poll: Option<Poll>,
    /// What hangs off it.
    pub thread: Option<Thread>,
    /// Its author may name all members.
    pub calls_everyone: bool,
    pub can: Can,
}

/// What I may do with it.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each may be so or not, whatever the others are"
)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Can {
    /// React and answer: it is at the relay, and I may write here.
    pub answer: bool,
    pub edit: bool,
    pub delete: bool,
    pub pin: bool,
    /// It stands in the channel itself, so a thread can hang off it.
    pub carry_thread: bool,
}

/// The thread of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Thread {
    pub count: usize,
    /// Something in it was not seen yet.
    pub unread: bool,
}

/// The message that another one answers, in short.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Quote {
    pub item: ItemId,
    /// Who wrote it, and the beginning of it. `None`: it is gone, or not in this browser.
    pub said: Option<(String, String)>,
}

/// An emoji at a message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Reaction {
    pub emoji: String,
    /// Whose it is. One at least.
    pub names: Vec<String>,
    /// One of them is mine.
    pub mine: bool,
}

/// A question with options.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Poll {
    pub options: Vec<PollOption>,
    /// One may choose more than one.
    pub several: bool,
    /// How many people voted.
    pub voters: usize,
    pub closed: bool,
    /// I may close it.
    pub can_close: bool,
}

/// An option, and who chose it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PollOption {
    pub text: String,
    pub names: Vec<String>,
    pub mine: bool,
}

impl Extras {
    /// Nothing of it is shown around the text.
    pub fn are_hidden(&self) -> bool {
        !self.edited
            && !self.pinned
            && !self.saved
            && self.links.is_empty()
            && self.reply.is_none()
            && self.reactions.is_empty()
            && self.files.is_empty()
            && self.poll.is_none()
            && self.thread.is_none()
    }
}

/// It is looked up when it is wanted: a message is not drawn again because it has arrived and can be answered now.
impl Hash for Can {
    fn hash<H: Hasher>(&self, _: &mut H) {}
}
