//! Makes people about equally loud: how loud one of them speaks over time, and what that has to be multiplied by.

/// How loud speech is to be, in decibels below the loudest possible: what gain control in browsers aims at.
const AIM: f32 = -26.0;
/// Nobody is changed by more than this: louder would bring up the noise of their room.
const MOST: f32 = 10.0;
/// Half of a difference is gone after about this long of speech, in seconds.
const SLOWNESS: f32 = 2.0;
/// A difference that nobody notices, in decibels.
const UNHEARD: f32 = 0.5;

/// How loud one person speaks.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Evenness {
    average: Option<f32>,
    told: f32,
}

impl Evenness {
    /// They spoke this loudly for so many seconds. Pauses are not told: they say nothing about a voice. Gives the new
    /// factor when it differs enough to be heard.
    pub fn hear(&mut self, decibels: f32, seconds: f32) -> Option<f32> {
        let decibels = decibels.clamp(-60.0, 0.0);
        let average = self.average.unwrap_or(AIM);
        let weight = (seconds.max(0.0) / SLOWNESS).min(1.0);
        let average = average + (decibels - average) * weight;
        self.average = Some(average);
        let wanted = (AIM - average).clamp(-MOST, MOST);
        if (wanted - self.told).abs() < UNHEARD {
            return None;
        }
        self.told = wanted;
        Some(self.factor())
    }

    /// What their sound is multiplied by; 1 before they said anything.
    pub fn factor(&self) -> f32 {
        10.0_f32.powf(self.told / 20.0)
    }
}

#[cfg(test)]
mod tests {
    use super::Evenness;

    fn after(decibels: f32, seconds: u16) -> f32 {
        let mut voice = Evenness::default();
        for _ in 0..seconds * 10 {
            voice.hear(decibels, 0.1);
        }
        voice.factor()
    }

    fn decibels(factor: f32) -> f32 {
        20.0 * factor.log10()
    }

    #[test]
    fn a_quiet_and_a_loud_voice_end_up_as_loud() {
        let quiet = -34.0 + decibels(after(-34.0, 20));
        let loud = -18.0 + decibels(after(-18.0, 20));
        assert!((quiet - loud).abs() < 1.5, "{quiet} {loud}");
    }

    #[test]
    fn nobody_is_changed_by_more_than_ten_decibels() {
        assert!((decibels(after(-60.0, 60)) - 10.0).abs() < 0.6);
        assert!((decibels(after(0.0, 60)) + 10.0).abs() < 0.6);
        assert!((decibels(after(f32::NEG_INFINITY, 60)) - 10.0).abs() < 0.6);
    }

    #[test]
    fn one_shout_changes_little() {
        let mut voice = Evenness::default();
        for _ in 0..100 {
            voice.hear(-26.0, 0.1);
        }
        voice.hear(-6.0, 0.1);
        assert!(decibels(voice.factor()).abs() < 1.5);
    }

    #[test]
    fn what_nobody_would_notice_is_not_told() {
        let mut voice = Evenness::default();
        assert_eq!(voice.hear(-26.2, 1.0), None);
        assert!((voice.factor() - 1.0).abs() < f32::EPSILON);
        assert!(voice.hear(-40.0, 1.0).is_some());
    }
}
