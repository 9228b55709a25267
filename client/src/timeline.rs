//! A channel as a person sees it: what was written, what could not be read and why, and what still
//! waits to be sent.

mod chain;
mod gone;
mod index;
mod known;
pub mod mentions;
mod outbox;
pub mod relations;
pub mod status;
mod summaries;
mod trim;

use std::collections::VecDeque;

use parley_protocol::Millis;
use parley_protocol::entry::Head;
use parley_protocol::ids::{ChannelId, DeviceId, MessageId, UserId};
use parley_protocol::keys::{Hash, SessionId};
use parley_protocol::map::IdMap;
use serde::{Deserialize, Serialize};

use index::Index;
pub use known::MarkedPlace;
pub use outbox::{OutboxItem, OutboxState};

pub(crate) use chain::Link;
pub(crate) use gone::Gone;
pub(crate) use known::StoredItem;

use crate::custom_emoji::EmojiChange;
use crate::file::{self, FileDescription, FileOf};
use crate::megolm::SessionRef;
use crate::timeline::relations::{Poll, Relation, Relations, Target};
use crate::timeline::status::Status;

/// A channel's messages as far as this device knows them, and its outbox.
#[derive(Debug, Clone, Default)]
pub struct Timeline {
    items_by_seq: IdMap<u64, TimelineItem>,
    index: Index,
    relations: Relations,
    statuses: status::Statuses,
    known: known::Known,
    expiring: gone::Expiring,
    outbox: VecDeque<OutboxItem>,
    /// Everything up to here was received.
    pub(crate) position: u64,
    /// Everything after here, up to `position`, is known.
    pub(crate) known_after: u64,
    /// Everything after here was put into the store, and is there unless it has disappeared since.
    pub(crate) kept_after: u64,
    /// The store was asked for what comes before here, and has it no more.
    pub(crate) store_lacks: Option<u64>,
    pub(crate) loading_older: bool,
    /// The store is asked for what comes before here.
    pub(crate) looked_for: Option<u64>,
    /// A page of the past was not as asked for, and is asked for once more.
    pub(crate) asked_again: bool,
    /// May be beyond `position`, if another device of the member has read further.
    pub(crate) read_up_to: u64,
    /// Whether a first page or a position is known at all.
    pub(crate) started: bool,
}

impl Timeline {
    /// The messages, oldest first, also those in threads.
    pub fn items(&self) -> impl DoubleEndedIterator<Item = &TimelineItem> {
        self.all_items().filter(|item| item.is_line())
    }

    /// The messages, and what was done with them, which is no line of its own.
    pub fn all_items(&self) -> impl DoubleEndedIterator<Item = &TimelineItem> {
        self.items_by_seq.values()
    }

    /// What was written here and has not been seen in the channel yet, oldest first.
    pub fn outbox(&self) -> impl Iterator<Item = &OutboxItem> + Clone {
        self.outbox.iter()
    }

    /// Whether the channel goes on before the first item.
    pub fn has_older(&self) -> bool {
        self.known_after > 0
    }

    /// Whether older messages are on their way.
    pub fn is_loading_older(&self) -> bool {
        self.loading_older
    }

    /// The sequence number up to which the person has read.
    pub fn read_up_to(&self) -> u64 {
        self.read_up_to.min(self.position)
    }

    /// Whether anything of the channel was ever received, if only that it is empty.
    pub fn is_known(&self) -> bool {
        self.started
    }

    /// How many items are in memory.
    pub fn held(&self) -> u64 {
        self.position.saturating_sub(self.known_after)
    }

    /// The last sequence number in the channel that is known.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// Puts a message in by its sequence number, instead of what is there.
    pub(crate) fn put(&mut self, item: TimelineItem) {
        if let Some(before) = self.items_by_seq.get(&item.seq) {
            self.index.remove(before);
            self.relations.remove(before);
            self.statuses.remove(before);
        }
        self.relations.put(&item);
        self.statuses.put(&item);
        let rose = self.index.put(&item);
        self.note_heads_rose(rose);
        self.note_deletion(&item);
        self.items_by_seq.insert(item.seq, item);
    }

    pub(crate) fn item_at(&self, seq: u64) -> Option<&TimelineItem> {
        self.items_by_seq.get(&seq)
    }

    /// Where something that was read stands in what is known without holes, by its author's device and its id.
    pub(crate) fn seq_of_read(&self, device: DeviceId, id: MessageId) -> Option<u64> {
        let seq = self.index.seq_of_read(device, id)?;
        (self.known_after < seq && seq <= self.position).then_some(seq)
    }

    /// Takes out what stood elsewhere before the relay went back. Says where.
    pub(crate) fn forget_elsewhere(&mut self, item: &TimelineItem) -> Option<u64> {
        let seq = self.index.seq_of_read(item.device, item.id)?;
        (seq != item.seq).then(|| self.forget_at(seq))?;
        Some(seq)
    }

    /// Takes out what stood at a sequence number before the relay went back.
    pub(crate) fn forget_at(&mut self, seq: u64) {
        if let Some(before) = self.items_by_seq.remove(&seq) {
            self.index.remove(&before);
            self.relations.remove(&before);
            self.statuses.remove(&before);
            self.note_deletion(&before);
        }
        self.set_due(seq, None);
    }

