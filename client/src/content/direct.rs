//! What devices tell one another about direct conversations: the plaintext of one kind of to-device message.

use parley_protocol::Millis;
use parley_protocol::entry::Head;
use parley_protocol::ids::{ChannelId, DeviceId, MessageId, UserId};
use parley_protocol::keys::Hash;
use parley_protocol::limits::{MAX_BLOBS_PER_ITEM, MAX_NAME_CHARS, MAX_TEXT_BYTES};
use parley_protocol::names::is_control_or_override;
use serde::{Deserialize, Serialize};

use super::body;
use crate::direct::MAX_PEOPLE;
use crate::file;
use crate::ringing::{CallMark, RingSays};
use crate::timeline::Body;
use crate::timeline::relations::Target;

/// Newest messages that one names as seen.
pub(crate) const MAX_AFTER: usize = 8;
/// People that a group's list may name, those who left included. Two who add somebody at once may go beyond
/// [`crate::direct::MAX_PEOPLE`].
pub(crate) const MAX_PLACES: usize = 32;
/// How often somebody comes or goes, at most.
const MAX_COUNT: u16 = 1_000;
/// How often a group is named anew, at most.
const MAX_NAMED: u32 = 1_000_000;
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
    /// About a call.
    Call {
        conversation: ChannelId,
        room: ChannelId,
        says: RingSays,
    },
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
    /// It only tells who is in the group, and what it is called.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) quiet: bool,
    /// What its author changed about that.
    #[serde(default, skip_serializing_if = "GroupChange::is_none")]
    pub(crate) change: GroupChange,
    /// What became of a call that its author made. Such a message is quiet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) call: Option<CallMark>,
    /// The blobs of its files at the relay, as [`crate::file::files_of`] gives them out. A share of the message's id
    /// keeps them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) blobs: Vec<Hash>,
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

/// What somebody changed about a group. What it came to stands in the group that the message tells.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct GroupChange {
    /// They brought these in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) added: Vec<UserId>,
    /// They went.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) left: bool,
    /// They gave it another name.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) renamed: bool,
}

/// Who is in a group, and what it is called.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Group {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(crate) name: String,
    /// How often it was named anew. Of two names the one with the greater count stands, then the greater name.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub(crate) named: u32,
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
        let is_small = self.after.len() <= MAX_AFTER && self.blobs.len() <= MAX_BLOBS_PER_ITEM;
        let with = match &self.with {
            With::Person(_) => true,
            With::Group(group) => group.is_sound(),
        };
        let is_within = match &self.body {
            Body::Text { text, files, .. } => {
                text.len() <= MAX_TEXT_BYTES && file::check(files).is_ok()
            }
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
        let is_true = match &self.with {
            With::Person(_) => self.change.is_none(),
            With::Group(group) => self.change.is_within(group),
        };
        if !self.quiet || !is_true {
            self.change = GroupChange::default();
        }
        let is_quiet = self.quiet;
        self.call = self.call.filter(|call| is_quiet && call.is_sound());
        if self.quiet {
            self.body = Body::Void;
            self.blobs = Vec::new();
        }
        Some(self)
    }
}

impl GroupChange {
    pub(crate) fn is_none(&self) -> bool {
        *self == Self::default()
    }

