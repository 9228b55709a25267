//! How many of something took how long.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::exposition::{Kind, Page};

/// Upper bounds in microseconds, and as seconds in text: from a fast disk to one that makes people wait.
const BOUNDS: [(u64, &str); 12] = [
    (250, "0.00025"),
    (500, "0.0005"),
    (1_000, "0.001"),
    (2_500, "0.0025"),
    (5_000, "0.005"),
    (10_000, "0.01"),
    (25_000, "0.025"),
    (50_000, "0.05"),
    (100_000, "0.1"),
    (250_000, "0.25"),
    (1_000_000, "1"),
    (5_000_000, "5"),
];

#[derive(Debug, Default)]
pub(crate) struct Histogram {
    /// How many are at most as long as each bound, and longer than the one before.
    counts: [AtomicU64; BOUNDS.len()],
    longer: AtomicU64,
    micros: AtomicU64,
}

impl Histogram {
    pub(crate) fn observe(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let mut bounds = BOUNDS.iter().zip(&self.counts);
        let fitting = bounds.find(|((bound, _), _)| micros <= *bound);
        let count = fitting.map_or(&self.longer, |(_, count)| count);
        count.fetch_add(1, Ordering::Relaxed);
        self.micros.fetch_add(micros, Ordering::Relaxed);
    }

    pub(super) fn write(&self, page: &mut Page, name: &str, help: &str) {
        page.head(name, Kind::Histogram, help);
        let mut all = 0_u64;
        for ((_, bound), count) in BOUNDS.iter().zip(&self.counts) {
            all = all.saturating_add(count.load(Ordering::Relaxed));
            page.line(format_args!("{name}_bucket{{le=\"{bound}\"}} {all}"));
        }
        all = all.saturating_add(self.longer.load(Ordering::Relaxed));
        let micros = self.micros.load(Ordering::Relaxed);
        page.line(format_args!("{name}_bucket{{le=\"+Inf\"}} {all}"));
        let (seconds, rest) = (micros / 1_000_000, micros % 1_000_000);
        page.line(format_args!("{name}_sum {seconds}.{rest:06}"));
        page.line(format_args!("{name}_count {all}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_bound_counts_all_that_are_shorter() {
        let histogram = Histogram::default();
        for micros in [100, 900, 1_000, 9_000_000] {
            histogram.observe(Duration::from_micros(micros));
        }
        let mut page = Page::default();
        histogram.write(&mut page, "x", "Help.");
        let text = page.into_text();
        for line in [
            "x_bucket{le=\"0.00025\"} 1",
            "x_bucket{le=\"0.0005\"} 1",
            "x_bucket{le=\"0.001\"} 3",
            "x_bucket{le=\"5\"} 3",
            "x_bucket{le=\"+Inf\"} 4",
            "x_sum 9.002000",
            "x_count 4",
        ] {
            assert!(text.lines().any(|found| found == line), "{line}: {text}");
        }
    }
}
