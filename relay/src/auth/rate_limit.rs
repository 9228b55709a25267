//! Token buckets by key (an address, a name): how often somebody may try. Bounded memory; no clock.

use std::collections::HashMap;
use std::hash::Hash;

use parley_protocol::Millis;
use parley_protocol::error::ErrorCode;

/// Keys that are remembered. When there are more, those that have recovered are dropped, and after them
/// all: a flood from many addresses must not eat the memory.
const MAX_KEYS: usize = 20_000;

/// How often something may be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// So many at once.
    pub burst: u32,
    /// And then one each time so many milliseconds have passed.
    pub interval: Millis,
}

impl Rate {
    /// As often as anybody likes.
    pub const UNLIMITED: Self = Self {
        burst: u32::MAX,
        interval: 0,
    };
}

/// Buckets that share one rate.
#[derive(Debug)]
pub(crate) struct RateLimit<K> {
    rate: Rate,
    /// When each bucket will be full again.
    full_at: HashMap<K, Millis>,
}

impl<K: Eq + Hash> RateLimit<K> {
    pub(crate) fn new(rate: Rate) -> Self {
        Self {
            rate,
            full_at: HashMap::new(),
        }
    }

    /// Takes one, or says how long to wait.
    pub(crate) fn take(&mut self, key: K, now: Millis) -> Result<(), ErrorCode> {
        if self.full_at.len() >= MAX_KEYS {
            self.full_at.retain(|_, full_at| *full_at > now);
            if self.full_at.len() >= MAX_KEYS {
                self.full_at.clear();
            }
        }
        let depth = self
            .rate
            .interval
            .saturating_mul(u64::from(self.rate.burst));
        let full_at = self.full_at.entry(key).or_insert(now);
        let after = (*full_at).max(now).saturating_add(self.rate.interval);
        let wait = after.saturating_sub(now.saturating_add(depth));
        if wait > 0 {
            let seconds = wait.div_ceil(1000);
            return Err(ErrorCode::RateLimited {
                retry_after: u32::try_from(seconds).unwrap_or(u32::MAX),
            });
        }
        *full_at = after;
        Ok(())
    }

    /// Gives one back: the try was a good one.
    pub(crate) fn give_back(&mut self, key: &K) {
        if let Some(full_at) = self.full_at.get_mut(key) {
            *full_at = full_at.saturating_sub(self.rate.interval);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_one_each_interval() {
        let mut limit = RateLimit::new(Rate {
            burst: 2,
            interval: 10_000,
        });
        assert_eq!(limit.take("a", 0), Ok(()));
        assert_eq!(limit.take("a", 0), Ok(()));
        assert_eq!(
            limit.take("a", 0),
            Err(ErrorCode::RateLimited { retry_after: 10 })
        );
        assert_eq!(limit.take("b", 0), Ok(()));
        assert_eq!(limit.take("a", 10_000), Ok(()));
        assert!(limit.take("a", 10_000).is_err());
        limit.give_back(&"a");
        assert_eq!(limit.take("a", 10_000), Ok(()));
    }

    #[test]
    fn memory_is_bounded() {
        let mut limit = RateLimit::new(Rate {
            burst: 1,
            interval: 1000,
        });
        for key in 0..MAX_KEYS * 3 {
            let _ = limit.take(key, 0);
        }
        assert!(limit.full_at.len() <= MAX_KEYS);
    }
}
