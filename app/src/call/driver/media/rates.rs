//! From counters that run since a connection began to what its last seconds were like. Pure.

use std::collections::VecDeque;

use crate::call::store::figures::{Figures, Path};
use crate::platform::peer_connection::PeerStats;

/// Loss is counted over this long, in milliseconds: a shorter time shows one lost packet as five percent.
const LOSS_OVER: f64 = 10_000.0;
/// Bits a second are counted over this long.
const BITS_OVER: f64 = 4_000.0;

/// Counters at one time.
#[derive(Clone, Copy)]
struct Reading {
    at: f64,
    received: f64,
    lost: f64,
    incoming: f64,
    outgoing: f64,
    waited_ms: f64,
    played: f64,
}

/// The last readings of one connection.
#[derive(Default)]
pub(super) struct Rates {
    readings: VecDeque<Reading>,
}

impl Rates {
    /// Takes what the browser says at a time, in milliseconds, and makes of it how the last seconds were.
    pub(super) fn take(&mut self, stats: &PeerStats, at: f64) -> Figures {
        let now = Reading {
            at,
            received: stats.packets_received,
            lost: stats.packets_lost,
            incoming: stats.bytes_received,
            outgoing: stats.bytes_sent,
            waited_ms: stats.buffered_total_ms,
            played: stats.samples_played,
        };
        // Counters never shrink: a browser that says so counts anew. (Of lost packets some may come late.)
        if self.readings.back().is_some_and(|last| last.is_after(&now)) {
            self.readings.clear();
        }
        while self
            .readings
            .get(1)
            .is_some_and(|it| it.at <= at - LOSS_OVER)
        {
            self.readings.pop_front();
        }
        let long_ago = self.readings.front().copied();
        let short_ago = self.readings.iter().rfind(|it| it.at <= at - BITS_OVER);
        let short_ago = short_ago.or(self.readings.front()).copied();
        self.readings.push_back(now);
        Figures {
            path: stats
                .is_relayed
                .map(|relayed| if relayed { Path::Relayed } else { Path::Direct }),
            round_trip_ms: stats.round_trip_ms,
            loss: long_ago.and_then(|then| now.loss_since(&then)),
            loss_there: stats.loss_there,
            jitter_ms: stats.jitter_ms,
            buffered_ms: short_ago.and_then(|then| now.wait_since(&then)),
            incoming: short_ago.and_then(|then| now.bits_since(&then, |it| it.incoming)),
            outgoing: short_ago.and_then(|then| now.bits_since(&then, |it| it.outgoing)),
            codec: stats.codec.clone(),
            cipher: stats.cipher.clone(),
        }
    }
}

impl Reading {
    fn is_after(&self, other: &Self) -> bool {
        self.at >= other.at
            || self.received > other.received
            || self.incoming > other.incoming
            || self.outgoing > other.outgoing
    }

    fn loss_since(&self, then: &Self) -> Option<f64> {
        let lost = (self.lost - then.lost).max(0.0);
        let expected = self.received - then.received + lost;
        (expected > 0.0).then(|| lost / expected)
    }

    /// How long a sample waited, on average. The browser counts that in milliseconds of all samples together.
    fn wait_since(&self, then: &Self) -> Option<f64> {
        let played = self.played - then.played;
        (played > 0.0).then(|| ((self.waited_ms - then.waited_ms) / played).max(0.0))
    }

    fn bits_since(&self, then: &Self, of: fn(&Self) -> f64) -> Option<f64> {
        let seconds = (self.at - then.at) / 1_000.0;
        (seconds > 0.0).then(|| (of(self) - of(then)) * 8.0 / seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A connection of 50 packets a second, 80 bytes each, of which every `nth` is lost.
    fn stats(seconds: f64, lost: f64) -> PeerStats {
        PeerStats {
            is_relayed: Some(true),
            packets_received: seconds * 50.0 - lost,
            packets_lost: lost,
            bytes_received: seconds * 50.0 * 80.0,
            bytes_sent: seconds * 50.0 * 40.0,
            buffered_total_ms: seconds * 48_000.0 * 30.0,
            samples_played: seconds * 48_000.0,
            ..PeerStats::default()
        }
    }

    fn close(value: Option<f64>, wanted: f64) -> bool {
        value.is_some_and(|value| (value - wanted).abs() < 1e-6)
    }

    #[test]
    fn one_look_alone_says_nothing_of_rates() {
        let figures = Rates::default().take(&stats(100.0, 500.0), 0.0);
        assert_eq!((figures.loss, figures.incoming), (None, None));
        assert_eq!(figures.path, Some(Path::Relayed));
    }

    #[test]
    fn loss_is_that_of_the_last_seconds_and_is_forgotten_again() {
        let mut rates = Rates::default();
        // An hour without a loss, then two seconds in which a half is lost.
        rates.take(&stats(3_600.0, 0.0), 0.0);
        let bad = rates.take(&stats(3_602.0, 50.0), 2_000.0);
        assert!(close(bad.loss, 0.5), "{bad:?}");
        let mut last = None;
        for step in 2..10 {
            let seconds = f64::from(step) * 2.0;
            last = rates
                .take(&stats(3_600.0 + seconds, 50.0), seconds * 1_000.0)
                .loss;
        }
        assert!(close(last, 0.0), "{last:?}");
    }

    #[test]
    fn bits_and_waiting_are_those_of_the_last_seconds() {
        let mut rates = Rates::default();
        rates.take(&stats(10.0, 0.0), 10_000.0);
        let figures = rates.take(&stats(12.0, 0.0), 12_000.0);
        assert!(close(figures.incoming, 32_000.0), "{figures:?}");
        assert!(close(figures.outgoing, 16_000.0), "{figures:?}");
        assert!(close(figures.buffered_ms, 30.0), "{figures:?}");
        // Nothing comes any more: not an average over the past.
        let silent = |at| (stats(12.0, 0.0), at);
        for (stats, at) in [14_000.0, 16_000.0].map(silent) {
            rates.take(&stats, at);
        }
        let figures = rates.take(&stats(12.0, 0.0), 18_000.0);
        assert!(close(figures.incoming, 0.0), "{figures:?}");
        assert_eq!(figures.buffered_ms, None);
    }

    #[test]
    fn rare_looks_are_compared_with_the_one_before() {
        let mut rates = Rates::default();
        rates.take(&stats(0.0, 0.0), 0.0);
        for step in 1..20 {
            let seconds = f64::from(step) * 30.0;
            let figures = rates.take(&stats(seconds, f64::from(step) * 15.0), seconds * 1_000.0);
            assert!(close(figures.loss, 0.01), "{figures:?}");
            assert!(close(figures.incoming, 32_000.0), "{figures:?}");
            assert!(rates.readings.len() <= 3);
        }
    }

    #[test]
    fn counters_that_begin_anew_are_not_compared_with_the_old_ones() {
        let mut rates = Rates::default();
        rates.take(&stats(100.0, 3.0), 0.0);
        let figures = rates.take(&stats(1.0, 0.0), 2_000.0);
        assert_eq!((figures.loss, figures.incoming), (None, None));
        let figures = rates.take(&stats(3.0, 0.0), 4_000.0);
        assert!(close(figures.incoming, 32_000.0), "{figures:?}");
        // The same for a clock that was set back.
        let figures = rates.take(&stats(5.0, 0.0), 1_000.0);
        assert_eq!(figures.incoming, None);
    }
}
