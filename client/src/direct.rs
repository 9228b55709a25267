//! Direct conversations as a person sees them: two people, or a group. What devices keep and say of them is in the
//! engine's part `direct`.

use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, CommunityId, UserId};
use parley_protocol::limits::MAX_NAME_CHARS;
use sha2::{Digest as _, Sha256};

use crate::ringing::CallOutcome;
use crate::store::{Record, Table};

/// Under which the store keeps what it knows of each.
pub(crate) const CONVERSATION: &str = "conversation/";
/// Set in the first byte of a group's id.
const MARK: u8 = 0x80;
/// People in a group, oneself included.
pub const MAX_PEOPLE: usize = 10;

/// Whether a conversation is one that the person wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// The person wrote in it, or took it.
    Accepted,
    /// Somebody else began it: nothing of it is told, and little of it is kept.
    Request,
    /// The person wants to hear nothing of it.
    Ignored,
    /// The other one of two is blocked.
    Blocked,
}

/// A conversation in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
    /// Its id, which has the shape of a channel's.
    pub id: ChannelId,
    /// Who is in it beside oneself, by their ids. Those who left the community are among them.
    pub others: Vec<UserId>,
    /// Whether it is a group, however many are in it.
    pub is_group: bool,
    /// What a group is called; may be empty.
    pub name: String,
    /// Whether the person wants it.
    pub standing: Standing,
    /// Who brought one into a group.
    pub invited_by: Option<UserId>,
    /// The time by which the newest message is sorted. 0: nothing was written yet.
    pub newest: Millis,
    /// Messages that came late, above others that were read, and were not seen yet.
    pub late: usize,
    /// Calls that nobody here took, after what was read.
    pub missed: usize,
    /// Whether one can write there: somebody is there, and one has not left.
    pub writable: bool,
    /// Whether the person left.
    pub has_left: bool,
}

/// A line of a conversation that is no message: something about the group changed, or there was a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupLine {
    /// The place of what told it, among those of messages.
    pub seq: u64,
    /// When, by its author's clock.
    pub at: Millis,
    /// Who changed it.
    pub by: UserId,
    /// What.
    pub news: GroupNews,
}

/// What somebody did beside writing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GroupNews {
    /// They brought these in.
    Added(Vec<UserId>),
    /// They went.
    Left,
    /// It is called this; empty: nothing of its own any more.
    Renamed(String),
    /// They called, in a group or not, and this became of it.
    Called(CallOutcome),
}

/// How far an own message has come that the relay has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Delivery {
    /// People of whom a device has it.
    pub reached: usize,
    /// People for whom it is.
    pub of: usize,
}

/// Why a conversation cannot be begun or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DirectError {
    /// Conversations are not there yet, or this one is not known.
    #[error("the conversation is not known here")]
    Unknown,
    /// Somebody is no member, or it is oneself.
    #[error("somebody is no member, or it is oneself")]
    NoMember,
    /// More than [`MAX_PEOPLE`].
    #[error("there would be {count} people, {MAX_PEOPLE} are allowed")]
    TooMany {
        /// How many there would be.
        count: usize,
    },
    /// A group needs two others.
    #[error("a group has at least two others")]
    TooFew,
    /// More than [`MAX_NAME_CHARS`], or with characters that are none.
    #[error("the name has more than {MAX_NAME_CHARS} characters, or some that cannot be used")]
    Name,
    /// Two people have no group to change, and who left changes nothing.
    #[error("this conversation cannot be changed")]
    NotPermitted,
}

/// The id of the conversation of two members, the same for both.
pub fn of_two(community: &CommunityId, one: &UserId, other: &UserId) -> ChannelId {
    let (first, second) = if one <= other {
        (one, other)
    } else {
        (other, one)
    };
    let mut hash = Sha256::new();
    hash.update(b"parley direct 1\n");
    hash.update(community.as_bytes());
    hash.update(first.as_bytes());
    hash.update(second.as_bytes());
    let hash: [u8; 32] = hash.finalize().into();
    let (id, _) = hash.split_first_chunk().unwrap_or((&[0; 16], &[]));
    marked(*id, false)
}

/// An id that says whether it is of a group, so that nobody begins a group under the id of two people.
pub(crate) fn marked(mut id: [u8; 16], is_group: bool) -> ChannelId {
    if let Some(first) = id.first_mut() {
        *first = if is_group {
            *first | MARK
        } else {
            *first & !MARK
        };
    }
    ChannelId::from_bytes(id)
}

/// Whether a record is what the store keeps of the conversation of that id.
pub fn is_conversation(record: &Record, id: &str) -> bool {
    let of = record.key.strip_prefix(CONVERSATION);
    record.table == Table::Direct && of == Some(id)
}

/// Whether it can be the id of a group.
pub(crate) fn is_of_group(id: &ChannelId) -> bool {
    id.as_bytes().first().is_some_and(|first| first & MARK != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_conversation_of_two_has_one_id_for_both_and_another_in_every_community() {
        let [one, other, third] = [1, 2, 3].map(|byte| UserId::from_bytes([byte; 16]));
        let community = CommunityId::from_bytes([7; 32]);
        let id = of_two(&community, &one, &other);
        assert_eq!(id, of_two(&community, &other, &one));
        assert_ne!(id, of_two(&community, &one, &third));
        assert_ne!(id, of_two(&CommunityId::from_bytes([8; 32]), &one, &other));
    }
}