    fn is_within(&self, group: &Group) -> bool {
        self.added.len() <= MAX_PEOPLE && self.added.iter().all(|user| group.has(user))
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

impl Group {
    pub(crate) fn is_sound(&self) -> bool {
        let mut rest = self.places.iter().zip(self.places.iter().skip(1));
        let is_sorted = rest.all(|(a, b)| a.user < b.user);
        let counts = self.places.iter().all(|it| it.count <= MAX_COUNT);
        let is_short = self.name.chars().nth(MAX_NAME_CHARS).is_none();
        let is_plain = !self.name.chars().any(is_control_or_override);
        let is_bounded = self.named <= MAX_NAMED && self.places.len() <= MAX_PLACES;
        is_sorted && counts && is_short && is_plain && is_bounded
    }

    /// Who is in it, by their ids.
    pub(crate) fn members(&self) -> impl Iterator<Item = UserId> {
        let inside = self.places.iter().filter(|it| !it.count.is_multiple_of(2));
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
        if let Some(place) = self.places.iter_mut().find(|it| it.user == user) {
            place.count = count;
        } else {
            let at = self.places.partition_point(|it| it.user < user);
            self.places.insert(at, Place { user, count });
        }
    }

    /// Somebody comes. Says whether that changes anything.
    pub(crate) fn add(&mut self, user: UserId) -> bool {
        let count = self.count(&user);
        let has_room = self.places.len() < MAX_PLACES || count > 0;
        let comes = count.is_multiple_of(2) && count < MAX_COUNT && has_room;
        if comes {
            self.set(user, count + 1);
        }
        comes
    }

    /// Somebody goes, by themselves.
    pub(crate) fn leave(&mut self, user: UserId) -> bool {
        let count = self.count(&user);
        let goes = !count.is_multiple_of(2);
        if goes {
            self.set(user, count + 1);
        }
        goes
    }

    /// It is called something else. Says whether that changes anything.
    pub(crate) fn rename(&mut self, name: String) -> bool {
        let changes = name != self.name && self.named < MAX_NAMED;
        if changes {
            self.name = name;
            self.named += 1;
        }
        changes
    }

    /// What a member's device tells of the group. Anybody in it adds, and only oneself goes. Says whether that
    /// changes anything; the same in whatever order such news come.
    pub(crate) fn merge(&mut self, told: &Self, by: &UserId) -> bool {
        let mut changed = (told.named, &told.name) > (self.named, &self.name);
        if changed {
            (self.named, self.name) = (told.named, told.name.clone());
        }
        for place in &told.places {
            let is_newer = place.count > self.count(&place.user);
            let may = !place.count.is_multiple_of(2) || place.user == *by;
            let has_room = self.places.len() < MAX_PLACES || self.count(&place.user) > 0;
            if is_newer && may && has_room {
                self.set(place.user, place.count);
                changed = true;
            }
        }
        changed
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn user(byte: u8) -> UserId {
        UserId::from_bytes([byte; 16])
    }

    fn group(counts: &[(u8, u16)]) -> Group {
        let places = counts.iter().map(|(byte, count)| Place {
            user: user(*byte),
            count: *count,
        });
        Group {
            places: places.collect(),
            ..Group::default()
        }
    }

    #[test]
    fn anybody_brings_in_and_only_oneself_goes() {
        let mut known = group(&[(1, 1), (2, 1), (3, 1)]);
        assert!(!known.merge(&group(&[(1, 1), (2, 2), (3, 1)]), &user(1)));
        assert!(known.has(&user(2)));
        assert!(known.merge(&group(&[(2, 2)]), &user(2)));
        assert!(!known.has(&user(2)));
        assert!(known.merge(&group(&[(2, 3), (4, 1)]), &user(1)));
        assert!(known.has(&user(2)) && known.has(&user(4)));
        assert!(!known.merge(&group(&[(2, 1)]), &user(1)), "old news");
    }

    #[test]
    fn a_group_beyond_its_bounds_is_none() {
        assert!(group(&[(1, 1), (2, 1)]).is_sound());
        assert!(!group(&[(2, 1), (1, 1)]).is_sound(), "not in order");
        assert!(!group(&[(1, 1), (1, 1)]).is_sound(), "twice");
        assert!(!group(&[(1, MAX_COUNT + 1)]).is_sound());
        let many: Vec<(u8, u16)> = (0..40).map(|byte| (byte, 1)).collect();
        assert!(!group(&many).is_sound());
        let mut named = group(&[(1, 1)]);
        named.name = "turned \u{202e}around".to_owned();
        assert!(!named.is_sound());
    }

    #[test]
    fn the_newer_name_stands_and_of_two_the_greater_one() {
        let mut known = group(&[(1, 1), (2, 1)]);
        let mut other = known.clone();
        assert!(known.rename("Regatta".to_owned()));
        assert!(!known.rename("Regatta".to_owned()));
        assert!(other.rename("Boats".to_owned()));
        assert!(other.merge(&known, &user(1)));
        assert!(!known.merge(&group(&[(1, 1)]), &user(2)), "old news");
        assert_eq!(
            (known.name.as_str(), other.name.as_str()),
            ("Regatta", "Regatta")
        );
        assert!(known.rename(String::new()) && other.merge(&known, &user(1)));
        assert_eq!(other.name, "");
    }

    #[test]
    fn nobody_comes_and_goes_for_ever() {
        let mut group = group(&[(1, MAX_COUNT)]);
        assert!(!group.add(user(1)));
        assert!(group.is_sound());
    }

    proptest! {
        #[test]
        fn news_may_come_in_any_order(
            news in proptest::collection::vec((0..6_u8, 0..6_u8, 0..6_u16), 0..12),
            turns in any::<u64>(),
        ) {
            let told = |(by, of, count): &(u8, u8, u16)| {
                let mut told = group(&[(*of, *count)]);
                (told.named, told.name) = (u32::from(*count), format!("of {by}"));
                (told, user(*by))
            };
            let mut forwards = group(&[(0, 1)]);
            let mut other = forwards.clone();
            for (told, by) in news.iter().map(told) {
                forwards.merge(&told, &by);
            }
            let mut shuffled = news.clone();
            for place in (1..shuffled.len()).rev() {
                let with = usize::try_from(turns % 97).unwrap() % (place + 1);
                shuffled.swap(place, with);
            }
            for (told, by) in shuffled.iter().map(told) {
                other.merge(&told, &by);
            }
            prop_assert!(forwards == other);
            prop_assert!(forwards.is_sound());
        }

        #[test]
        fn what_is_no_message_is_none_and_never_panics(text in ".{0,200}") {
            let read = parley_protocol::json::read::<DirectBody>(&text);
            prop_assert!(read.is_err());
        }
    }
}
