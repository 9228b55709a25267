//! What devices tell one another about direct conversations: the plaintext of one kind of to-device message.

use parley_protocol::Millis;
use parley_protocol::entry::Head;
use parley_protocol::ids::{ChannelId, DeviceId, MessageId, UserId};
use parley_protocol::limits::{MAX_NAME_CHARS, MAX_TEXT_BYTES};
use parley_protocol::names::is_control_or_override;
use serde::{Deserialize, Serialize};

use super::body;
use crate::timeline::Body;
use crate::timeline::relations::Target;

/// Newest messages that one names as seen.
pub(crate) const MAX_AFTER: usize = 8;
/// People that a group's list may name, those who left included. Two who add somebody at once may go beyond
/// [`crate::direct::MAX_PEOPLE`].
pub(crate) const MAX_PLACES: usize = 32;
/// How often somebody comes or goes, at most.
const MAX_COUNT: u16 = 1_000;
/// Times are below this, in milliseconds: the year 2109.
pub(crate) const TIME_END: Millis = 1 << 42;

/// What one device tells another.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum DirectBody {
    /// Something written in a conversation.
    Message(Box<DirectMessage>),
    /// The same of others: to an own device, or from another device of their author.
    Copies(Vec<DirectCopy>),
    /// "These messages of that device are here."
    Received {
        conversation: ChannelId,
        device: DeviceId,
        messages: Vec<MessageId>,
    },
    /// "These messages of that device are missing here", by their numbers and by their ids.
    Wanted {
        conversation: ChannelId,
        device: DeviceId,
        #[serde(default)]
        numbers: Vec<u32>,
        #[serde(default)]
        messages: Vec<MessageId>,
    },
    /// Somebody is typing.
    Typing { conversation: ChannelId },
}

/// Something written in a conversation, the same for every device that gets it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DirectMessage {
    pub(crate) conversation: ChannelId,
    pub(crate) with: With,
    pub(crate) id: MessageId,
    /// The author's device counts what it writes in the conversation, from 1.
    pub(crate) number: u32,
    /// The author's clock.
    pub(crate) at: Millis,
    /// What it is sorted by: the author's clock, or just after the newest that they had seen.
    pub(crate) order: Millis,
    /// The newest messages that its author had seen, which no other one of them names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) after: Vec<Target>,
    /// The newest head of the community log that the author had seen.
    pub(crate) head: Head,
    /// It only tells who is in the group.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) quiet: bool,
    #[serde(with = "body")]
    pub(crate) body: Body,
}

/// Who is in a conversation beside its author, or with them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum With {
    /// The other one of two.
    Person(UserId),
    /// A group, as its author knows it.
    Group(Group),
}

/// Who is in a group.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Group {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) name: String,
    /// Everybody who ever was in it, by their ids.
    pub(crate) places: Vec<Place>,
}

/// Somebody in a group, or who was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    pub(crate) user: UserId,
    /// How often they came and went: odd while they are in it.
    pub(crate) count: u16,
}

/// A message with its author's device, as it is passed on and kept.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DirectCopy {
    pub(crate) author: DeviceId,
    pub(crate) message: DirectMessage,
}

impl DirectCopy {
    pub(crate) fn target(&self) -> Target {
        Target {
            device: self.author,
            id: self.message.id,
        }
    }
}

impl DirectMessage {
    /// Whether it keeps its limits. What no client writes becomes nothing.
    pub(crate) fn into_sound(mut self) -> Option<Self> {
        let has_times = self.at < TIME_END && self.order < TIME_END && self.number > 0;
        let is_small = self.after.len() <= MAX_AFTER;
        let with = match &self.with {
            With::Person(_) => true,
            With::Group(group) => group.is_sound(),
        };
        let is_within = match &self.body {
            Body::Text { text, .. } => text.len() <= MAX_TEXT_BYTES,
            Body::Poll { poll, .. } => poll.check().is_ok(),
            Body::Relation(_)
            | Body::CustomEmoji(_)
            | Body::Status(_)
            | Body::Removed { .. }
            | Body::Void
            | Body::Unreadable { .. } => true,
        };
        if !(has_times && is_small && with && is_within) {
            return None;
        }
        let counts = match &self.body {
            Body::Relation(relation) => relation.act.is_sound(),
            Body::Text { .. } | Body::Poll { .. } | Body::Unreadable { .. } => true,
            Body::CustomEmoji(_) | Body::Status(_) | Body::Removed { .. } | Body::Void => false,
        };
        self.quiet |= !counts;
        if self.quiet {
            self.body = Body::Void;
        }
        Some(self)
    }
}

impl Group {
    pub(crate) fn is_sound(&self) -> bool {
        let mut rest = self.places.iter().zip(self.places.iter().skip(1));
        let is_sorted = rest.all(|(a, b)| a.user < b.user);
        let counts = self.places.iter().all(|it| it.count <= MAX_COUNT);
        let is_short = self.name.chars().nth(MAX_NAME_CHARS).is_none();
        let is_plain = !self.name.chars().any(is_control_or_override);
        is_sorted && counts && is_short && is_plain && self.places.len() <= MAX_PLACES
    }

    /// Who is in it, by their ids.
    pub(crate) fn members(&self) -> impl Iterator<Item = UserId> {
        let inside = self.places.iter().filter(|it| it.count % 2 == 1);
        inside.map(|it| it.user)
    }

    pub(crate) fn has(&self, user: &UserId) -> bool {
        self.members().any(|it| it == *user)
    }

    fn count(&self, user: &UserId) -> u16 {
        let place = self.places.iter().find(|it| it.user == *user);
        place.map_or(0, |it| it.count)
    }

    fn set(&mut self, user: UserId, count: u16) {
        match self.places.iter_mut().find(|it| it.user == user) {
            Some(place) => place.count = count,
            None => {
                let at = self.places.partition_point(|it| it.user < user);
                self.places.insert(at, Place { user, count });
            }
        }
    }

    /// Somebody comes. Says whether that changes anything.
    pub(crate) fn add(&mut self, user: UserId) -> bool {
        let count = self.count(&user);
        let has_room = self.places.len() < MAX_PLACES || count > 0;
        let comes = count % 2 == 0 && count < MAX_COUNT && has_room;
        if comes {
            self.set(user, count + 1);
        }
        comes
    }

    /// Somebody goes, by themselves.
    pub(crate) fn leave(&mut self, user: UserId) -> bool {
        let count = self.count(&user);
        let goes = count % 2 == 1;
        if goes {
            self.set(user, count + 1);
        }
        goes
    }

    /// What a member's device tells of the group. Anybody in it adds, and only oneself goes. Says whether that
    /// changes anything; the same in whatever order such news come.
    pub(crate) fn merge(&mut self, told: &Self, by: &UserId) -> bool {
        let mut changed = false;
        for place in &told.places {
            let is_newer = place.count > self.count(&place.user);
            let may = place.count % 2 == 1 || place.user == *by;
            let has_room = self.places.len() < MAX_PLACES || self.count(&place.user) > 0;
            if is_newer && may && has_room {
                self.set(place.user, place.count);
                changed = true;
            }
        }
        changed
    }
}
