//! The set: an index alone.

use std::fmt;
use std::marker::PhantomData;
use std::ops::RangeBounds;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Key;
use super::index::{Entries, Index};

/// A sorted set.
#[derive(Clone)]
pub struct IdSet<K> {
    index: Index,
    of: PhantomData<K>,
}

impl<K: Key> IdSet<K> {
    /// An empty set.
    pub const fn new() -> Self {
        Self {
            index: Index::new(K::LENGTH),
            of: PhantomData,
        }
    }

    /// How many keys there are.
    pub fn len(&self) -> usize {
        self.index.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether a key is in it.
    pub fn contains(&self, key: &K) -> bool {
        self.index.get(&key.to_bytes()).is_some()
    }

    /// Puts a key in. Says whether it is new.
    pub fn insert(&mut self, key: K) -> bool {
        self.index.insert(&key.to_bytes(), 0).is_none()
    }

    /// Takes a key out. Says whether it was in.
    pub fn remove(&mut self, key: &K) -> bool {
        self.index.remove(&key.to_bytes()).is_some()
    }

    /// Takes the first key out.
    pub fn pop_first(&mut self) -> Option<K> {
        let first = self.iter().next()?;
        self.remove(&first);
        Some(first)
    }

    /// Keeps the keys that are wanted.
    pub fn retain(&mut self, is_wanted: impl Fn(&K) -> bool) {
        let unwanted: Vec<K> = self.iter().filter(|key| !is_wanted(key)).collect();
        for key in unwanted {
            self.remove(&key);
        }
    }

    /// Takes all keys out.
    pub fn clear(&mut self) {
        *self = Self::new();
    }

    /// All keys in order.
    pub fn iter(&self) -> Keys<'_, K> {
        Keys {
            entries: self.index.entries(),
            of: PhantomData,
        }
    }

    /// The keys in a range, in order.
    pub fn range(&self, range: impl RangeBounds<K>) -> Keys<'_, K> {
        let first = range.start_bound().map(Key::to_bytes);
        let last = range.end_bound().map(Key::to_bytes);
        Keys {
            entries: self.index.range(first, last),
            of: PhantomData,
        }
    }

    /// Whether the other set has no key of this one.
    pub fn is_disjoint(&self, other: &Self) -> bool {
        !self.iter().any(|key| other.contains(&key))
    }

    /// Whether the other set has all keys of this one.
    pub fn is_subset(&self, other: &Self) -> bool {
        self.iter().all(|key| other.contains(&key))
    }
}

/// See [`IdSet::iter`] and [`IdSet::range`].
pub struct Keys<'a, K> {
    entries: Entries<'a>,
    of: PhantomData<K>,
}

impl<K: Key> Iterator for Keys<'_, K> {
    type Item = K;

    fn next(&mut self) -> Option<K> {
        let (mut bytes, _) = self.entries.next()?;
        K::unpack(&mut bytes)
    }
}

impl<K: Key> DoubleEndedIterator for Keys<'_, K> {
    fn next_back(&mut self) -> Option<K> {
        let (mut bytes, _) = self.entries.next_back()?;
        K::unpack(&mut bytes)
    }
}

impl<'a, K: Key> IntoIterator for &'a IdSet<K> {
    type Item = K;
    type IntoIter = Keys<'a, K>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<K: Key> Default for IdSet<K> {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Key> Extend<K> for IdSet<K> {
    fn extend<I: IntoIterator<Item = K>>(&mut self, keys: I) {
        for key in keys {
            self.insert(key);
        }
    }
}

impl<K: Key> FromIterator<K> for IdSet<K> {
    fn from_iter<I: IntoIterator<Item = K>>(keys: I) -> Self {
        let mut set = Self::new();
        set.extend(keys);
        set
    }
}

impl<K: Key, const N: usize> From<[K; N]> for IdSet<K> {
    fn from(keys: [K; N]) -> Self {
        keys.into_iter().collect()
    }
}

impl<K: Key> PartialEq for IdSet<K> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.is_subset(other)
    }
}

impl<K: Key> Eq for IdSet<K> {}

impl<K: Key + fmt::Debug> fmt::Debug for IdSet<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self).finish()
    }
}

impl<K: Key + Serialize> Serialize for IdSet<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self)
    }
}

impl<'de, K: Key + Deserialize<'de>> Deserialize<'de> for IdSet<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(|keys: Vec<K>| keys.into_iter().collect())
    }
}
