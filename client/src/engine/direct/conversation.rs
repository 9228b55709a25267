//! One conversation: its messages in order, which are missing, and what is known of who is in it.

use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, DeviceId, MessageId, UserId};
use parley_protocol::keys::SessionId;
use parley_protocol::map::{IdMap, IdSet};
use serde::{Deserialize, Serialize};

use super::stored::Kept;
use crate::content::direct::{DirectMessage, MAX_AFTER, With};
use crate::direct::{GroupLine, GroupNews};
use crate::ringing::CallOutcome;
use crate::timeline::relations::{Act, Target};
use crate::timeline::{Body, Mark, Timeline, TimelineItem};

/// Of one device, missing messages that are asked for at once.
const WANTED: usize = 100;

/// What is kept of a conversation beside its messages.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct ConversationRecord {
    /// The other one of two, or the group as it is known here.
    pub(super) with: With,
    /// Who brought this member in. `None`: they began it, or it is of two.
    pub(super) invited_by: Option<UserId>,
    /// What this device wrote last, by its own count.
    pub(super) number: u32,
    /// The greatest time by which a message is sorted.
    pub(super) newest: Millis,
    /// The newest messages that none of the others names.
    pub(super) heads: Vec<Target>,
    pub(super) read_up_to: u64,
    /// The number of the first message that is in the store.
    pub(super) first: u64,
    /// Whether this member wrote in it.
    pub(super) wrote: bool,
    /// Messages and their bytes that came while nobody had answered.
    pub(super) unanswered: (u32, u64),
    /// Messages that came late, above what was read.
    pub(super) late: Vec<u64>,
}

/// What is known of a message beside what it says.
pub(super) struct Entry {
    pub(super) base: u64,
    pub(super) message: DirectMessage,
    pub(super) user: UserId,
    pub(super) reached: Vec<UserId>,
    pub(super) removed: bool,
}

pub(super) struct Conversation {
    pub(super) id: ChannelId,
    pub(super) timeline: Timeline,
    pub(super) record: ConversationRecord,
    entries: IdMap<(DeviceId, MessageId), Entry>,
    /// Messages that another one names as seen.
    seen: IdSet<(DeviceId, MessageId)>,
}

impl Entry {
    fn news(&self) -> Option<GroupNews> {
        if let Some(call) = self.message.call {
            return Some(GroupNews::Called(call.outcome));
        }
        let With::Group(group) = &self.message.with else {
            return None;
        };
        let change = &self.message.change;
        if change.left && !group.has(&self.user) {
            Some(GroupNews::Left)
        } else if !change.added.is_empty() {
            Some(GroupNews::Added(change.added.clone()))
        } else if change.renamed {
            Some(GroupNews::Renamed(group.name.clone()))
        } else {
            None
        }
    }
}

/// What is missing of one device.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Missing {
    pub(super) numbers: Vec<u32>,
    pub(super) messages: Vec<MessageId>,
}

impl Missing {
    pub(super) fn is_empty(&self) -> bool {
        self.numbers.is_empty() && self.messages.is_empty()
    }
}

impl ConversationRecord {
    /// As a message of a member tells it.
    pub(super) fn of(message: &DirectMessage, user: UserId, me: UserId) -> Self {
        let with = match &message.with {
            With::Person(other) if user == me => With::Person(*other),
            With::Person(_) => With::Person(user),
            With::Group(group) => With::Group(group.clone()),
        };
        let is_group = matches!(with, With::Group(_));
        let invited_by = Some(user).filter(|user| is_group && *user != me);
        Self {
            invited_by,
            ..Self::new(with)
        }
    }

    pub(super) fn new(with: With) -> Self {
        Self {
            with,
            invited_by: None,
            number: 0,
            newest: 0,
            heads: Vec::new(),
            read_up_to: 0,
            first: u64::MAX,
            wrote: false,
            unanswered: (0, 0),
            late: Vec::new(),
        }
    }
}

impl Conversation {
    pub(super) fn new(id: ChannelId, record: ConversationRecord) -> Self {
        let mut timeline = Timeline::default();
        timeline.started = true;
        timeline.read_up_to = record.read_up_to;
        Self {
            id,
            timeline,
            record,
            entries: IdMap::new(),
            seen: IdSet::new(),
        }
    }

    pub(super) fn entry(&self, target: Target) -> Option<&Entry> {
        self.entries.get(&(target.device, target.id))
    }

    pub(super) fn entries(&self) -> impl DoubleEndedIterator<Item = (Target, &Entry)> {
        let items = self.timeline.all_items();
        items.filter_map(|item| Some((item.target(), self.entry(item.target())?)))
    }

    /// What happened there beside messages.
    pub(super) fn lines(&self) -> Vec<GroupLine> {
        let items = self.timeline.all_items();
        let lines = items.filter_map(|item| {
            let entry = self.entry(item.target())?;
            Some(GroupLine {
                seq: item.seq,
                at: item.at,
                by: entry.user,
                news: entry.news()?,
            })
        });
        lines.collect()
    }

