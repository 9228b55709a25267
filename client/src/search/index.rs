//! The index: sealed segments, and what came since the last one was sealed. Edits and deletions may come before the
//! message that they mean, since a channel's past is read backwards: they wait for it.

mod kept;
mod waiting;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use parley_protocol::ids::{ChannelId, DeviceId, MessageId, UserId};

use super::document::Document;
use super::entry::{Entry, What};
use super::segment::Segment;
use crate::relations::Target;
pub use kept::{Changes, Kept};
use waiting::{Act, Waiting};

/// Messages that are not sealed yet. More: a query takes longer, which reads each of them.
const FRESH: usize = 1_000;
/// Bytes of their texts.
const FRESH_BYTES: usize = 512 * 1024;
/// A segment with more messages, or bytes, is not merged with others any more.
const SMALL: usize = 3_000;
const SMALL_BYTES: usize = 1024 * 1024;
/// So many small segments become one.
const MERGED: usize = 4;
/// Bytes of all segments. Beyond, the segment with the oldest messages gives way: the index is never more than what
/// somebody who writes without end can fill.
const MOST_BYTES: usize = 96 * 1024 * 1024;

/// Before and after all others. In a conversation several messages can stand at one place.
const FIRST: Target = Target {
    device: DeviceId::from_bytes([0; 16]),
    id: MessageId::from_bytes([0; 16]),
};
const LAST: Target = Target {
    device: DeviceId::from_bytes([255; 16]),
    id: MessageId::from_bytes([255; 16]),
};

/// What can be found.
#[derive(Default)]
pub struct Index {
    pub(super) segments: Vec<Numbered>,
    pub(super) fresh: BTreeMap<(ChannelId, u64, Target), Document>,
    fresh_seqs: BTreeMap<(ChannelId, Target), u64>,
    fresh_bytes: usize,
    waiting: Waiting,
    next_number: u32,
    /// Segments that are kept and are no more.
    gone: Vec<u32>,
    is_changed: bool,
}

/// A segment and the number under which it is kept.
pub(super) struct Numbered {
    number: u32,
    is_kept: bool,
    pub(super) segment: Segment,
}

impl Index {
    /// How many messages are in it.
    pub fn len(&self) -> usize {
        let sealed = self.segments.iter().map(|it| it.segment.live());
        sealed.sum::<usize>() + self.fresh.len()
    }

    /// Whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Bytes of what is sealed.
    pub fn bytes(&self) -> usize {
        self.segments
            .iter()
            .map(|it| it.segment.bytes().len())
            .sum()
    }

    /// Whether something is not kept yet.
    pub fn is_changed(&self) -> bool {
        self.is_changed
    }

    /// What stands in a stretch of a place now, in order: what the index has of it beside that is no more.
    pub fn sync(&mut self, place: ChannelId, stretch: RangeInclusive<u64>, entries: Vec<Entry>) {
        let message = |entry: &Entry| match &entry.what {
            What::Message(document) => Some((entry.seq, document.message)),
            What::Edit { .. } | What::Deletion { .. } | What::Nothing => None,
        };
        let here: BTreeSet<(u64, Target)> = entries.iter().filter_map(message).collect();
        for message in self.between(place, &stretch) {
            if !here.contains(&message) {
                self.take(place, message.1);
            }
        }
        for entry in entries {
            self.take_in(entry);
        }
    }

    /// What stands at one place now.
    pub fn put(&mut self, entry: Entry) {
        self.sync(entry.place, entry.seq..=entry.seq, vec![entry]);
    }

    /// The messages in a stretch, with where they stand.
    fn between(&self, place: ChannelId, stretch: &RangeInclusive<u64>) -> Vec<(u64, Target)> {
        let (first, last) = (*stretch.start(), *stretch.end());
        let fresh = self
            .fresh
            .range((place, first, FIRST)..=(place, last, LAST));
        let mut messages: Vec<(u64, Target)> = fresh
            .map(|((_, seq, message), _)| (*seq, *message))
            .collect();
        for it in &self.segments {
            for number in it.segment.between(place, first, last) {
                let head = it.segment.head(number);
                let message = head.and_then(|head| Some((head.seq, it.segment.message(head)?.0)));
                messages.extend(message);
            }
        }
        messages
    }

    fn take_in(&mut self, entry: Entry) {
        let Entry { place, seq, what } = entry;
        match what {
            What::Message(document) => self.put_message(document),
            What::Edit { of, by, text } => self.edit(place, of, by, Act::Edit { seq, text }),
            What::Deletion { of, by, by_right } => {
                self.delete(place, of, by, Act::Delete { seq, by_right });
            }
            What::Nothing => {}
        }
        if self.fresh.len() >= FRESH || self.fresh_bytes >= FRESH_BYTES {
            self.seal();
        }
    }

