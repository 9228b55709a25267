//! The two times TURN needs, as values. Only [`SystemClock`] reads a real clock.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Source of the time. Tests use one that they move by hand.
pub trait Clock: Send + Sync + 'static {
    /// Seconds since the Unix epoch; decides whether a credential has expired.
    fn unix_seconds(&self) -> u64;

    /// Time since an arbitrary start, never going back; ages allocations, permissions and channels, so that a
    /// corrected wall clock ends no call.
    fn monotonic(&self) -> Duration;
}

/// The system's clocks.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    started: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self {
            started: Instant::now(),
        }
    }
}

impl Clock for SystemClock {
    fn unix_seconds(&self) -> u64 {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs())
    }

    fn monotonic(&self) -> Duration {
        self.started.elapsed()
    }
}

/// Both times, read once for a whole batch of packets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Now {
    pub(super) unix: u64,
    pub(super) monotonic: Duration,
}

impl Now {
    pub(super) fn read(clock: &dyn Clock) -> Self {
        Self {
            unix: clock.unix_seconds(),
            monotonic: clock.monotonic(),
        }
    }
}
