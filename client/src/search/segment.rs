//! Some thousand messages with the words by which they are found, as bytes: sealed, so that they are kept as they are.
//! What is taken out is only marked; a segment with marks is written anew when the index is kept.
//!
//! Messages stand in the order of their time. Words stand sorted, each with how much of it is as in the word before;
//! every sixteenth is whole, so that few are read when one is looked for. With each word stand the numbers of its
//! messages, as differences, in the number of bytes that they need.

mod bits;
mod bytes;
mod read;
mod write;

use parley_protocol::Millis;
use parley_protocol::ids::{ChannelId, DeviceId, MessageId, UserId};

use super::document::{Document, Has};
use super::phrase::{Lookup, Phrase};
use crate::relations::Target;
pub(super) use bits::Bits;
use bytes::Reader;

/// Sealed messages, ready to be searched.
pub(super) struct Segment {
    bytes: Vec<u8>,
    places: Vec<ChannelId>,
    people: Vec<(DeviceId, UserId)>,
    heads: Vec<Head>,
    /// Where each sixteenth word begins.
    blocks: Vec<usize>,
    /// Where the words end.
    terms_end: usize,
    dead: Bits,
    /// Numbers of the messages, by place and where they stand.
    by_seq: Vec<u32>,
    /// The same by their ids.
    by_message: Vec<u32>,
}

/// A message without its text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Head {
    pub(super) at: Millis,
    pub(super) seq: u64,
    pub(super) edited: u64,
    pub(super) has: Has,
    id: MessageId,
    place: u32,
    person: u32,
    text: (usize, usize),
}

impl Segment {
    /// Seals messages.
    pub(super) fn seal(documents: Vec<Document>) -> Option<Self> {
        Self::open(write::seal(documents))
    }

    /// As it is kept.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How many messages it has, those that were taken out among them.
    pub(super) fn len(&self) -> usize {
        self.heads.len()
    }

    /// How many it has.
    pub(super) fn live(&self) -> usize {
        self.heads.len() - self.dead.count()
    }

    /// Whether something was taken out.
    pub(super) fn is_holed(&self) -> bool {
        self.dead.count() > 0
    }

    /// Those that are in it, oldest first.
    pub(super) fn heads(&self) -> impl Iterator<Item = (u32, &Head)> {
        let numbered = (0..).zip(&self.heads);
        numbered.filter(|(number, _)| !self.dead.contains(*number))
    }

    pub(super) fn head(&self, number: u32) -> Option<&Head> {
        self.heads.get(usize::try_from(number).ok()?)
    }

    pub(super) fn place(&self, head: &Head) -> Option<ChannelId> {
        let at = usize::try_from(head.place).ok()?;
        self.places.get(at).copied()
    }

    pub(super) fn message(&self, head: &Head) -> Option<(Target, UserId)> {
        let (device, user) = *self.people.get(usize::try_from(head.person).ok()?)?;
        Some((
            Target {
                device,
                id: head.id,
            },
            user,
        ))
    }

    pub(super) fn text(&self, head: &Head) -> &str {
        let (start, end) = head.text;
        let bytes = self.bytes.get(start..end).unwrap_or_default();
        std::str::from_utf8(bytes).unwrap_or_default()
    }

    pub(super) fn document(&self, head: &Head) -> Option<Document> {
        let (message, author) = self.message(head)?;
        Some(Document {
            place: self.place(head)?,
            seq: head.seq,
            message,
            author,
            at: head.at,
            has: head.has,
            text: self.text(head).to_owned(),
            edited: head.edited,
        })
    }

    /// All that are in it.
    pub(super) fn documents(&self) -> impl Iterator<Item = Document> {
        self.heads().filter_map(|(_, head)| self.document(head))
    }

    /// Takes one out.
    pub(super) fn remove(&mut self, number: u32) {
        self.dead.insert(number);
    }

    /// The numbers of those that stand in a stretch of a place.
    pub(super) fn between(&self, place: ChannelId, first: u64, last: u64) -> Vec<u32> {
        let key = |number: &u32| {
            let head = self.head(*number)?;
            Some((self.place(head)?, head.seq))
        };
        let from = self
            .by_seq
            .partition_point(|it| key(it) < Some((place, first)));
        let found = self.by_seq.iter().skip(from);
        let found = found.take_while(|it| key(it) <= Some((place, last)));
        found
            .copied()
            .filter(|it| !self.dead.contains(*it))
            .collect()
    }

    /// The number of a message.
    pub(super) fn find(&self, place: ChannelId, message: Target) -> Option<u32> {
        let id = |number: &u32| self.head(*number).map(|head| head.id);
        let from = self
            .by_message
            .partition_point(|it| id(it) < Some(message.id));
        let found = self.by_message.iter().skip(from);
        let mut found = found.take_while(|it| id(it) == Some(message.id));
        let is_it = |number: &&u32| {
            let Some(head) = self.head(**number) else {
                return false;
            };
            let named = self.message(head).map(|(named, _)| named);
            self.place(head) == Some(place)
                && named == Some(message)
                && !self.dead.contains(**number)
        };
        found.find(is_it).copied()
    }

    /// Those that may have all of the phrases: their words, as far as the index knows.
    pub(super) fn candidates(&self, phrases: &[Phrase]) -> Bits {
        let mut all = Bits::full(self.heads.len());
        all.remove_all(&self.dead);
        for lookup in phrases.iter().flat_map(Phrase::lookups) {
            let mut having = Bits::empty(self.heads.len());
            self.look(&lookup, &mut having);
            all.keep(&having);
            if all.is_empty() {
                break;
            }
        }
        all
    }

    /// Puts in the numbers of those that have a word.
    fn look(&self, lookup: &Lookup, into: &mut Bits) {
        let wanted = lookup.term.as_bytes();
        let block = self
            .blocks
            .partition_point(|at| self.whole_term(*at) <= wanted);
        let Some(start) = self.blocks.get(block.saturating_sub(1)) else {
            return;
        };
        let mut reader = Reader::new(&self.bytes, *start, self.terms_end);
        let mut term = Vec::new();
        while let Some(numbers) = read::term(&mut reader, &mut term) {
            let fits = if lookup.is_prefix {
                term.starts_with(wanted)
            } else {
                term == wanted
            };
            if fits {
                let (start, end) = numbers;
                read::numbers(&self.bytes, start, end, |number| into.insert(number));
            } else if term.as_slice() > wanted {
                return;
            }
        }
    }

    /// The word with which a block begins.
    fn whole_term(&self, at: usize) -> &[u8] {
        let mut reader = Reader::new(&self.bytes, at, self.terms_end);
        reader.number();
        let length = reader.length().unwrap_or_default();
        reader.bytes(length).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
