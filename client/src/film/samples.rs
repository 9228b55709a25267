//! Where in a file the samples of a track lie, by its tables (ISO/IEC 14496-12, section 8.7).

use std::ops::Range;

use super::boxes::Table;

/// Bytes of all tables of a track. More than hours of one that tells something many times a second.
const MOST: u64 = 8 * 1024 * 1024;

/// The tables as they are read.
#[derive(Debug, Default)]
pub(super) struct Samples {
    tables: Vec<(Table, Vec<u8>)>,
    /// Of the last one, so many bytes are to come.
    missing: u64,
    read: u64,
    is_too_long: bool,
}

impl Samples {
    /// A table begins, of so many bytes.
    pub(super) fn begin(&mut self, table: Table, bytes: u64) {
        self.tables.push((table, Vec::new()));
        self.missing = bytes;
        self.read = self.read.saturating_add(bytes);
        self.is_too_long |= self.read > MOST;
    }

    pub(super) fn wants_more(&self) -> bool {
        self.missing > 0
    }

    /// Takes what belongs to the table, and says how much that is.
    pub(super) fn take(&mut self, bytes: &[u8]) -> usize {
        let count = usize::try_from(self.missing).unwrap_or(usize::MAX);
        let taken = bytes.get(..count).unwrap_or(bytes);
        if let Some((_, table)) = self.tables.last_mut().filter(|_| !self.is_too_long) {
            table.extend_from_slice(taken);
        }
        self.missing -= taken.len() as u64;
        taken.len()
    }

    /// Where the samples lie. `None`: the tables do not say.
    pub(super) fn ranges(&self) -> Option<Vec<Range<u64>>> {
        if self.is_too_long {
            return None;
        }
        let mut sizes = self.sizes()?;
        let groups = self.groups()?;
        let mut ranges = Vec::new();
        for (chunk, at) in (1..).zip(self.chunks()?) {
            let of = groups.iter().take_while(|(first, _)| *first <= chunk);
            let count = of.last().map_or(0, |(_, count)| *count);
            let mut end = at;
            for _ in 0..count {
                let Some(size) = sizes.next() else {
                    break;
                };
                end = end.checked_add(u64::from(size))?;
            }
            ranges.push(at..end);
        }
        // Whatever no chunk holds lies nowhere.
        sizes.next().is_none().then_some(ranges)
    }

    fn table(&self, is_it: impl Fn(Table) -> bool) -> Option<(Table, &[u8])> {
        let found = self.tables.iter().find(|(table, _)| is_it(*table));
        // After version and flags.
        found.and_then(|(table, bytes)| Some((*table, bytes.get(4..)?)))
    }

    /// Of each sample.
    fn sizes(&self) -> Option<Box<dyn Iterator<Item = u32> + '_>> {
        let (_, bytes) = self.table(|it| it == Table::Sizes)?;
        let mut numbers = numbers(bytes);
        let (all, count) = (numbers.next()?, numbers.next()?);
        let count = usize::try_from(count).ok()?;
        if all == 0 {
            return Some(Box::new(numbers.take(count)));
        }
        // A million samples of one size are hours.
        Some(Box::new(std::iter::repeat_n(all, count.min(1_000_000))))
    }

    /// From which chunk on there are how many samples in each.
    fn groups(&self) -> Option<Vec<(u32, u32)>> {
        let (_, bytes) = self.table(|it| it == Table::PerChunk)?;
        let mut numbers = numbers(bytes);
        let count = usize::try_from(numbers.next()?).ok()?;
        let numbers: Vec<u32> = numbers.collect();
        let groups = numbers.chunks_exact(3).take(count);
        groups
            .map(|group| Some((*group.first()?, *group.get(1)?)))
            .collect()
    }

    /// Where each chunk begins.
    fn chunks(&self) -> Option<Vec<u64>> {
        let (table, bytes) = self.table(|it| matches!(it, Table::Chunks(_)))?;
        let (count, rest) = bytes.split_first_chunk()?;
        let count = usize::try_from(u32::from_be_bytes(*count)).ok()?;
        let length = match table {
            Table::Chunks(length) => length,
            Table::Sizes | Table::PerChunk => return None,
        };
        let places = rest.chunks_exact(length).take(count);
        let number = |place: &[u8]| {
            let bytes = place.iter();
            bytes.fold(0, |number: u64, byte| (number << 8) | u64::from(*byte))
        };
        Some(places.map(number).collect())
    }
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    let numbers = bytes.chunks_exact(4);
    numbers.filter_map(|it| Some(u32::from_be_bytes(it.try_into().ok()?)))
}
