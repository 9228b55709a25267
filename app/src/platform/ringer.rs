//! The sound of a telephone, made by an `AudioContext`. Dropping it ends the sound.

use wasm_bindgen::JsValue;
use web_sys::{AudioContext, GainNode};

use super::task;

/// The two tones of one ring, in hertz, and when each begins in it, in seconds.
const TONES: [(f32, f64); 4] = [(587.3, 0.0), (740.0, 0.22), (587.3, 0.44), (740.0, 0.66)];
/// How long a tone sounds, and a ring with the pause after it, in seconds.
const TONE: f64 = 0.2;
const RING: f64 = 3.0;
/// How many rings are made: more than any call rings.
const RINGS: u32 = 22;
/// How loud, from 0 to 1.
const LOUDNESS: f32 = 0.16;

/// A telephone that rings.
pub struct Ringer(AudioContext);

impl Ringer {
    /// Begins to ring. `None`: the browser plays nothing.
    pub fn start() -> Option<Self> {
        let ringer = Self(AudioContext::new().ok()?);
        // A page on which nobody has clicked yet may be held back.
        let resumed = ringer.0.resume();
        drop(resumed);
        ringer.schedule().ok()?;
        Some(ringer)
    }

    fn schedule(&self) -> Result<(), JsValue> {
        let begin = self.0.current_time() + 0.05;
        for ring in 0..RINGS {
            for (hertz, after) in TONES {
                self.tone(hertz, begin + f64::from(ring) * RING + after)?;
            }
        }
        Ok(())
    }

    fn tone(&self, hertz: f32, at: f64) -> Result<(), JsValue> {
        let tone = self.0.create_oscillator()?;
        let loudness: GainNode = self.0.create_gain()?;
        tone.frequency().set_value(hertz);
        tone.connect_with_audio_node(&loudness)?;
        loudness.connect_with_audio_node(&self.0.destination())?;
        let gain = loudness.gain();
        gain.set_value(0.0);
        gain.set_target_at_time(LOUDNESS, at, 0.01)?;
        gain.set_target_at_time(0.0, at + TONE * 0.6, 0.04)?;
        tone.start_with_when(at)?;
        tone.stop_with_when(at + TONE * 2.0)
    }
}

impl Drop for Ringer {
    fn drop(&mut self) {
        if let Ok(closed) = self.0.close() {
            task::spawn(async move {
                js_sys::futures::JsFuture::from(closed).await.ok();
            });
        }
    }
}
