//! Edits and deletions of messages that are not in the index: not yet, or no more.

use std::collections::BTreeMap;

use parley_protocol::ids::{ChannelId, UserId};
use serde::{Deserialize, Serialize};

use crate::relations::Target;
use crate::search::document::Document;

/// Bytes that wait by one member's doing. More are left out: they would be for messages that never come.
const MOST_OF_ONE: usize = 256 * 1024;
/// Bytes that wait in all.
const MOST: usize = 8 * 1024 * 1024;
/// What each takes beside its text.
const LEAST: usize = 64;

/// The message, and who did something with it.
pub(super) type Key = (ChannelId, Target, UserId);

/// What was done.
#[derive(Clone, Serialize, Deserialize)]
pub(super) enum Act {
    Edit { seq: u64, text: String },
    Delete { seq: u64, by_right: bool },
}

/// What waits, by what it is for.
#[derive(Default)]
pub(super) struct Waiting {
    edits: BTreeMap<Key, Act>,
    deletions: BTreeMap<Key, Act>,
    bytes_by_user: BTreeMap<UserId, usize>,
    bytes: usize,
}

impl Waiting {
    /// Puts one in, unless a later one is there. Says whether it did.
    pub(super) fn put(&mut self, key: Key, act: Act) -> bool {
        let before = self.of_kind(&act).get(&key);
        if before.is_some_and(|before| !act.replaces(before)) {
            return false;
        }
        if let Some(before) = self.of_kind(&act).remove(&key) {
            self.forget(&key, &before);
        }
        let of_one = self.bytes_by_user.entry(key.2).or_default();
        let size = act.size();
        if *of_one + size > MOST_OF_ONE || self.bytes + size > MOST {
            return false;
        }
        *of_one += size;
        self.bytes += size;
        self.of_kind(&act).insert(key, act);
        true
    }

    fn of_kind(&mut self, act: &Act) -> &mut BTreeMap<Key, Act> {
        match act {
            Act::Edit { .. } => &mut self.edits,
            Act::Delete { .. } => &mut self.deletions,
        }
    }

    /// One waits no more.
    fn forget(&mut self, key: &Key, act: &Act) {
        let size = act.size();
        self.bytes = self.bytes.saturating_sub(size);
        if let Some(of_one) = self.bytes_by_user.get_mut(&key.2) {
            *of_one = of_one.saturating_sub(size);
        }
    }

    /// Whether somebody who may has deleted it.
    pub(super) fn is_deleted(&self, message: &Document) -> bool {
        let (first, last) = (UserId::from_bytes([0; 16]), UserId::from_bytes([255; 16]));
        let key = |user| (message.place, message.message, user);
        let mut acts = self.deletions.range(key(first)..=key(last));
        acts.any(|((_, _, by), act)| match act {
            Act::Delete { seq, by_right } => {
                *seq > message.seq && (*by == message.author || *by_right)
            }
            Act::Edit { .. } => false,
        })
    }

    /// What its author wrote in place of it since.
    pub(super) fn take_edit(&mut self, message: &Document) -> Option<(u64, String)> {
        let key = (message.place, message.message, message.author);
        let act = self.edits.remove(&key)?;
        self.forget(&key, &act);
        match act {
            Act::Edit { seq, text } => {
                let since = message.seq.max(message.edited);
                (seq > since).then_some((seq, text))
            }
            Act::Delete { .. } => None,
        }
    }

    pub(super) fn all(&self) -> Vec<(Key, Act)> {
        let acts = self.edits.iter().chain(&self.deletions);
        acts.map(|(key, act)| (*key, act.clone())).collect()
    }
}

impl Act {
    /// The later one of its kind counts, unless the earlier one was done by a right that this one has not.
    fn replaces(&self, before: &Self) -> bool {
        match (before, self) {
            (Self::Edit { seq: before, .. }, Self::Edit { seq, .. }) => seq > before,
            (
                Self::Delete {
                    seq: before,
                    by_right: had,
                },
                Self::Delete { seq, by_right },
            ) => seq > before && by_right >= had,
            (Self::Edit { .. }, Self::Delete { .. }) | (Self::Delete { .. }, Self::Edit { .. }) => {
                true
            }
        }
    }

    fn size(&self) -> usize {
        match self {
            Self::Edit { text, .. } => LEAST + text.len(),
            Self::Delete { .. } => LEAST,
        }
    }
}
