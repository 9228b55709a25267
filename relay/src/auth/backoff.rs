//! Waiting times that double with every wrong code, per account. No clock.

use std::collections::HashMap;
use std::hash::Hash;

use parley_protocol::Millis;
use parley_protocol::error::ErrorCode;

/// Wrong codes in a row without a wait: whoever mistypes, or whose phone's clock is late, is not slowed down.
const FREE: u32 = 5;
/// The first wait.
const FIRST_WAIT: Millis = 30 * 1000;
/// The longest. At one try an hour, three right codes among a million take a lifetime to be guessed.
const LONGEST_WAIT: Millis = 60 * 60 * 1000;
/// A row of failures is forgotten after this time.
const MEMORY: Millis = 24 * 60 * 60 * 1000;
/// Keys kept; beyond this the ones with the fewest failures go.
const MAX_KEYS: usize = 20_000;

#[derive(Debug, Clone, Copy)]
struct Failures {
    count: u32,
    last: Millis,
    wait_until: Millis,
}

/// Consecutive failures by key.
#[derive(Debug)]
pub(crate) struct Backoff<K> {
    by_key: HashMap<K, Failures>,
}

impl<K> Default for Backoff<K> {
    fn default() -> Self {
        Self {
            by_key: HashMap::new(),
        }
    }
}

impl<K: Eq + Hash + Copy> Backoff<K> {
    /// Admits a try, or says how long to wait. The try counts as a failure until [`Backoff::succeeded`], so that
    /// many at once are not all admitted.
    pub(crate) fn take(&mut self, key: K, now: Millis) -> Result<(), ErrorCode> {
        if self.by_key.len() >= MAX_KEYS && !self.by_key.contains_key(&key) {
            self.make_room(now);
        }
        let failures = self.by_key.entry(key).or_insert(Failures {
            count: 0,
            last: now,
            wait_until: 0,
        });
        if now.saturating_sub(failures.last) >= MEMORY {
            failures.count = 0;
        }
        // A clock that was set back makes nobody wait for longer than the longest wait.
        let wait = failures.wait_until.saturating_sub(now).min(LONGEST_WAIT);
        if wait > 0 {
            let seconds = wait.div_ceil(1000);
            return Err(ErrorCode::RateLimited {
                retry_after: u32::try_from(seconds).unwrap_or(u32::MAX),
            });
        }
        failures.count = failures.count.saturating_add(1);
        failures.last = now;
        failures.wait_until = now.saturating_add(wait_after(failures.count));
        Ok(())
    }

    /// The last try was right.
    pub(crate) fn succeeded(&mut self, key: &K) {
        self.by_key.remove(key);
    }

    fn make_room(&mut self, now: Millis) {
        let recent = |failures: &Failures| now.saturating_sub(failures.last) < MEMORY;
        self.by_key.retain(|_, failures| recent(failures));
        if self.by_key.len() < MAX_KEYS {
            return;
        }
        let mut counts: Vec<u32> = self.by_key.values().map(|one| one.count).collect();
        let (_, median, _) = counts.select_nth_unstable(MAX_KEYS / 2);
        let median = *median;
        self.by_key.retain(|_, failures| failures.count > median);
    }
}

fn wait_after(count: u32) -> Millis {
    let Some(over) = count.checked_sub(FREE) else {
        return 0;
    };
    let factor = 1_u64.checked_shl(over).unwrap_or(u64::MAX);
    FIRST_WAIT.saturating_mul(factor).min(LONGEST_WAIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tries that pass within a time, for somebody who tries as often as possible.
    fn tries(backoff: &mut Backoff<u32>, from: Millis, span: Millis) -> u32 {
        let (mut now, mut passed) = (from, 0);
        while now < from + span {
            match backoff.take(1, now) {
                Ok(()) => passed += 1,
                Err(ErrorCode::RateLimited { retry_after }) => {
                    now += u64::from(retry_after) * 1000;
                }
                Err(other) => panic!("{other:?}"),
            }
        }
        passed
    }

    #[test]
    fn waits_double_up_to_an_hour() {
        let mut backoff = Backoff::default();
        assert_eq!(tries(&mut backoff, 0, 1), 5);
        let wait = backoff.take(1, 0);
        assert_eq!(wait, Err(ErrorCode::RateLimited { retry_after: 30 }));
        assert!(backoff.take(1, 30_000).is_ok());
        let wait = backoff.take(1, 30_000);
        assert_eq!(wait, Err(ErrorCode::RateLimited { retry_after: 60 }));
        assert!(backoff.take(2, 30_000).is_ok(), "another account");

        let day = 24 * 60 * 60 * 1000;
        tries(&mut backoff, 30_000, day);
        let later = tries(&mut backoff, 40 * day, 30 * day);
        assert!(later < 30 * 24 + 20, "{later}");
    }

    #[test]
    fn a_right_code_makes_it_good() {
        let mut backoff = Backoff::default();
        tries(&mut backoff, 0, 1);
        assert!(backoff.take(1, 0).is_err());
        backoff.succeeded(&1);
        assert_eq!(tries(&mut backoff, 0, 1), 5);
    }

    #[test]
    fn a_clock_that_was_set_back_shuts_nobody_out() {
        let mut backoff = Backoff::default();
        tries(&mut backoff, 1_000_000_000, 1);
        assert!(matches!(
            backoff.take(1, 0),
            Err(ErrorCode::RateLimited { retry_after }) if retry_after <= 3600
        ));
    }

    #[test]
    fn memory_is_bounded() {
        let mut backoff = Backoff::default();
        for key in 0..MAX_KEYS * 2 {
            let _ = backoff.take(key, 0);
        }
        assert!(backoff.by_key.len() <= MAX_KEYS);
    }
}
