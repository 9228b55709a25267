//! Two short tones, made on the spot: up when somebody comes, down when somebody leaves. Only for `playback`.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{AudioContext, AudioNode, AudioParam};

use super::js;

/// In hertz, and in seconds.
const LOW: f32 = 523.25;
const HIGH: f32 = 783.99;
const LENGTH: f64 = 0.11;
/// As loud as a quiet voice.
const LOUDNESS: f32 = 0.08;

/// What is to be heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Chime {
    Came,
    Left,
}

/// Plays it into that node.
pub(super) fn play(chime: Chime, context: &AudioContext, into: &AudioNode) -> Result<(), JsValue> {
    let tones = match chime {
        Chime::Came => [LOW, HIGH],
        Chime::Left => [HIGH, LOW],
    };
    let now = context.current_time();
    for (tone, begins) in tones.into_iter().zip([now, now + LENGTH]) {
        play_tone(tone, begins, context, into)?;
    }
    Ok(())
}

/// A tone that swells and fades: one that is cut clicks.
fn play_tone(
    hertz: f32,
    begins: f64,
    context: &AudioContext,
    into: &AudioNode,
) -> Result<(), JsValue> {
    let source = js::call(context, "createOscillator", &[])?;
    let frequency: AudioParam = js::field(&source, "frequency").unchecked_into();
    frequency.set_value(hertz);
    let swell = context.create_gain()?;
    let gain = swell.gain();
    gain.set_value_at_time(0.0, begins)?;
    gain.linear_ramp_to_value_at_time(LOUDNESS, begins + 0.01)?;
    gain.linear_ramp_to_value_at_time(0.0, begins + LENGTH)?;
    source
        .unchecked_ref::<AudioNode>()
        .connect_with_audio_node(&swell)?;
    swell.connect_with_audio_node(into)?;
    js::call(&source, "start", &[&begins.into()])?;
    js::call(&source, "stop", &[&(begins + LENGTH).into()])?;
    Ok(())
}
