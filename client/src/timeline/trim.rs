//! Letting go of what is in memory and in the store alike, as a new start does.

use super::{Timeline, TimelineItem};

impl Timeline {
    /// Lets go of everything up to a sequence number. It is had again as what is older.
    pub(crate) fn trim(&mut self, after: u64) {
        let after = after.min(self.position).min(self.kept_from());
        if after <= self.known_after {
            return;
        }
        let items = self.items_by_seq.values();
        let old: Vec<TimelineItem> = items
            .take_while(|item| item.seq <= after)
            .cloned()
            .collect();
        for item in &old {
            self.items_by_seq.remove(&item.seq);
            self.index.remove(item);
            self.relations.forget(item);
            self.statuses.remove(item);
            self.statuses.remove(item);
            self.expiring.set(item.seq, None);
        }
        self.known_after = after;
        self.known.trim(after);
        self.reconcile();
    }

    /// What waits for the log is in no store as it is wanted.
    fn kept_from(&self) -> u64 {
        let waits = self.index.awaiting_log().next();
        waits.map_or(u64::MAX, |seq| seq.saturating_sub(1))
    }
}