    /// The messages whose judgment waits for the log, by number.
    pub(crate) fn awaiting_log(&self) -> Vec<u64> {
        self.index.awaiting_log().collect()
    }

    /// The messages of a session that could not be read.
    pub(crate) fn locked(
        &self,
        device: DeviceId,
        session: SessionId,
    ) -> impl Iterator<Item = &TimelineItem> {
        self.index
            .locked(device, session)
            .filter_map(|seq| self.items_by_seq.get(&seq))
    }

    /// The newest head of the log that a message before a sequence number names.
    pub(crate) fn head_before(&self, seq: u64) -> u64 {
        self.index.head_before(seq)
    }
}

/// A message in its channel.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineItem {
    /// Its number in the channel.
    pub seq: u64,
    /// The message's id, made by its author.
    pub id: MessageId,
    /// The device that wrote it.
    pub device: DeviceId,
    /// Whose device that is.
    pub user: UserId,
    /// The author's clock if the message could be read, otherwise the relay's.
    pub at: Millis,
    /// What it says, or why it cannot be read.
    pub body: Body,
    /// The session it was written with.
    pub(crate) session: SessionId,
    /// The author's newest head in the log. `None` while unread.
    pub(crate) named: Option<Head>,
    /// Sequence number of that head. 0 while unread, and while it is not in our log.
    pub(crate) head_seq: u64,
    /// Its number in the session.
    pub(crate) index: u32,
    /// Whether the session signed that number.
    pub(crate) is_signed: bool,
    /// Whether the log gave its author the right to what only some may do, when it was done: with messages of others,
    /// with the community's emoji, or to call all members.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) by_right: bool,
    /// Kept while it cannot be read, to try again.
    pub(crate) ciphertext: Option<String>,
    /// The relay's clock when it took it, but no later than when it came here. `None`: as `at`.
    #[serde(default)]
    pub(crate) taken_at: Option<Millis>,
    /// What the relay shows in its place.
    #[serde(default)]
    pub(crate) gone: Option<Box<Gone>>,
    /// The blobs that the relay says belong to it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) blobs: Vec<Hash>,
}

impl TimelineItem {
    /// How others name it.
    pub fn target(&self) -> Target {
        Target {
            device: self.device,
            id: self.id,
        }
    }

    /// Its files, each with its blobs.
    pub fn files(&self) -> impl Iterator<Item = FileOf<'_>> {
        file::files_of(self.body.files(), &self.blobs)
    }

    /// Whether its author had the right to call all members when they named them.
    pub fn may_call_everyone(&self) -> bool {
        self.by_right && matches!(self.body, Body::Text { .. })
    }

    /// Whether it is a line: not what was done with another one.
    pub fn is_line(&self) -> bool {
        !matches!(
            self.body,
            Body::Relation(_)
                | Body::CustomEmoji(_)
                | Body::Status(_)
                | Body::Void
                | Body::Removed { quiet: true, .. }
        )
    }

    /// The session that it says it was written with.
    pub(crate) fn session_in(&self, channel: ChannelId) -> SessionRef {
        SessionRef {
            channel,
            device: self.device,
            session: self.session,
        }
    }

    /// What it is in its device's chain, if it counts there.
    pub(crate) fn as_link(&self) -> Option<(DeviceId, Link)> {
        self.as_signed().filter(|_| !self.is_taken_away())
    }

    /// What it is in its device's chain, if its session signed it.
    pub(crate) fn as_signed(&self) -> Option<(DeviceId, Link)> {
        let link = Link::Message {
            session: self.session,
            index: self.index,
        };
        self.is_signed.then_some((self.device, link))
    }

    /// Whether what its author wrote can be shown, or could by a newer version.
    pub(crate) fn is_read(&self) -> bool {
        match self.body {
            Body::Text { .. }
            | Body::Poll { .. }
            | Body::Relation(_)
            | Body::CustomEmoji(_)
            | Body::Status(_)
            | Body::Void => true,
            Body::Removed { .. } => false,
            Body::Unreadable { why } => why == Unreadable::Newer,
        }
    }

    /// Whether it was judged that its author may not write here.
    pub(crate) fn was_not_permitted(&self) -> bool {
        let why = Unreadable::NotPermitted;
        self.body == Body::Unreadable { why }
    }

    /// Whether the log as it is now may not be enough to judge it.
    fn awaits_log(&self) -> bool {
        let is_head_ahead = self.named.is_some_and(|head| head.seq > 0) && self.head_seq == 0;
        (self.is_read() && is_head_ahead)
            || (self.was_not_permitted() && self.ciphertext.is_some())
            || self.awaits_log_of_order()
    }
}

