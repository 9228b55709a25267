//! How long sound waits before it is played. As short as can be; longer while a bad network makes it come unevenly, and
//! shorter again when it is good.

/// A stretch in which more than this was made up counts as bad: it is heard.
const BAD: f64 = 0.01;
/// Less than this is good.
const GOOD: f64 = 0.002;
/// Good stretches before the wait becomes shorter.
const PATIENCE: u32 = 5;
/// Steps in milliseconds, and the longest wait: beyond it people talk over one another.
const STEP: f64 = 20.0;
const LONGEST: f64 = 160.0;

/// The wait for one person's sound.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Buffering {
    target: f64,
    good: u32,
    before: Option<Counts>,
}

/// What a browser has counted since a connection began.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Counts {
    /// Samples that were played.
    pub samples: f64,
    /// Those of them that were made up because the real ones were lost or late, silence left out.
    pub concealed: f64,
    /// How unevenly packets come, in milliseconds.
    pub jitter_ms: f64,
}

impl Buffering {
    /// Takes what was counted by now. `is_speaking`: they spoke all the time since the last call; where a sender pauses,
    /// samples are made up for another reason. Gives the wait in milliseconds when it is to change.
    pub fn hear(&mut self, now: Counts, is_speaking: bool) -> Option<f64> {
        let before = self.before.replace(now)?;
        let samples = now.samples - before.samples;
        if !is_speaking || samples <= 0.0 {
            return None;
        }
        let share = (now.concealed - before.concealed).max(0.0) / samples;
        let was = self.target;
        if share > BAD {
            self.good = 0;
            let wanted = (was + STEP).max(2.0 * now.jitter_ms);
            self.target = wanted.clamp(0.0, LONGEST).round();
        } else if share < GOOD && was > 0.0 {
            self.good += 1;
            if self.good >= PATIENCE {
                self.good = 0;
                self.target = (was - STEP).max(0.0);
            }
        } else {
            self.good = 0;
        }
        ((self.target - was).abs() > 0.5).then_some(self.target)
    }
}

#[cfg(test)]
mod tests {
    use super::{Buffering, Counts};

    /// Two seconds of sound each, of which this share was made up.
    struct Line {
        buffering: Buffering,
        counts: Counts,
    }

    impl Line {
        fn new() -> Self {
            let mut line = Self {
                buffering: Buffering::default(),
                counts: Counts::default(),
            };
            line.go_on(0.0, 5.0, true);
            line
        }

        fn go_on(&mut self, share: f64, jitter_ms: f64, is_speaking: bool) -> Option<f64> {
            self.counts.samples += 96_000.0;
            self.counts.concealed += 96_000.0 * share;
            self.counts.jitter_ms = jitter_ms;
            self.buffering.hear(self.counts, is_speaking)
        }
    }

    #[test]
    fn on_a_good_network_nothing_waits() {
        let mut line = Line::new();
        assert!((0..100).all(|_| line.go_on(0.001, 5.0, true).is_none()));
    }

    #[test]
    fn it_grows_with_the_unevenness_and_shrinks_again() {
        let mut line = Line::new();
        assert_eq!(line.go_on(0.05, 30.0, true), Some(60.0));
        assert_eq!(line.go_on(0.05, 30.0, true), Some(80.0));
        let later: Vec<f64> = (0..20).filter_map(|_| line.go_on(0.0, 5.0, true)).collect();
        assert_eq!(later, [60.0, 40.0, 20.0, 0.0]);
    }

    #[test]
    fn it_never_waits_longer_than_people_bear() {
        let mut line = Line::new();
        let most = (0..50)
            .filter_map(|_| line.go_on(0.5, 900.0, true))
            .fold(0.0, f64::max);
        assert!((most - 160.0).abs() < f64::EPSILON);
    }

    #[test]
    fn a_pause_of_the_speaker_is_no_fault_of_the_network() {
        let mut line = Line::new();
        assert_eq!(line.go_on(0.5, 5.0, false), None);
        assert_eq!(line.go_on(0.0, 5.0, true), None);
    }

    #[test]
    fn counts_that_go_back_are_a_new_beginning() {
        let mut line = Line::new();
        line.counts = Counts::default();
        assert_eq!(line.buffering.hear(line.counts, true), None);
        assert_eq!(line.go_on(0.05, 10.0, true), Some(20.0));
    }
}
