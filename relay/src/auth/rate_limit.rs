//! Token buckets per key (an address, a name). Bounded memory; no clock.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;

use parley_protocol::Millis;
use parley_protocol::error::ErrorCode;

use crate::network::{Network, networks};

/// Keys kept. Beyond this, full buckets are dropped, then the half with the fewest attempts: a flood from many
/// addresses must neither exhaust memory nor reset the buckets of those who used theirs up.
const MAX_KEYS: usize = 20_000;

/// A token bucket: burst and refill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Tokens in a full bucket.
    pub burst: u32,
    /// Time to refill one token, in milliseconds.
    pub interval: Millis,
}

impl Rate {
    /// No limit.
    pub const UNLIMITED: Self = Self {
        burst: u32::MAX,
        interval: 0,
    };

    /// This rate multiplied by `factor`.
    pub(crate) fn times(self, factor: u32) -> Self {
        Self {
            burst: self.burst.saturating_mul(factor),
            interval: self.interval.div_ceil(u64::from(factor.max(1))),
        }
    }
}

/// Buckets that share one rate.
#[derive(Debug)]
pub(crate) struct RateLimit<K> {
    rate: Rate,
    /// When each bucket is full again.
    full_at: HashMap<K, Millis>,
}

impl<K: Eq + Hash> RateLimit<K> {
    pub(crate) fn new(rate: Rate) -> Self {
        Self {
            rate,
            full_at: HashMap::new(),
        }
    }

    /// Takes one token, or says how long to wait.
    pub(crate) fn take(&mut self, key: K, now: Millis) -> Result<(), ErrorCode> {
        self.take_at(self.rate, key, now)
    }

    fn take_at(&mut self, rate: Rate, key: K, now: Millis) -> Result<(), ErrorCode> {
        if self.full_at.len() >= MAX_KEYS && !self.full_at.contains_key(&key) {
            self.make_room(now);
        }
        let depth = rate.interval.saturating_mul(u64::from(rate.burst));
        let full_at = self.full_at.entry(key).or_insert(now);
        let empty = now.saturating_add(depth);
        // A clock that was set back makes nobody wait for longer than a full bucket.
        let after = (*full_at).clamp(now, empty).saturating_add(rate.interval);
        let wait = after.saturating_sub(empty);
        if wait > 0 {
            let seconds = wait.div_ceil(1000);
            return Err(ErrorCode::RateLimited {
                retry_after: u32::try_from(seconds).unwrap_or(u32::MAX),
            });
        }
        *full_at = after;
        Ok(())
    }

    fn give_back_at(&mut self, rate: Rate, key: &K) {
        if let Some(full_at) = self.full_at.get_mut(key) {
            *full_at = full_at.saturating_sub(rate.interval);
        }
    }

    fn make_room(&mut self, now: Millis) {
        self.full_at.retain(|_, full_at| *full_at > now);
        if self.full_at.len() < MAX_KEYS {
            return;
        }
        let mut times: Vec<Millis> = self.full_at.values().copied().collect();
        let (_, median, _) = times.select_nth_unstable(MAX_KEYS / 2);
        self.full_at.retain(|_, full_at| *full_at > *median);
    }
}

/// Buckets per address, and larger ones for the networks around it, so that many neighbouring addresses do not
/// multiply the rate.
#[derive(Debug)]
pub(crate) struct AddressLimit(RateLimit<Network>);

impl AddressLimit {
    pub(crate) fn new(rate: Rate) -> Self {
        Self(RateLimit::new(rate))
    }

    /// Takes one token from every network of an address, or none.
    pub(crate) fn take(&mut self, from: IpAddr, now: Millis) -> Result<(), ErrorCode> {
        for (taken, network) in networks(from).enumerate() {
            let rate = self.0.rate.times(network.share());
            if let Err(code) = self.0.take_at(rate, network, now) {
                networks(from).take(taken).for_each(|one| self.undo(&one));
                return Err(code);
            }
        }
        Ok(())
    }

    /// Returns a token: the attempt was legitimate.
    pub(crate) fn give_back(&mut self, from: IpAddr) {
        networks(from).for_each(|network| self.undo(&network));
    }

    fn undo(&mut self, network: &Network) {
        let rate = self.0.rate.times(network.share());
        self.0.give_back_at(rate, network);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: Rate = Rate {
        burst: 1,
        interval: 1000,
    };

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
    }

    #[test]
    fn a_clock_that_was_set_back_shuts_nobody_out() {
        let mut limit = RateLimit::new(ONE);
        assert!(limit.take("a", 10_000_000).is_ok());
        let refused = limit.take("a", 0);
        assert_eq!(refused, Err(ErrorCode::RateLimited { retry_after: 1 }));
        assert!(RateLimit::new(Rate::UNLIMITED).take("a", 0).is_ok());
    }

    #[test]
    fn memory_is_bounded() {
        let mut limit = RateLimit::new(ONE);
        for key in 0..MAX_KEYS * 3 {
            let _ = limit.take(key, 0);
        }
        assert!(limit.full_at.len() <= MAX_KEYS);
    }

    /// A flood of other keys does not reset an empty bucket.
    #[test]
    fn a_flood_washes_nobodys_debt_away() {
        let mut limit = RateLimit::new(Rate {
            burst: 10,
            interval: 1000,
        });
        for _ in 0..10 {
            assert!(limit.take(0, 0).is_ok());
        }
        for key in 1..MAX_KEYS * 3 {
            let _ = limit.take(key, 0);
        }
        assert!(limit.take(0, 0).is_err());
    }

    #[test]
    fn neighbours_share_a_wider_bucket() {
        let mut limit = AddressLimit::new(ONE);
        let neighbours = (0..20).map(|last| IpAddr::from([192, 0, 2, last]));
        let passed = neighbours.filter(|from| limit.take(*from, 0).is_ok());
        assert_eq!(passed.count(), 4);
        // Nothing was taken from those who were refused because of their neighbours.
        assert!(limit.take([192, 0, 2, 19].into(), 1000).is_ok());
        assert!(limit.take([192, 0, 3, 1].into(), 0).is_ok());
        limit.give_back([192, 0, 3, 1].into());
        assert!(limit.take([192, 0, 3, 1].into(), 0).is_ok());
    }
}