impl std::fmt::Debug for TimelineItem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            seq,
            id,
            device,
            user,
            at,
            body,
            session: _,
            named: _,
            head_seq: _,
            index,
            is_signed: _,
            by_right: _,
            ciphertext: _,
            taken_at: _,
            gone: _,
            blobs,
        } = self;
        f.debug_struct("TimelineItem")
            .field("seq", seq)
            .field("id", id)
            .field("device", device)
            .field("user", user)
            .field("at", at)
            .field("body", body)
            .field("index", index)
            .field("blobs", &blobs.len())
            .finish_non_exhaustive()
    }
}

/// What a message says.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// Text that a person wrote.
    Text {
        /// As it was written.
        text: String,
        /// The message that it answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reply: Option<Target>,
        /// The message whose thread it says it is in; [`Timeline::thread_of`] says whether it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thread: Option<Target>,
        /// Whether its author says that they took it from elsewhere. Whose it was is not said: nobody could prove it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        forwarded: bool,
        /// Its files; then the text may be empty. [`TimelineItem::files`] has them with their blobs.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        files: Vec<FileDescription>,
    },
    /// It was deleted, by somebody who may.
    Removed {
        /// Who deleted it: its author, or a moderator.
        by: UserId,
        /// Whether it was something done with another message, and is no line.
        #[serde(default)]
        quiet: bool,
    },
    /// A poll.
    Poll {
        /// What is asked.
        poll: Poll,
        /// As with a text.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        thread: Option<Target>,
    },
    /// What somebody did with a message. No line of its own.
    Relation(Relation),
    /// An emoji of the community is added or taken away. No line.
    CustomEmoji(EmojiChange),
    /// What its author says of themselves. No line.
    Status(Status),
    /// What no client writes, and what does nothing. No line.
    Void,
    /// Not readable now, or ever.
    Unreadable {
        /// What stands in the way.
        why: Unreadable,
    },
}

impl Body {
    /// A text that answers nothing, in the channel itself.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text {
            text: text.into(),
            reply: None,
            thread: None,
            forwarded: false,
            files: Vec::new(),
        }
    }

    /// The files that it describes.
    pub fn files(&self) -> &[FileDescription] {
        match self {
            Self::Text { files, .. } => files,
            Self::Poll { .. }
            | Self::Relation(_)
            | Self::CustomEmoji(_)
            | Self::Status(_)
            | Self::Void
            | Self::Removed { .. }
            | Self::Unreadable { .. } => &[],
        }
    }

    /// Whether it was taken from elsewhere: it speaks to nobody here, so nobody is named by it.
    pub fn is_forwarded(&self) -> bool {
        matches!(
            self,
            Self::Text {
                forwarded: true,
                ..
            }
        )
    }

    /// The message that it answers.
    pub fn reply(&self) -> Option<Target> {
        match self {
            Self::Text { reply, .. } => *reply,
            Self::Poll { .. }
            | Self::Relation(_)
            | Self::CustomEmoji(_)
            | Self::Status(_)
            | Self::Void
            | Self::Removed { .. }
            | Self::Unreadable { .. } => None,
        }
    }

    /// The message whose thread it says it is in.
    pub fn thread(&self) -> Option<Target> {
        match self {
            Self::Text { thread, .. } | Self::Poll { thread, .. } => *thread,
            Self::Relation(_)
            | Self::CustomEmoji(_)
            | Self::Status(_)
            | Self::Void
            | Self::Removed { .. }
            | Self::Unreadable { .. } => None,
        }
    }
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text { text, files, .. } if files.is_empty() => {
                write!(f, "Text({} bytes)", text.len())
            }
            Self::Text { text, files, .. } => {
                write!(f, "Text({} bytes, {} files)", text.len(), files.len())
            }
            Self::Removed { by, .. } => f.debug_tuple("Removed").field(by).finish(),
            Self::Poll { poll, .. } => poll.fmt(f),
            Self::Relation(relation) => relation.fmt(f),
            Self::CustomEmoji(change) => change.fmt(f),
            Self::Status(status) => status.fmt(f),
            Self::Void => f.write_str("Void"),
            Self::Unreadable { why } => f.debug_tuple("Unreadable").field(why).finish(),
        }
    }
}

/// Why a message cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unreadable {
    /// The key was asked for. Heals by itself.
    KeyNotHereYet,
    /// It was written before this member may read.
    BeforeYouJoined,
    /// Its author had replaced the session already: it may be somebody else's doing.
    SessionRetired,
    /// Its author may not read or write here, or may no more, at any entry of the log that it can belong to.
    NotPermitted,
    /// Its author never announced the session, or another device did: it is not theirs.
    NotAnnounced,
    /// It was changed on the way, or says that it belongs elsewhere.
    Damaged,
    /// The same message stood here before.
    Repeated,
    /// Written with a newer version of Parley.
    Newer,
    /// The relay has it no more, and shows neither an order by somebody who may delete it, nor is its time over.
    TakenAway,
}

/// A break in what one device wrote: what stands here does not follow what came before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Before this, something never came.
    Missing {
        /// How many messages. `None` if that cannot be known, as when a whole session is missing.
        count: Option<u32>,
    },
    /// This came before.
    Repeated,
    /// This belongs elsewhere in the channel.
    OutOfOrder,
    /// Before this, the relay gave out something of which its author was told that it was refused.
    MoreThanAuthor,
}
