//! Sizes and times in words. Pure.

const STEPS: [(u64, &str); 3] = [(1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "KB")];

/// `1.4 MB`.
pub fn size(bytes: u64) -> String {
    let step = STEPS.into_iter().find(|(step, _)| bytes >= *step);
    let Some((step, unit)) = step else {
        return format!("{bytes} B");
    };
    let tenths = bytes / (step / 10);
    if tenths >= 100 {
        format!("{} {unit}", tenths / 10)
    } else {
        format!("{}.{} {unit}", tenths / 10, tenths % 10)
    }
}

/// `1:05`, `1:01:05`.
pub fn time(seconds: u32) -> String {
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{rest:02}")
    } else {
        format!("{minutes}:{rest:02}")
    }
}

/// How much is done, of a hundred.
pub fn percent(done: u64, of: u64) -> u64 {
    done.min(of).saturating_mul(100) / of.max(1)
}

/// Whole seconds of a time.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "bounded on both sides"
)]
pub fn seconds(time: f64) -> u32 {
    if time.is_finite() {
        time.clamp(0.0, 1.0e9) as u32
    } else {
        0
    }
}

#[cfg(test)]
mod tests {
    use super::{percent, seconds, size, time};

    #[test]
    fn sizes_have_two_figures_at_least() {
        let said = [0, 999, 1_000, 1_449_000, 99_900_000, 2_147_483_648].map(size);
        assert_eq!(
            said,
            ["0 B", "999 B", "1.0 KB", "1.4 MB", "99 MB", "2.1 GB"]
        );
    }

    #[test]
    fn times_are_those_of_a_clock() {
        assert_eq!([0, 65, 3_665].map(time), ["0:00", "1:05", "1:01:05"]);
        assert_eq!(seconds(f64::INFINITY), 0);
        assert_eq!(seconds(-1.0), 0);
        assert_eq!(seconds(12.9), 12);
    }

    #[test]
    fn nothing_of_nothing_is_no_fault() {
        assert_eq!((percent(0, 0), percent(5, 3), percent(1, 3)), (0, 100, 33));
    }
}
