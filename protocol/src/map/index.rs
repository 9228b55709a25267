//! Sorted keys as bytes, each with a place where its value lies: a list of blocks, split when they are full. One
//! program for all maps and sets; it knows nothing of their types.

mod entries;

use std::cmp::Ordering;
use std::ops::Bound;

use super::KeyBytes;
pub(super) use entries::Entries;

/// Entries of a full block. More: an insertion moves more. Fewer: there are more blocks to keep in order.
const BLOCK_ENTRIES: usize = 64;
/// Bytes of a place.
const PLACE: usize = size_of::<u32>();

/// Keys of one length in ascending order. No block is empty.
#[derive(Clone)]
pub(super) struct Index {
    key_length: usize,
    len: usize,
    blocks: Vec<Block>,
}

/// Some entries, and the start of the first one's key, which spares most looks at the entries.
#[derive(Clone, Default)]
struct Block {
    first: u64,
    bytes: Vec<u8>,
}

/// Where an entry is, or would be. The end is the start of the block after the last one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Position {
    block: usize,
    entry: usize,
}

impl Index {
    pub(super) const fn new(key_length: usize) -> Self {
        Self {
            key_length,
            len: 0,
            blocks: Vec::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn get(&self, key: &KeyBytes) -> Option<usize> {
        let position = self.search(key.as_slice()).ok()?;
        self.at(position).map(|(_, place)| place)
    }

    /// Adds a key, unless it is known: then says its place and changes nothing.
    pub(super) fn insert(&mut self, key: &KeyBytes, place: usize) -> Option<usize> {
        let key = key.as_slice();
        match self.search(key) {
            Ok(known) => self.at(known).map(|(_, place)| place),
            Err(position) => {
                self.insert_at(position, key, place);
                None
            }
        }
    }

    /// Gives a key that is known another place.
    pub(super) fn set(&mut self, key: &KeyBytes, place: usize) {
        let Ok(Position { block, entry }) = self.search(key.as_slice()) else {
            return;
        };
        let start = entry * self.entry_length() + self.key_length;
        let block = self.blocks.get_mut(block);
        if let Some(bytes) = block.and_then(|block| block.bytes.get_mut(start..start + PLACE)) {
            bytes.copy_from_slice(&place_bytes(place));
        }
    }

    /// Removes a key and says its place.
    pub(super) fn remove(&mut self, key: &KeyBytes) -> Option<usize> {
        let position = self.search(key.as_slice()).ok()?;
        let (_, place) = self.at(position)?;
        let entry_length = self.entry_length();
        let block = self.blocks.get_mut(position.block)?;
        let start = position.entry * entry_length;
        block.bytes.drain(start..start + entry_length);
        if block.bytes.is_empty() {
            self.blocks.remove(position.block);
        } else {
            block.note_first(self.key_length);
        }
        self.len -= 1;
        Some(place)
    }

    pub(super) fn entries(&self) -> Entries<'_> {
        self.range(Bound::Unbounded, Bound::Unbounded)
    }

    pub(super) fn range(&self, first: Bound<KeyBytes>, last: Bound<KeyBytes>) -> Entries<'_> {
        let end = Position {
            block: self.blocks.len(),
            entry: 0,
        };
        let front = match first {
            Bound::Included(key) => self.boundary(&key, false),
            Bound::Excluded(key) => self.boundary(&key, true),
            Bound::Unbounded => Position { block: 0, entry: 0 },
        };
        let back = match last {
            Bound::Included(key) => self.boundary(&key, true),
            Bound::Excluded(key) => self.boundary(&key, false),
            Bound::Unbounded => end,
        };
        Entries::between(self, front, back)
    }

    /// The position of the first entry that is not before the key; with `after`, that is after it.
    fn boundary(&self, key: &KeyBytes, after: bool) -> Position {
        match self.search(key.as_slice()) {
            Ok(found) if after => self.normal(Position {
                entry: found.entry + 1,
                ..found
            }),
            Ok(found) => found,
            Err(position) => self.normal(position),
        }
    }

    /// The end of a block is the start of the next one.
    fn normal(&self, position: Position) -> Position {
        if position.block < self.blocks.len() && position.entry >= self.entries_of(position.block) {
            return Position {
                block: position.block + 1,
                entry: 0,
            };
        }
        position
    }