    /// Calls of others that were missed and not seen.
    pub(super) fn missed_calls(&self, me: UserId) -> usize {
        let items = self.timeline.all_items().rev();
        let unseen = items.take_while(|it| it.seq > self.timeline.read_up_to);
        let missed = |it: &&TimelineItem| {
            let call = self.entry(it.target()).and_then(|it| it.message.call);
            it.user != me && call.is_some_and(|it| it.outcome == CallOutcome::Missed)
        };
        unseen.filter(missed).count()
    }

    /// Who is in it, `me` included.
    pub(super) fn people(&self, me: UserId) -> Vec<UserId> {
        match &self.record.with {
            With::Person(other) => vec![me, *other],
            With::Group(group) => group.members().collect(),
        }
    }

    pub(super) fn has(&self, user: &UserId, me: UserId) -> bool {
        match &self.record.with {
            With::Person(other) => user == other || *user == me,
            With::Group(group) => group.has(user),
        }
    }

    /// Whether anything was written, here or elsewhere.
    pub(super) fn is_begun(&self) -> bool {
        self.record.first != u64::MAX || self.timeline.outbox().next().is_some()
    }

    /// Puts a message where it belongs, if that is among what is in memory. `None` if it is there already.
    pub(super) fn place(&mut self, kept: &Kept) -> Option<u64> {
        self.place_at(kept, kept.base())
    }

    /// The same at a number.
    pub(super) fn place_at(&mut self, kept: &Kept, base: u64) -> Option<u64> {
        let target = kept.copy.target();
        let message = &kept.copy.message;
        if self.entry(target).is_some() {
            return None;
        }
        for after in &message.after {
            self.seen.insert((after.device, after.id));
        }
        self.record.first = self.record.first.min(base);
        if base <= self.timeline.known_after {
            return Some(base);
        }
        self.entries.insert(
            (target.device, target.id),
            Entry {
                base,
                message: message.clone(),
                user: kept.user,
                reached: kept.reached.clone(),
                removed: kept.removed,
            },
        );
        let seq = self.make_place((base, target.device, target.id));
        self.timeline.position = self.timeline.position.max(seq);
        self.timeline.put(item_of(kept, seq));
        Some(seq)
    }

    /// A message is here for the first time: what is written next comes after it.
    pub(super) fn note_new(&mut self, target: Target, message: &DirectMessage) {
        let record = &mut self.record;
        record.newest = record.newest.max(message.order);
        record.heads.retain(|head| !message.after.contains(head));
        let key = (target.device, target.id);
        if !self.seen.contains(&key) && !record.heads.contains(&target) {
            record.heads.push(target);
            let old = record.heads.len().saturating_sub(MAX_AFTER);
            record.heads.drain(..old);
        }
    }

    /// The first of what is in memory is known.
    pub(super) fn note_what_is_older(&mut self) {
        let first = self.timeline.all_items().next().map(|item| item.seq);
        let has_older = first.is_some_and(|first| self.record.first < first);
        self.timeline.known_after = match first {
            Some(first) if has_older => first.saturating_sub(1),
            Some(_) | None => 0,
        };
    }

    /// Lets go of all in memory but for the newest ones.
    pub(super) fn let_go(&mut self, newest: u64) -> bool {
        let keep = usize::try_from(newest).unwrap_or(usize::MAX);
        let last = self.timeline.all_items().rev().nth(keep);
        let Some(after) = last.map(|item| item.seq) else {
            return false;
        };
        let gone: Vec<Target> = self
            .timeline
            .all_items()
            .take_while(|item| item.seq <= after)
            .map(TimelineItem::target)
            .collect();
        for target in gone {
            self.entries.remove(&(target.device, target.id));
        }
        self.timeline.trim(after);
        self.find_missing();
        true
    }

    /// Marks what is missing, by the counts of the devices. Says what that is.
    pub(super) fn find_missing(&mut self) -> Vec<(DeviceId, Missing)> {
        let is_of_two = matches!(self.record.with, With::Person(_));
        let is_whole = is_of_two && !self.timeline.has_older();
        let mut seq_by_number: IdMap<(DeviceId, u64), u64> = IdMap::new();
        for item in self.timeline.all_items() {
            let number = u64::from(item.index);
            seq_by_number.or_insert((item.device, number), item.seq);
        }
        let mut marks = IdMap::new();
        let mut missing: IdMap<DeviceId, Missing> = IdMap::new();
        let mut before: Option<(DeviceId, u64)> = None;
        for ((device, number), seq) in &seq_by_number {
            let expected = match before {
                Some((last, number)) if last == *device => number + 1,
                Some(_) | None if is_whole => 1,
                Some(_) | None => *number,
            };
            if *number > expected {
                let count = u32::try_from(*number - expected).ok();
                marks.insert(*seq, (*device, Mark::Missing { count }));
                let numbers = (expected..*number).filter_map(|it| u32::try_from(it).ok());
                let missing = missing.or_default(*device);
                missing.numbers.extend(numbers.take(WANTED));
            }
            before = Some((*device, *number));
        }
        if is_whole {
            self.mark_unknown(&mut marks, &mut missing);
        }
        self.timeline.set_counted(marks);
        let missing = missing.iter().filter(|(_, missing)| !missing.is_empty());
        missing
            .map(|(device, missing)| (*device, missing.clone()))
            .collect()
    }

