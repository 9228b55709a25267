//! Messages that are no more: what the relay shows in their place, and when those go that are here still.

use parley_protocol::Millis;
use parley_protocol::channel::SignedRedaction;
use parley_protocol::map::{IdMap, IdSet};
use serde::{Deserialize, Serialize};

use super::{Body, Timeline, TimelineItem, Unreadable};

/// What the relay shows in place of a message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Gone {
    /// An order to delete it.
    Order(SignedRedaction),
    /// Its word that the time of it is over.
    Expired,
}

impl TimelineItem {
    /// Whether it was deleted, by somebody who may.
    pub(crate) fn is_removed(&self) -> bool {
        matches!(self.body, Body::Removed { .. })
    }

    /// Whether the relay has it no more, and nothing that is known now allows that.
    pub(crate) fn is_taken_away(&self) -> bool {
        let why = Unreadable::TakenAway;
        self.gone.is_some() && self.body == Body::Unreadable { why }
    }

    /// Whether the order in its place names a head that is not in our log.
    pub(super) fn awaits_log_of_order(&self) -> bool {
        self.is_taken_away() && self.named.is_some()
    }

    /// Whether a message that is known can be what another item says of its place: what its session signed is not
    /// put aside by the word of the relay.
    pub(crate) fn can_be(&self, other: &Self) -> bool {
        let is_same_link = self.as_signed() == other.as_signed();
        !self.is_signed || (is_same_link && (!self.is_read() || self.id == other.id))
    }

    /// The relay's clock when it took it, but no later than when it came here.
    pub(crate) fn taken_at(&self) -> Millis {
        self.taken_at.unwrap_or(self.at)
    }
}

/// When messages of a channel disappear.
#[derive(Debug, Clone, Default)]
pub(super) struct Expiring {
    due_by_seq: IdMap<u64, Millis>,
    by_due: IdSet<(Millis, u64)>,
}

impl Expiring {
    pub(super) fn set(&mut self, seq: u64, due: Option<Millis>) {
        if let Some(before) = self.due_by_seq.remove(&seq) {
            self.by_due.remove(&(before, seq));
        }
        if let Some(due) = due {
            self.due_by_seq.insert(seq, due);
            self.by_due.insert((due, seq));
        }
    }

    fn first(&self) -> Option<(Millis, u64)> {
        self.by_due.iter().next()
    }
}

impl Timeline {
    /// A message disappears at this time of the relay's clock. `None`: it stays.
    pub(crate) fn set_due(&mut self, seq: u64, due: Option<Millis>) {
        self.expiring.set(seq, due);
    }

    /// Whether what stands there disappears by itself.
    pub(crate) fn has_due(&self, seq: u64) -> bool {
        self.expiring.due_by_seq.get(&seq).is_some()
    }

    /// When the next message disappears, by the relay's clock, and where it stands.
    pub(crate) fn next_due(&self) -> Option<(Millis, u64)> {
        self.expiring.first()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_to_go_comes_first_and_a_time_can_change() {
        let mut expiring = Expiring::default();
        assert_eq!(expiring.first(), None);
        expiring.set(1, Some(30));
        expiring.set(2, Some(20));
        expiring.set(3, Some(20));
        assert_eq!(expiring.first(), Some((20, 2)));
        expiring.set(2, Some(40));
        assert_eq!(expiring.first(), Some((20, 3)));
        expiring.set(3, None);
        expiring.set(3, None);
        assert_eq!(expiring.first(), Some((30, 1)));
        expiring.set(1, None);
        assert_eq!(expiring.first(), Some((40, 2)));
        expiring.set(2, None);
        assert_eq!(expiring.first(), None);
    }
}
