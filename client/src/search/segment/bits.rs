//! A set of numbers below a bound.

/// One bit for each number.
#[derive(Debug, Clone, Default)]
pub(in crate::search) struct Bits(Vec<u64>);

impl Bits {
    pub(in crate::search) fn empty(count: usize) -> Self {
        Self(vec![0; count.div_ceil(64)])
    }

    /// All numbers below `count`.
    pub(super) fn full(count: usize) -> Self {
        let mut bits = vec![u64::MAX; count.div_ceil(64)];
        if let Some(last) = bits.last_mut()
            && !count.is_multiple_of(64)
        {
            *last = (1 << (count % 64)) - 1;
        }
        Self(bits)
    }

    /// Puts a number in, if it is below the bound.
    pub(in crate::search) fn insert(&mut self, number: u32) {
        if let Some(bits) = self.0.get_mut(word(number)) {
            *bits |= 1 << (number % 64);
        }
    }

    pub(in crate::search) fn contains(&self, number: u32) -> bool {
        let bits = self.0.get(word(number)).copied().unwrap_or_default();
        bits & (1 << (number % 64)) != 0
    }

    /// What is in both.
    pub(super) fn keep(&mut self, other: &Self) {
        for (bits, other) in self.0.iter_mut().zip(&other.0) {
            *bits &= other;
        }
    }

    /// What is not in the other.
    pub(super) fn remove_all(&mut self, other: &Self) {
        for (bits, other) in self.0.iter_mut().zip(&other.0) {
            *bits &= !other;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|bits| *bits == 0)
    }

    pub(super) fn count(&self) -> usize {
        let counts = self.0.iter().map(|bits| bits.count_ones());
        usize::try_from(counts.sum::<u32>()).unwrap_or(usize::MAX)
    }
}

fn word(number: u32) -> usize {
    usize::try_from(number / 64).unwrap_or(usize::MAX)
}