    fn put_message(&mut self, mut document: Document) {
        let (place, message) = (document.place, document.message);
        if let Some(before) = self.take(place, message)
            && before.edited > document.edited
        {
            document.say(&before.text, before.edited);
        }
        if self.waiting.is_deleted(&document) {
            return;
        }
        if let Some((seq, text)) = self.waiting.take_edit(&document) {
            document.say(&text, seq);
        }
        self.fresh_bytes += document.text.len();
        self.fresh_seqs.insert((place, message), document.seq);
        self.fresh.insert((place, document.seq, message), document);
        self.is_changed = true;
    }

    fn edit(&mut self, place: ChannelId, of: Target, by: UserId, act: Act) {
        let Act::Edit { seq, text } = &act else {
            return;
        };
        match self.author_of(place, of) {
            Some((author, _)) if author == by => {}
            // Not theirs.
            Some(_) => return,
            None => {
                self.is_changed |= self.waiting.put((place, of, by), act);
                return;
            }
        }
        let Some(mut document) = self.take(place, of) else {
            return;
        };
        if document.seq < *seq && document.edited < *seq {
            document.say(text, *seq);
        }
        self.put_message(document);
    }

    fn delete(&mut self, place: ChannelId, of: Target, by: UserId, act: Act) {
        let Act::Delete { seq, by_right } = act else {
            return;
        };
        let is_theirs =
            |(author, stands): (UserId, u64)| stands < seq && (author == by || by_right);
        // Remembered also if it was here: it must not come back.
        let found = self.author_of(place, of);
        if found.is_none_or(is_theirs) {
            self.is_changed |= self.waiting.put((place, of, by), act);
            self.take(place, of);
        }
    }

    /// Who wrote a message, and where it stands.
    fn author_of(&self, place: ChannelId, message: Target) -> Option<(UserId, u64)> {
        if let Some(seq) = self.fresh_seqs.get(&(place, message)) {
            let found = self.fresh.get(&(place, *seq, message));
            return found.map(|it| (it.author, *seq));
        }
        self.segments.iter().find_map(|it| {
            let head = it.segment.head(it.segment.find(place, message)?)?;
            Some((it.segment.message(head)?.1, head.seq))
        })
    }

    /// Takes a message out.
    fn take(&mut self, place: ChannelId, message: Target) -> Option<Document> {
        if let Some(seq) = self.fresh_seqs.remove(&(place, message)) {
            let document = self.fresh.remove(&(place, seq, message))?;
            self.fresh_bytes = self.fresh_bytes.saturating_sub(document.text.len());
            self.is_changed = true;
            return Some(document);
        }
        let found = self.segments.iter().enumerate().find_map(|(at, it)| {
            let number = it.segment.find(place, message)?;
            Some((at, number))
        });
        self.take_sealed(found?)
    }

    fn take_sealed(&mut self, (at, number): (usize, u32)) -> Option<Document> {
        let segment = &mut self.segments.get_mut(at)?.segment;
        let document = segment
            .head(number)
            .copied()
            .and_then(|head| segment.document(&head));
        segment.remove(number);
        self.is_changed = true;
        document
    }

    /// Seals what is fresh.
    pub fn seal(&mut self) {
        let fresh = std::mem::take(&mut self.fresh);
        self.fresh_seqs.clear();
        self.fresh_bytes = 0;
        self.push(fresh.into_values().collect());
        self.merge();
        self.shed();
    }

    fn push(&mut self, documents: Vec<Document>) {
        if documents.is_empty() {
            return;
        }
        if let Some(segment) = Segment::seal(documents) {
            let number = self.next_number;
            self.next_number = self.next_number.wrapping_add(1);
            self.segments.push(Numbered {
                number,
                is_kept: false,
                segment,
            });
        }
    }

    /// Makes one of small segments, once there are several.
    fn merge(&mut self) {
        let small = self.segments.iter().filter(|it| it.is_small()).count();
        if small >= MERGED {
            let small = self.take_segments(Numbered::is_small);
            self.push(small.iter().flat_map(|it| it.segment.documents()).collect());
        }
    }

    /// Writes anew what had something taken out.
    fn mend(&mut self) {
        for holed in self.take_segments(|it| it.segment.is_holed()) {
            self.push(holed.segment.documents().collect());
        }
    }

    fn shed(&mut self) {
        while self.segments.len() > 1 && self.bytes() > MOST_BYTES {
            let newest = |it: &Numbered| it.segment.heads().last().map(|(_, head)| head.at);
            let oldest = self.segments.iter().min_by_key(|it| newest(it));
            let Some(oldest) = oldest.map(|it| it.number) else {
                break;
            };
            self.take_segments(|it| it.number == oldest);
        }
    }

    fn take_segments(&mut self, which: impl Fn(&Numbered) -> bool) -> Vec<Numbered> {
        let all = std::mem::take(&mut self.segments);
        let (taken, left): (Vec<_>, Vec<_>) = all.into_iter().partition(which);
        self.segments = left;
        let kept = taken.iter().filter(|it| it.is_kept).map(|it| it.number);
        self.gone.extend(kept);
        self.is_changed |= !taken.is_empty();
        taken
    }
}

impl Numbered {
    fn is_small(&self) -> bool {
        self.segment.len() <= SMALL && self.segment.bytes().len() <= SMALL_BYTES
    }
}

#[cfg(test)]
mod tests;
