//! From the bytes of a segment to what is looked into. Bytes that are not what was written give no segment.

use parley_protocol::ids::{ChannelId, DeviceId, MessageId, UserId};

use super::bytes::Reader;
use super::write::{BLOCK, VERSION};
use super::{Bits, Head, Segment};
use crate::search::document::Has;

/// Bytes that a message takes at least: anything that says it has more of them is damaged.
const LEAST: usize = 23;

impl Segment {
    /// From the bytes in which it was kept. `None`: they are damaged, or of another version.
    pub(in crate::search) fn open(bytes: Vec<u8>) -> Option<Self> {
        let mut reader = Reader::new(&bytes, 0, bytes.len());
        if reader.array::<1>()? != [VERSION] {
            return None;
        }
        let mut places = Vec::new();
        for _ in 0..reader.length()? {
            places.push(ChannelId::from_bytes(reader.array()?));
        }
        let mut people = Vec::new();
        for _ in 0..reader.length()? {
            let device = DeviceId::from_bytes(reader.array()?);
            people.push((device, UserId::from_bytes(reader.array()?)));
        }
        let count = reader.length().filter(|it| *it <= bytes.len() / LEAST)?;
        let mut heads = Vec::with_capacity(count);
        let mut at = 0_u64;
        for _ in 0..count {
            at = at.checked_add(reader.number()?)?;
            heads.push(head(at, &mut reader)?);
        }
        let terms = reader.at();
        let blocks = blocks(&bytes, terms)?;
        let mut segment = Self {
            places,
            people,
            heads,
            blocks,
            terms_end: bytes.len(),
            dead: Bits::empty(count),
            by_seq: Vec::new(),
            by_message: Vec::new(),
            bytes,
        };
        segment.order();
        Some(segment)
    }

    fn order(&mut self) {
        let numbers = 0..u32::try_from(self.heads.len()).unwrap_or(u32::MAX);
        let mut by_seq: Vec<u32> = numbers.collect();
        let mut by_message = by_seq.clone();
        by_seq.sort_unstable_by_key(|number| {
            let head = self.head(*number)?;
            Some((self.place(head)?, head.seq))
        });
        by_message.sort_unstable_by_key(|number| self.head(*number).map(|head| head.id));
        (self.by_seq, self.by_message) = (by_seq, by_message);
    }
}

fn head(at: u64, reader: &mut Reader<'_>) -> Option<Head> {
    let (place, person) = (reader.small()?, reader.small()?);
    let (seq, edited) = (reader.number()?, reader.number()?);
    let has = Has(u16::try_from(reader.number()?).ok()?);
    let id = MessageId::from_bytes(reader.array()?);
    let length = reader.length()?;
    let start = reader.at();
    reader.bytes(length)?;
    Some(Head {
        at,
        seq,
        edited,
        has,
        id,
        place,
        person,
        text: (start, reader.at()),
    })
}

/// Where the blocks of words begin.
fn blocks(bytes: &[u8], from: usize) -> Option<Vec<usize>> {
    let mut reader = Reader::new(bytes, from, bytes.len());
    let mut blocks = Vec::new();
    let mut count = 0_usize;
    while !reader.is_over() {
        if count.is_multiple_of(BLOCK) {
            blocks.push(reader.at());
        }
        count += 1;
        reader.number()?;
        for _ in 0..2 {
            let length = reader.length()?;
            reader.bytes(length)?;
        }
    }
    Some(blocks)
}

/// The next word, and where the numbers of its messages stand.
pub(super) fn term(reader: &mut Reader<'_>, term: &mut Vec<u8>) -> Option<(usize, usize)> {
    let shared = reader.length()?;
    let length = reader.length()?;
    term.truncate(shared);
    term.extend(reader.bytes(length)?);
    let length = reader.length()?;
    let start = reader.at();
    reader.bytes(length)?;
    Some((start, reader.at()))
}

/// Gives the numbers that stand there.
pub(super) fn numbers(bytes: &[u8], start: usize, end: usize, mut give: impl FnMut(u32)) {
    let mut reader = Reader::new(bytes, start, end);
    let mut next = 0_u32;
    while let Some(step) = reader.small() {
        let number = next.saturating_add(step);
        give(number);
        next = number.saturating_add(1);
    }
}
