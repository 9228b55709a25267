//! How loud something is over its time, in as many bars as there is room for. Pure.

/// Bars of a wave form.
pub const BARS: usize = 64;
/// What a bar takes of the width, and of the height at least.
const STEP: usize = 4;
const HEIGHT: usize = 32;

/// From measurements between 0 and 1 to [`BARS`] bars. The loudest one reaches to the top.
pub fn of_levels(levels: &[f32]) -> Vec<u8> {
    let loudest = levels.iter().copied().fold(0.0_f32, f32::max).max(0.05);
    (0..BARS)
        .map(|bar| {
            let begin = bar * levels.len() / BARS;
            let end = ((bar + 1) * levels.len() / BARS).max(begin + 1);
            let part = levels.get(begin..end.min(levels.len())).unwrap_or_default();
            let level = part.iter().copied().fold(0.0_f32, f32::max) / loudest;
            byte(level)
        })
        .collect()
}

/// The height of a bar.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and 255"
)]
pub fn byte(level: f32) -> u8 {
    (level.clamp(0.0, 1.0) * 255.0) as u8
}

/// How wide and how high [`drawing`] is.
pub fn view_box(bars: usize) -> String {
    format!("0 0 {} {HEIGHT}", bars.max(1) * STEP)
}

/// The bars as one path.
pub fn drawing(bars: &[u8]) -> String {
    let line = |(at, bar): (usize, &u8)| {
        let height = (usize::from(*bar) * (HEIGHT - 4) / 255).max(2);
        let (x, y) = (at * STEP + STEP / 2, (HEIGHT - height) / 2);
        format!("M{x} {y}v{height}")
    };
    bars.iter().enumerate().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::{BARS, drawing, of_levels};

    #[test]
    fn short_and_long_recordings_have_as_many_bars() {
        for length in [0, 1, 5, 64, 1_000, 18_000] {
            let levels: Vec<f32> = (0..length)
                .map(|at| if at == length / 2 { 0.5 } else { 0.1 })
                .collect();
            let bars = of_levels(&levels);
            assert_eq!(bars.len(), BARS);
            let most = bars.iter().max().copied();
            assert_eq!(most, Some(if length == 0 { 0 } else { 255 }), "{length}");
        }
    }

    #[test]
    fn silence_is_not_made_loud() {
        let bars = of_levels(&[0.001; 100]);
        assert!(bars.iter().all(|bar| *bar < 20));
    }

    #[test]
    fn a_bar_is_seen_also_where_it_is_silent() {
        assert_eq!(drawing(&[0, 255]), "M2 15v2M6 2v28");
    }
}
