//! How loud a sound is, and whether it is speech: measured about 17 times a second, also in a page that is not shown.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{AnalyserNode, AudioContext, AudioNode};

/// Between two measurements, in milliseconds. Faster costs power, slower is seen.
const INTERVAL: i32 = 60;
/// Samples in one measurement: 21 ms at 48 kHz.
const WINDOW: u32 = 1_024;
/// A change of the level that is worth telling.
const STEP: f32 = 0.02;

/// What was measured.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Reading {
    /// 0 is silence, 1 as loud as can be; a step is a step to the ear.
    pub level: f32,
    /// Whether somebody speaks.
    pub is_speaking: bool,
}

/// Measures one sound as long as it is held.
pub struct LevelMeter {
    interval: i32,
    node: AnalyserNode,
    source: AudioNode,
    _closure: Closure<dyn FnMut()>,
}

impl LevelMeter {
    /// Measures what comes out of a node. `report` hears of every change that is worth it.
    pub(super) fn new(
        context: &AudioContext,
        source: &AudioNode,
        report: impl Fn(Reading) + 'static,
    ) -> Option<Self> {
        let node = context.create_analyser().ok()?;
        node.set_fft_size(WINDOW);
        source.connect_with_audio_node(&node).ok()?;
        let (measured, mut samples) = (node.clone(), vec![0.0; WINDOW as usize]);
        let (mut speech, mut told) = (Speech::default(), Reading::default());
        let closure = Closure::<dyn FnMut()>::new(move || {
            measured.get_float_time_domain_data(&mut samples);
            let decibels = decibels(power(&samples));
            let reading = Reading {
                level: level(decibels),
                is_speaking: speech.hear(decibels),
            };
            if reading.is_speaking != told.is_speaking || (reading.level - told.level).abs() >= STEP
            {
                told = reading;
                report(reading);
            }
        });
        let interval = web_sys::window()?
            .set_interval_with_callback_and_timeout_and_arguments_0(
                closure.as_ref().unchecked_ref(),
                INTERVAL,
            )
            .ok()?;
        Some(Self {
            interval,
            node,
            source: source.clone(),
            _closure: closure,
        })
    }
}

impl Drop for LevelMeter {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            window.clear_interval_with_handle(self.interval);
        }
        // Refused when the source was disconnected before, which is as good.
        self.source.disconnect_with_audio_node(&self.node).ok();
    }
}

/// Tells speech from silence: begins at once, ends only after a pause, and needs more to begin than to go on.
#[derive(Debug, Default)]
struct Speech {
    loud: u32,
    quiet: u32,
    is_on: bool,
}

/// Louder than this begins speech. Keyboards and fans behind noise suppression stay below.
const BEGIN_DECIBELS: f32 = -45.0;
/// Quieter than this may end it.
const END_DECIBELS: f32 = -52.0;
/// Loud measurements that begin it: a click is shorter.
const BEGIN_AFTER: u32 = 2;
/// Quiet measurements that end it, about 400 ms: a pause between words is shorter.
const END_AFTER: u32 = 7;

impl Speech {
    fn hear(&mut self, decibels: f32) -> bool {
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

/// The mean square of samples between -1 and 1.
fn power(samples: &[f32]) -> f32 {
    let energy: f32 = samples.iter().map(|sample| sample * sample).sum();
    #[expect(clippy::cast_precision_loss, reason = "a thousand samples")]
    let count = samples.len().max(1) as f32;
    energy / count
}

/// Relative to the loudest.
fn decibels(power: f32) -> f32 {
    10.0 * power.max(1e-10).log10()
}

/// From -60 dB, nothing, to -6 dB, full.
fn level(decibels: f32) -> f32 {
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
        assert_eq!(hear(&mut speech, -80.0, 3), [false; 3]);
    }

    #[test]
    fn speech_outlives_pauses_between_words_and_ends_after_them() {
        let mut speech = Speech::default();
        assert_eq!(hear(&mut speech, -30.0, 2), [false, true]);
        assert_eq!(hear(&mut speech, -80.0, 6), [true; 6]);
        assert_eq!(hear(&mut speech, -48.0, 50), [true; 50]);
        assert_eq!(hear(&mut speech, -80.0, 7).last(), Some(&false));
        assert_eq!(hear(&mut speech, -48.0, 50), [false; 50]);
    }

    #[test]
    fn loudness_is_as_defined() {
        assert!(decibels(power(&[1.0; 100])).abs() < 0.01);
        assert!((decibels(power(&[0.1; 100])) + 20.0).abs() < 0.01);
        assert!(decibels(power(&[])) <= -99.0);
        assert!(level(-100.0).abs() < f32::EPSILON);
        assert!((level(0.0) - 1.0).abs() < f32::EPSILON);
    }
}
