//! Closed-loop posting: each sender waits for an acknowledgement before it sends the next message. The caller
//! decides what is sent where.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Characters of a short message's ciphertext in base64: a line of chat.
pub(crate) const MESSAGE_CHARS: usize = 400;

/// Latencies of acknowledgements.
#[derive(Default)]
pub(crate) struct Waits(Vec<Duration>);

impl Waits {
    pub(crate) fn add(&mut self, wait: Duration) {
        self.0.push(wait);
    }

    pub(crate) fn join(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// The JSON report of a run that began at `started`.
    pub(crate) fn report(mut self, started: Instant) -> Value {
        let seconds = started.elapsed().as_secs_f64();
        self.0.sort_unstable();
        json!({
            "messages": self.0.len(),
            "seconds": seconds,
            "p50_ms": self.at(50),
            "p99_ms": self.at(99),
            "max_ms": self.0.last().map_or(0.0, |wait| wait.as_secs_f64() * 1e3),
        })
    }

    fn at(&self, percent: usize) -> f64 {
        let index = self.0.len() * percent / 100;
        self.0
            .get(index)
            .map_or(0.0, |wait| wait.as_secs_f64() * 1e3)
    }
}

/// The words of a command line, and its numbers.
pub(crate) fn command(line: &str) -> (&str, Vec<usize>) {
    let mut words = line.split_whitespace();
    let name = words.next().unwrap_or_default();
    (name, words.filter_map(|word| word.parse().ok()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_taken_from_sorted_waits() {
        let mut waits = Waits::default();
        for millis in (1..=200).rev() {
            waits.add(Duration::from_millis(millis));
        }
        let report = waits.report(Instant::now());
        assert_eq!(report["messages"], 200);
        assert_eq!(report["p50_ms"], 101.0);
        assert_eq!(report["p99_ms"], 199.0);
        assert_eq!(report["max_ms"], 200.0);
    }

    #[test]
    fn a_command_is_a_name_and_numbers() {
        assert_eq!(command("post 64 10"), ("post", vec![64, 10]));
    }
}
