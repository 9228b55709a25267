//! Tells a proxy that cuts silent connections from people who go: the proxy cuts always after the same time.

use std::collections::VecDeque;
use std::time::Duration;

/// Connections that are remembered.
const KEPT: usize = 8;
/// So many of them broke off after the same silence. With fewer, people who go at random would look like it.
const ALIKE: usize = 5;
/// What is the same: a proxy looks at its clock once a second.
const NEAR: Duration = Duration::from_millis(600);
/// Shorter silences are ends of a request.
const SHORTEST: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
pub(super) struct Silences(VecDeque<Duration>);

impl Silences {
    /// Whether connections break off after always the same silence, this one included.
    pub(super) fn add(&mut self, silent: Duration) -> bool {
        if silent < SHORTEST {
            return false;
        }
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back(silent);
        let near = |other: &&Duration| other.abs_diff(silent) <= NEAR;
        self.0.iter().filter(near).count() >= ALIKE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn always_the_same_silence_is_a_proxys() {
        let mut silences = Silences::default();
        let cut = |millis: u64| Duration::from_millis(20_000 + millis);
        for millis in [0, 200, 400, 100] {
            assert!(!silences.add(cut(millis)));
        }
        assert!(silences.add(cut(300)));
    }

    #[test]
    fn people_who_go_are_none() {
        let mut silences = Silences::default();
        // One every 1.3 seconds of half a minute, over and over.
        for number in 0..200_u64 {
            let silent = Duration::from_millis((number * 13_300) % 30_000 + 1000);
            assert!(!silences.add(silent), "{number}");
        }
        // Requests that end at once are not silent.
        for _ in 0..20 {
            assert!(!silences.add(Duration::from_millis(3)));
        }
    }
}
