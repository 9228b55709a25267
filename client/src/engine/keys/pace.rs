//! So many at once, and one more each so often.

use parley_protocol::Millis;

/// What is left to spend.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    left: u32,
    /// Up to when what is added was counted.
    counted_to: Millis,
}

impl Pace {
    pub(super) fn full(most: u32, now: Millis) -> Self {
        Self {
            left: most,
            counted_to: now,
        }
    }

    /// Spends one, if there is one.
    pub(super) fn take(&mut self, most: u32, one_more_in: Millis, now: Millis) -> bool {
        let added = now.saturating_sub(self.counted_to) / one_more_in.max(1);
        self.left = self
            .left
            .saturating_add(u32::try_from(added).unwrap_or(u32::MAX))
            .min(most);
        self.counted_to = self.counted_to.saturating_add(added * one_more_in);
        let taken = self.left.checked_sub(1);
        self.left = taken.unwrap_or(0);
        taken.is_some()
    }
}
