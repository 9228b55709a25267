//! Telling speech from silence of others, and loudness as an ear has it. Pure; who measures is in `level_meter` and
//! `speech_watch`.

/// Between two measurements, in milliseconds. Faster costs power, slower is seen.
pub(super) const INTERVAL: i32 = 80;
/// The same in seconds.
pub(super) const SECONDS: f32 = 0.08;
/// The same after a first loud measurement: the next packet decides whether it is speech, and it is here by then.
pub(super) const SOONER: i32 = 25;
/// Louder than this begins speech. Keyboards and fans behind noise suppression stay below.
const BEGIN_DECIBELS: f32 = -45.0;
/// Quieter than this may end it.
const END_DECIBELS: f32 = -52.0;
/// Loud measurements that begin it: a click is shorter.
const BEGIN_AFTER: u32 = 2;
/// Quiet measurements that end it, 400 ms: a pause between words is shorter.
const END_AFTER: u32 = 5;

/// Begins at once, ends only after a pause, and needs more to begin than to go on.
#[derive(Debug, Default)]
pub(super) struct Speech {
    loud: u32,
    quiet: u32,
    is_on: bool,
}

impl Speech {
    /// Goes on from what was known before.
    pub(super) fn new(is_on: bool) -> Self {
        Self {
            is_on,
            ..Self::default()
        }
    }

    /// Whether it is speech, after one more measurement.
    pub(super) fn hear(&mut self, decibels: f32) -> bool {
        self.loud = if decibels > BEGIN_DECIBELS {
            self.loud + 1
        } else {
            0
        };
        self.quiet = if decibels < END_DECIBELS {
            self.quiet + 1
        } else {
            0
        };
        if self.is_on {
            self.is_on = self.quiet < END_AFTER;
        } else {
            self.is_on = self.loud >= BEGIN_AFTER;
        }
        self.is_on
    }
}

impl Speech {
    /// Whether the next loud measurement makes it speech.
    pub(super) fn is_beginning(&self) -> bool {
        !self.is_on && self.loud > 0
    }
}

/// Relative to the loudest.
pub(super) fn decibels(power: f32) -> f32 {
    10.0 * power.max(1e-10).log10()
}

/// From -60 dB, nothing, to -6 dB, full.
pub(super) fn level(decibels: f32) -> f32 {
    ((decibels + 60.0) / 54.0).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hear(speech: &mut Speech, decibels: f32, times: usize) -> Vec<bool> {
        (0..times).map(|_| speech.hear(decibels)).collect()
    }

    #[test]
    fn a_click_is_no_speech() {
        let mut speech = Speech::default();
        assert_eq!(hear(&mut speech, -10.0, 1), [false]);
        assert!(speech.is_beginning());
        assert_eq!(hear(&mut speech, -80.0, 3), [false; 3]);
        assert!(!speech.is_beginning());
    }

    #[test]
    fn speech_outlives_pauses_between_words_and_ends_after_them() {
        let mut speech = Speech::default();
        assert_eq!(hear(&mut speech, -30.0, 2), [false, true]);
        assert_eq!(hear(&mut speech, -80.0, 4), [true; 4]);
        assert_eq!(hear(&mut speech, -48.0, 50), [true; 50]);
        assert_eq!(hear(&mut speech, -80.0, 5).last(), Some(&false));
        assert_eq!(hear(&mut speech, -48.0, 50), [false; 50]);
    }

    #[test]
    fn loudness_is_as_defined() {
        assert!(decibels(1.0).abs() < 0.01);
        assert!((decibels(0.01) + 20.0).abs() < 0.01);
        assert!(decibels(0.0) <= -99.0);
        assert!(level(-100.0).abs() < f32::EPSILON);
        assert!((level(0.0) - 1.0).abs() < f32::EPSILON);
    }
}
