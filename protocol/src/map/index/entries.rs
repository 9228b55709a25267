//! Going through an index, from both ends.

use super::{Index, Position};

/// Keys and places in order, from both ends.
#[derive(Clone)]
pub(in crate::map) struct Entries<'a> {
    index: &'a Index,
    front: Position,
    back: Position,
}

impl<'a> Entries<'a> {
    /// From `front` on, before `back`.
    pub(super) fn between(index: &'a Index, front: Position, back: Position) -> Self {
        Self { index, front, back }
    }
}

impl<'a> Iterator for Entries<'a> {
    type Item = (&'a [u8], usize);

    fn next(&mut self) -> Option<Self::Item> {
        if self.front >= self.back {
            return None;
        }
        let found = self.index.at(self.front);
        self.front = self.index.normal(Position {
            entry: self.front.entry + 1,
            ..self.front
        });
        found
    }
}

impl DoubleEndedIterator for Entries<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        if self.front >= self.back {
            return None;
        }
        if self.back.entry == 0 {
            self.back.block -= 1;
            self.back.entry = self.index.entries_of(self.back.block);
        }
        self.back.entry -= 1;
        self.index.at(self.back)
    }
}