    /// Where the key is, or else where it belongs in the block that covers it.
    fn search(&self, key: &[u8]) -> Result<Position, Position> {
        let order = |block: &[u8], entry: usize| {
            let start = entry * self.entry_length();
            let found = block.get(start..start + self.key_length);
            compare(found.unwrap_or_default(), key)
        };
        let first = start_of(key);
        let starts_by = |block: &Block| match block.first.cmp(&first) {
            Ordering::Less => true,
            Ordering::Equal => order(&block.bytes, 0).is_le(),
            Ordering::Greater => false,
        };
        let after = self.blocks.partition_point(starts_by);
        let block = after.saturating_sub(1);
        let bytes = self.blocks.get(block).map_or(&[][..], |block| &block.bytes);
        let (mut low, mut high) = (0, self.entries_of(block));
        while low < high {
            let entry = usize::midpoint(low, high);
            match order(bytes, entry) {
                Ordering::Less => low = entry + 1,
                Ordering::Equal => return Ok(Position { block, entry }),
                Ordering::Greater => high = entry,
            }
        }
        Err(Position { block, entry: low })
    }

    fn insert_at(&mut self, mut position: Position, key: &[u8], place: usize) {
        let entry_length = self.entry_length();
        if self.entries_of(position.block) >= BLOCK_ENTRIES {
            position = self.make_room(position);
        }
        if position.block == self.blocks.len() {
            self.blocks.push(Block::default());
        }
        let Some(block) = self.blocks.get_mut(position.block) else {
            return;
        };
        let start = position.entry * entry_length;
        let bytes = &mut block.bytes;
        let old_end = bytes.len();
        bytes.resize(old_end + entry_length, 0);
        bytes.copy_within(start..old_end, start + entry_length);
        let entry = bytes.iter_mut().skip(start).take(entry_length);
        for (to, from) in entry.zip(key.iter().copied().chain(place_bytes(place))) {
            *to = from;
        }
        block.note_first(self.key_length);
        self.len += 1;
    }

    /// Splits a full block, and says where the position is then. Keys that come in order leave full blocks behind.
    fn make_room(&mut self, position: Position) -> Position {
        let is_last = position.block + 1 == self.blocks.len();
        let kept = if is_last && position.entry == BLOCK_ENTRIES {
            BLOCK_ENTRIES
        } else {
            BLOCK_ENTRIES / 2
        };
        let bytes = kept * self.entry_length();
        let Some(block) = self.blocks.get_mut(position.block) else {
            return position;
        };
        let bytes = block.bytes.split_off(bytes);
        if !bytes.is_empty() {
            let mut next = Block { first: 0, bytes };
            next.note_first(self.key_length);
            self.blocks.insert(position.block + 1, next);
        }
        if position.entry < kept {
            return position;
        }
        Position {
            block: position.block + 1,
            entry: position.entry - kept,
        }
    }

    fn entry_length(&self) -> usize {
        self.key_length + PLACE
    }

    fn entries_of(&self, block: usize) -> usize {
        let bytes = self.blocks.get(block).map_or(0, |block| block.bytes.len());
        bytes / self.entry_length()
    }

    fn at(&self, position: Position) -> Option<(&[u8], usize)> {
        let start = position.entry * self.entry_length();
        let block = self.blocks.get(position.block)?;
        let entry = block.bytes.get(start..start + self.entry_length())?;
        let (key, place) = entry.split_at_checked(self.key_length)?;
        let place = u32::from_ne_bytes(place.try_into().ok()?);
        Some((key, place as usize))
    }
}

impl Block {
    fn note_first(&mut self, key_length: usize) {
        self.first = start_of(self.bytes.get(..key_length).unwrap_or_default());
    }
}

/// Nearly always the first eight bytes decide; one comparison of two numbers is faster than one of bytes.
fn compare(a: &[u8], b: &[u8]) -> Ordering {
    start_of(a).cmp(&start_of(b)).then_with(|| a.cmp(b))
}

/// The first eight bytes of a key; of a shorter one, nothing.
fn start_of(key: &[u8]) -> u64 {
    let start = key.split_first_chunk();
    start.map_or(0, |(bytes, _)| u64::from_be_bytes(*bytes))
}

/// More places than fit would not fit into memory.
fn place_bytes(place: usize) -> [u8; PLACE] {
    u32::try_from(place).unwrap_or(u32::MAX).to_ne_bytes()
}
