//! Sorted maps and sets whose keys are ids, public keys, hashes or sequence numbers.
//!
//! They do what `BTreeMap` and `BTreeSet` do. Those are compiled anew for every type, at 4 to 6 KB each in the page
//! that every visitor downloads; these share one index of packed bytes.

mod form;
mod index;
mod key;
mod set;

use std::fmt;
use std::ops::RangeBounds;

pub use key::{Key, KeyBytes};
pub use set::IdSet;

use index::{Entries, Index};

/// A sorted map. The values lie in one vector, in no order; the index knows their places in it.
#[derive(Clone)]
pub struct IdMap<K, V> {
    index: Index,
    slots: Vec<(K, V)>,
}

impl<K: Key, V> IdMap<K, V> {
    /// An empty map.
    pub const fn new() -> Self {
        Self {
            index: Index::new(K::LENGTH),
            slots: Vec::new(),
        }
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// The value of a key.
    pub fn get(&self, key: &K) -> Option<&V> {
        let place = self.index.get(&key.to_bytes())?;
        self.slots.get(place).map(|(_, value)| value)
    }

    /// The value of a key, to be changed.
    pub fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        let place = self.index.get(&key.to_bytes())?;
        self.slots.get_mut(place).map(|(_, value)| value)
    }

    /// Whether the key has a value.
    pub fn contains_key(&self, key: &K) -> bool {
        self.index.get(&key.to_bytes()).is_some()
    }

    /// Puts a value in. Returns the one that was there.
    pub fn insert(&mut self, key: K, value: V) -> Option<V> {
        let next = self.slots.len();
        if let Some(place) = self.index.insert(&key.to_bytes(), next) {
            let slot = self.slots.get_mut(place)?;
            return Some(std::mem::replace(&mut slot.1, value));
        }
        self.slots.push((key, value));
        None
    }

    /// The value of a key, which is put in if there is none.
    pub fn or_insert(&mut self, key: K, value: V) -> &mut V {
        let next = self.slots.len();
        let known = self.index.insert(&key.to_bytes(), next);
        let place = known.unwrap_or_else(|| {
            self.slots.push((key, value));
            next
        });
        &mut self.slots[place].1
    }

    /// Takes a value out.
    pub fn remove(&mut self, key: &K) -> Option<V> {
        let place = self.index.remove(&key.to_bytes())?;
        let (_, value) = self.slots.swap_remove(place);
        if let Some((moved, _)) = self.slots.get(place) {
            self.index.set(&moved.to_bytes(), place);
        }
        Some(value)
    }

    /// All entries by key.
    pub fn iter(&self) -> Iter<'_, K, V> {
        Iter {
            entries: self.index.entries(),
            slots: &self.slots,
        }
    }

    /// All keys in order.
    pub fn keys(&self) -> impl DoubleEndedIterator<Item = &K> {
        self.iter().map(|(key, _)| key)
    }

    /// All values by key.
    pub fn values(&self) -> impl DoubleEndedIterator<Item = &V> {
        self.iter().map(|(_, value)| value)
    }

    /// All values in no order, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.slots.iter_mut().map(|(_, value)| value)
    }

    /// The entries whose keys are in a range, by key.
    pub fn range(&self, range: impl RangeBounds<K>) -> Iter<'_, K, V> {
        let first = range.start_bound().map(Key::to_bytes);
        let last = range.end_bound().map(Key::to_bytes);
        Iter {
            entries: self.index.range(first, last),
            slots: &self.slots,
        }
    }
}

impl<K: Key, V: Default> IdMap<K, V> {
    /// The value of a key; the default is put in if there is none.
    pub fn or_default(&mut self, key: K) -> &mut V {
        self.or_insert(key, V::default())
    }
}

/// See [`IdMap::iter`] and [`IdMap::range`].
pub struct Iter<'a, K, V> {
    entries: Entries<'a>,
    slots: &'a [(K, V)],
}

impl<'a, K, V> Iter<'a, K, V> {
    fn at(&self, place: usize) -> Option<(&'a K, &'a V)> {
        self.slots.get(place).map(|(key, value)| (key, value))
    }
}

impl<'a, K, V> Iterator for Iter<'a, K, V> {
    type Item = (&'a K, &'a V);

    fn next(&mut self) -> Option<Self::Item> {
        let (_, place) = self.entries.next()?;
        self.at(place)
    }
}

impl<K, V> DoubleEndedIterator for Iter<'_, K, V> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let (_, place) = self.entries.next_back()?;
        self.at(place)
    }
}

impl<'a, K: Key, V> IntoIterator for &'a IdMap<K, V> {
    type Item = (&'a K, &'a V);
    type IntoIter = Iter<'a, K, V>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<K: Key, V> Default for IdMap<K, V> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Key, V> Extend<(K, V)> for IdMap<K, V> {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, items: I) {
        for (key, value) in items {
            self.insert(key, value);
        }
    }
}

impl<K: Key, V> FromIterator<(K, V)> for IdMap<K, V> {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(items: I) -> Self {
        let mut map = Self::new();
        map.extend(items);
        map
    }
}

impl<K: Key, V, const N: usize> From<[(K, V); N]> for IdMap<K, V> {
    fn from(items: [(K, V); N]) -> Self {
        items.into_iter().collect()
    }
}

impl<K: Key, V> std::ops::Index<&K> for IdMap<K, V> {
    type Output = V;

    fn index(&self, key: &K) -> &V {
        let place = self.index.get(&key.to_bytes());
        &self.slots[place.unwrap_or(usize::MAX)].1
    }
}

impl<K: Key + PartialEq, V: PartialEq> PartialEq for IdMap<K, V> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

impl<K: Key + Eq, V: Eq> Eq for IdMap<K, V> {}

impl<K: Key + fmt::Debug, V: fmt::Debug> fmt::Debug for IdMap<K, V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self).finish()
    }
}

#[cfg(test)]
mod tests;