    /// What others had seen and is not here.
    fn mark_unknown(
        &self,
        marks: &mut IdMap<u64, (DeviceId, Mark)>,
        missing: &mut IdMap<DeviceId, Missing>,
    ) {
        for item in self.timeline.all_items() {
            let entry = self.entry(item.target());
            let after = entry.into_iter().flat_map(|entry| &entry.message.after);
            for target in after {
                if self.entry(*target).is_some() {
                    continue;
                }
                let of_device = missing.or_default(target.device);
                if of_device.numbers.is_empty() && of_device.messages.len() < WANTED {
                    of_device.messages.push(target.id);
                    marks.or_insert(item.seq, (item.device, Mark::Missing { count: None }));
                }
            }
        }
    }

    /// Changes what is known of a message, and gives it back as it is to be stored.
    pub(super) fn change(
        &mut self,
        target: Target,
        change: impl FnOnce(&mut Entry),
    ) -> Option<Kept> {
        let entry = self.entries.get_mut(&(target.device, target.id))?;
        change(entry);
        self.kept(target)
    }

    pub(super) fn kept(&self, target: Target) -> Option<Kept> {
        let entry = self.entry(target)?;
        let author = target.device;
        let message = entry.message.clone();
        Some(Kept {
            copy: crate::content::direct::DirectCopy { author, message },
            user: entry.user,
            reached: entry.reached.clone(),
            removed: entry.removed,
        })
    }

    /// What was deleted stays nowhere: of a message, or of one that a deletion concerns, and of its edits.
    pub(super) fn expunge(&mut self, target: Target) -> Vec<Kept> {
        let Some(item) = self.timeline.find(target).cloned() else {
            return Vec::new();
        };
        let message = match &item.body {
            Body::Relation(relation) if relation.act == Act::Delete => relation.to,
            Body::Text { .. } | Body::Poll { .. } => target,
            Body::Relation(_)
            | Body::Removed { .. }
            | Body::CustomEmoji(_)
            | Body::Status(_)
            | Body::Void
            | Body::Unreadable { .. } => return Vec::new(),
        };
        let found = self.timeline.find(message).cloned();
        let Some(found) = found.filter(|item| item.is_line() && !item.is_removed()) else {
            return Vec::new();
        };
        if self.timeline.deleted_by(&found).is_none() {
            return Vec::new();
        }
        let edits = self.timeline.edits_of(&found).map(TimelineItem::target);
        let gone: Vec<Target> = std::iter::once(message).chain(edits).collect();
        let mut changed = Vec::new();
        for target in gone {
            let kept = self.change(target, |entry| {
                entry.removed = true;
                entry.message.quiet = matches!(entry.message.body, Body::Relation(_));
                entry.message.body = Body::Void;
                entry.message.blobs = Vec::new();
            });
            let seq = self.timeline.find(target).map(|item| item.seq);
            if let (Some(kept), Some(seq)) = (kept, seq) {
                self.timeline.put(item_of(&kept, seq));
                changed.push(kept);
            }
        }
        changed
    }
}

/// A message as a timeline shows it.
pub(super) fn item_of(kept: &Kept, seq: u64) -> TimelineItem {
    let message = &kept.copy.message;
    let body = if kept.removed {
        Body::Removed {
            by: kept.user,
            quiet: message.quiet,
        }
    } else if message.quiet {
        Body::Void
    } else {
        message.body.clone()
    };
    // Everybody in a conversation may pin and call the others; nobody deletes what is not theirs.
    let by_right = match &body {
        Body::Relation(relation) => matches!(relation.act, Act::Pin | Act::Unpin),
        Body::Text { .. } => true,
        Body::Poll { .. }
        | Body::CustomEmoji(_)
        | Body::Status(_)
        | Body::Void
        | Body::Removed { .. }
        | Body::Unreadable { .. } => false,
    };
    TimelineItem {
        blobs: message.blobs.clone(),
        seq,
        id: message.id,
        device: kept.copy.author,
        user: kept.user,
        at: message.at,
        body,
        session: SessionId::from_bytes([0; 32]),
        named: None,
        head_seq: 0,
        index: message.number,
        is_signed: false,
        by_right,
        ciphertext: None,
        taken_at: None,
        gone: None,
    }
}
